using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Adversaries;

namespace AkkaCompute.Sandbox.Tests;

/// <summary>What each attack says of a task whose right result is its input.</summary>
public sealed class AdversaryTests
{
    private static readonly Limits _limits = new(1_000, 1 << 20, 100, 100, TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData("")]
    [InlineData("evil")]
    [InlineData("wrong(1)")]
    [InlineData("rate")]
    [InlineData("rate()")]
    [InlineData("rate(0)")]
    [InlineData("rate(1.1)")]
    [InlineData("rate(0.5")]
    [InlineData("after(2.5)")]
    [InlineData("on-off(1000001)")]
    [InlineData("slow(3601)")]
    public void What_is_no_attack_is_refused_with_the_limit(string text)
    {
        Assert.Null(Adversary.Parse(text, out var flaw));
        Assert.Contains($"'{text}'", flaw, StringComparison.Ordinal);
        Assert.Matches("none of wrong, together|the number is over 0, at most", flaw);
    }

    [Theory]
    [InlineData("wrong", "LLLLLLLL", false)]
    [InlineData("together", "LLLLLLLL", true)]
    [InlineData("on-off(2)", "rrLLrrLL", true)]
    [InlineData("after(3)", "rrrLLLLL", true)]
    [InlineData("lazy", "eeeeeeee", true)]
    [InlineData("oversized", "oooooooo", true)]
    [InlineData("slow(0.001)", "rrrrrrrr", true)]
    public async Task Each_attack_says_what_it_is_to_say(string text, string expected, bool same)
    {
        var (one, other) = (await PlayAsync(text), await PlayAsync(text));
        Assert.Equal(expected, new string([.. one.Select(Sort)]));
        Assert.Equal(same, one.Select(result => result.Digest()).SequenceEqual(other.Select(result => result.Digest())));
    }

    /// <summary>In the same tasks as its friends, and in about as many as it is told.</summary>
    [Theory]
    [InlineData("rate(0.25)", 'L')]
    [InlineData("picky(0.25)", 'n')]
    public async Task A_share_of_the_tasks_is_attacked(string text, char sort)
    {
        var (one, other) = (await PlayAsync(text, 2_000), await PlayAsync(text, 2_000));
        Assert.Equal(one.Select(Sort), other.Select(Sort));
        Assert.InRange(one.Count(result => Sort(result) == sort), 400, 600);
        Assert.All(one, result => Assert.Contains(Sort(result), new[] { sort, 'r' }));
    }

    [Fact]
    public async Task The_silent_one_answers_nothing_until_nobody_wants_it_any_more()
    {
        using var stop = new CancellationTokenSource();
        var run = new AdversarySandbox(Adversary.Parse("silent", out _)!, new Right()).RunAsync(Wasm, Hash256.Of([1]), new byte[] { 1 }, _limits, stop.Token).AsTask();
        Assert.False(run.IsCompleted);
        await stop.CancelAsync();
        Assert.Equal(ResultKind.NoResult, (await run).Kind);
    }

    private static Payload Wasm => new Payload.Wasm(default);

    private static async Task<List<TaskResult>> PlayAsync(string text, int tasks = 8)
    {
        var sandbox = new AdversarySandbox(Adversary.Parse(text, out var flaw) ?? throw new ArgumentException(flaw, nameof(text)), new Right());
        var results = new List<TaskResult>();
        for (var task = 0; task < tasks; task++)
            results.Add(await sandbox.RunAsync(Wasm, Hash256.Of(BitConverter.GetBytes(task)), Encoding.ASCII.GetBytes("right"), _limits, TestContext.Current.CancellationToken));
        return results;
    }

    private static char Sort(TaskResult result) =>
        result.Kind == ResultKind.NoResult ? 'n'
        : result.Output.IsEmpty ? 'e'
        : result.Output.Length > _limits.OutputBytes ? 'o'
        : result.Output.Span.SequenceEqual("right"u8) ? 'r' : 'L';

    private sealed class Right : ISandbox
    {
        public IReadOnlyCollection<string> Capabilities => [];

        public ValueTask<TaskResult> RunAsync(Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel) =>
            new(TaskResult.Exit(0, input, default, 1, TimeSpan.Zero));
    }
}
