namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary><c>akkacompute estimate</c> as a user runs it.</summary>
public sealed class EstimateCommandTests
{
    [Fact(Timeout = 300_000)]
    public async Task Says_what_each_policy_costs_and_how_often_it_is_wrong()
    {
        var ended = await Programs.RunAsync(Programs.Cli, ".", "estimate", "--trusted", "50", "--slots", "10", "--tasks", "100", "--answering", "1");
        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Contains("100 tasks of 1 s on 10 slots; 50 trusted, 0 newcomers; f = 0.2, a = 1", ended.Output, StringComparison.Ordinal);
        foreach (var (policy, cells) in new[] { ("none", "0.2 0 1 1 1 10 s"), ("credibility(0.001, 0.2, 1)", "9.8e-4 0.009 5 8.269 21 50 s") })
        {
            var line = ended.Output.Split('\n').Single(line => line.TrimStart().StartsWith(policy + " ", StringComparison.Ordinal));
            Assert.Equal($"{policy} {cells}", string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        }
    }

    [Theory(Timeout = 300_000)]
    [InlineData("--policy", "credibility(0.001, 0.6)", "--policy: credibility(0.001, 0.6): half of the votes or more would be colluders'")]
    [InlineData("--policy", "majority", "--policy: 'majority' is none of none, quorum(m, cap)")]
    [InlineData("--answering", "0", "--answering: '0' is not a number from 0.000000001 to 1.")]
    [InlineData("--slots", "-1", "--slots: '-1' is not a whole number from 1.")]
    public async Task Says_what_is_wrong(string option, string value, string expected)
    {
        var ended = await Programs.RunAsync(Programs.Cli, ".", "estimate", option, value);
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(expected, ended.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task Says_where_too_few_are_there()
    {
        var ended = await Programs.RunAsync(Programs.Cli, ".", "estimate", "--trusted", "4", "--policy", "credibility(0.001, 0.2)");
        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Contains("credibility(0.001, 0.2) wants 7 trusted workers; 4 are there.", ended.Output, StringComparison.Ordinal);
    }
}
