using AkkaCompute.Pbm;

namespace AkkaCompute.Tests.Cluster;

/// <summary>The pbm program by itself: its words, its shell, its scripts.</summary>
public sealed class PbmClientTests(OnePbmNode fixture) : IClassFixture<OnePbmNode>
{
    private readonly PbmNode _node = fixture.Node;

    [Fact(Timeout = 300_000)]
    public async Task Help_lists_the_usage_and_what_the_node_can_do()
    {
        var help = await _node.OutputAsync("help");
        Assert.Contains("pbm [host:port] <palette> <command> [switches]", help, StringComparison.Ordinal);
        foreach (var command in (string[])["cluster show", "cluster down -a ADDRESS", "cluster-sharding region-stats -r TYPE", "actor hierarchy [-d DEPTH] [-s PATH]", "log tail", "system uptime", "compute job ID"])
            Assert.Contains($"\n  {command}\n", help, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_script_runs_line_by_line_and_ends_at_its_first_error()
    {
        var good = await PbmProgram.RunAsync([_node.EndPoint], "# a comment\n\nactor system\n  actor hierarchy -s '/user/compute' -d 0\nexit\nnonsense\n");
        Assert.Equal((0, "akka://AkkaCompute\nakka://AkkaCompute/user/compute\n", ""), (good.Code, good.Output, good.Errors));
        var bad = await PbmProgram.RunAsync([_node.EndPoint], "actor system\ncluster nonsense\nactor system\n");
        Assert.Equal((2, "akka://AkkaCompute\n"), (bad.Code, bad.Output));
        Assert.EndsWith("The script ends at line 2: cluster nonsense\n", bad.Errors, StringComparison.Ordinal);
        var refused = await PbmProgram.RunAsync([_node.EndPoint], "cluster down -a akka.tcp://AkkaCompute@127.0.0.1:1");
        Assert.Equal(1, refused.Code);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_person_has_a_prompt_and_an_error_ends_nothing()
    {
        var (output, errors, commands) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" }, new List<string>());
        var shell = new Shell(
            new Target("127.0.0.1", 9110), new StringReader("one 'two words'\nwrong\n\"open\n\nlast\nexit\nnever\n"), output, errors, interactive: true,
            (words, _) =>
            {
                commands.Add(string.Join('|', words));
                return Task.FromResult(words[0] == "wrong" ? 2 : 0);
            });
        Assert.Equal(0, await shell.RunAsync());
        Assert.Equal(["one|two words", "wrong", "last"], commands);
        Assert.Equal(string.Concat(Enumerable.Repeat("[127.0.0.1:9110] pbm> ", 6)), output.ToString());
        Assert.Equal("A \" is not closed.\n", errors.ToString());
    }

    [Theory(Timeout = 300_000)]
    [InlineData("here:99999 cluster show", 2, "'here:99999' is not host:port.")]
    [InlineData(":9110 cluster show", 2, "':9110' is not host:port.")]
    public async Task A_wrong_target_is_wrong_usage(string command, int code, string why)
    {
        var result = await PbmProgram.RunAsync(command.Split(' '));
        Assert.Equal((code, why + "\n"), (result.Code, result.Errors));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_word_that_does_not_fit_a_request_is_refused_before_it_is_sent()
    {
        var large = await _node.PbmAsync("cluster", "down", "-a", new string('x', 5000));
        Assert.Equal(2, large.Code);
        Assert.Contains("at most 4096 bytes", large.Errors, StringComparison.Ordinal);
        var control = await _node.PbmAsync("cluster", "down", "-a", "a\tb");
        Assert.Equal((2, "The word 'a?b' has a control character in it.\n"), (control.Code, control.Errors));
    }

    [Theory]
    [InlineData("127.0.0.1:9110", "127.0.0.1", 9110)]
    [InlineData("[::1]:9110", "::1", 9110)]
    [InlineData("node-1.example:1", "node-1.example", 1)]
    public void A_target_is_read_and_written(string text, string host, int port)
    {
        Assert.Equal(new Target(host, port), Target.TryParse(text));
        Assert.Equal(text, Target.TryParse(text)!.ToString());
    }

    [Theory]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("a b:1")]
    [InlineData("host:-1")]
    public void What_is_no_target_is_none(string text) => Assert.Null(Target.TryParse(text));
}
