using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Tests.Jobs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Stepping;

/// <summary>A run adds one to a byte.</summary>
public sealed class StepRunTests
{
    private static readonly Payload.Steps _payload = new(new Payload.Kernel("add", 1), 12, 3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_step_is_so_many_runs_and_all_states_are_there()
    {
        var add = new Add();
        var run = await AllAsync(add);
        Assert.Equal([5, 8, 11, 14, 17], run.States.Select(state => (int)state.Span[0]));
        Assert.True(run.Result is { Succeeded: true, Fuel: 12, Listing.IsEmpty: true });
        Assert.Equal(TimeSpan.FromMilliseconds(12), run.Result.Elapsed);
        Assert.Equal(17, run.Result.Output.Span[0]);
        Assert.Equal(12, add.Seen.Count);
        Assert.All(add.Seen, seen => Assert.Equal((Some.Hash(3), SomeJob.Limits.OutputBytes - Payload.Steps.TraceBytes), (seen.Seed, seen.Limits.OutputBytes)));
        // Its time is that of the whole task.
        Assert.Equal(SomeJob.Limits.WallClock - TimeSpan.FromMilliseconds(11), add.Seen[^1].Limits.WallClock);
    }

    [Fact]
    public async Task A_run_that_does_not_end_well_ends_the_task_as_it_is()
    {
        var run = await AllAsync(new Add { Traps = 9 });
        Assert.Equal((ResultKind.Trapped, TrapKind.Unreachable, 5L), (run.Result.Kind, run.Result.Trap, run.Result.Fuel));
        Assert.Equal([5, 8], run.States.Select(state => (int)state.Span[0]));
    }

    [Fact]
    public async Task The_time_of_the_task_ends_it_without_a_result()
    {
        var run = await AllAsync(new Add { Takes = TimeSpan.FromMilliseconds(300) });
        Assert.Equal((ResultKind.NoResult, NoResultReason.OutOfTime, 4L), (run.Result.Kind, run.Result.Reason, run.Result.Fuel));
        Assert.Contains("Limits.WallClock: the task's time was over", System.Text.Encoding.UTF8.GetString(run.Result.Stderr.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_states_than_there_may_be_give_no_result()
    {
        var run = await AllAsync(new Add { Bytes = StateFile.MaxBytes / 2 });
        Assert.Equal((ResultKind.NoResult, NoResultReason.OutputLimit), (run.Result.Kind, run.Result.Reason));
        Assert.Contains("keep a state less often", System.Text.Encoding.UTF8.GetString(run.Result.Stderr.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void States_are_found_again_in_their_file()
    {
        ReadOnlyMemory<byte>[] states = [new byte[] { 1, 2, 3 }, default, new byte[] { 4 }];
        Hash256[] hashes = [.. states.Select(state => Hash256.Of(state.Span))];
        var file = StateFile.Write(states, hashes);
        var head = StateFile.HeadOf(2);
        var index = StateFile.Read(file.AsSpan(0, head), 2)!;
        Assert.Equal(hashes, index.Hashes);
        for (var i = 0; i < states.Length; i++)
        {
            var (offset, size) = index.Find(i);
            Assert.Equal(states[i].ToArray(), file.AsSpan(offset, size).ToArray());
        }
        Assert.Null(StateFile.Read(file.AsSpan(0, head - 1), 2));
        Assert.Null(StateFile.Read(file.AsSpan(0, head), 1));
        file[Hash256.Size] = 0xFF; // a size that no file has
        Assert.Null(StateFile.Read(file.AsSpan(0, head), 2));
    }

    [Fact]
    public void A_trace_is_read_back_and_nothing_else_is_one()
    {
        var trace = Trace();
        var text = System.Text.Encoding.ASCII.GetString(trace.ToBytes());
        Assert.Equal(trace, TraceFile.Read(trace.ToBytes()));
        Assert.True(trace.ToListing().Length <= Payload.Steps.TraceBytes);
        foreach (var other in new[] { "", text + "\n", text.Replace("steps 4", "steps 04", StringComparison.Ordinal), text.Replace("trace 1", "trace 2", StringComparison.Ordinal), text[..^3], text.ToUpperInvariant() })
            Assert.Null(TraceFile.Read(System.Text.Encoding.ASCII.GetBytes(other)));
    }

    /// <summary>The bytes are for ever: another SDK writes the same.</summary>
    [Fact]
    public void Its_bytes_are_these() => Assert.Equal(
        "akkacompute-trace 1\nsteps 4\nevery 3\nroot 0303030303030303030303030303030303030303030303030303030303030303\n"
            + "states 0404040404040404040404040404040404040404040404040404040404040404\nbytes 185\n",
        System.Text.Encoding.ASCII.GetString(new TraceFile(new StepCommitment(4, Same(3)), 3, new BlobRef(Same(4), 185)).ToBytes()));

    [Fact]
    public void The_trace_of_a_result_is_the_one_that_fits_its_payload()
    {
        var trace = Trace();
        var good = TaskResult.Exit(0, new byte[] { 17 }, default, 1, TimeSpan.Zero) with { Listing = trace.ToListing() };
        Assert.Equal(trace, TraceFile.Of(good, _payload));
        Assert.Null(TraceFile.Of(good, _payload with { Every = 4 }));
        Assert.Null(TraceFile.Of(good with { ExitCode = 1 }, _payload));
        Assert.Null(TraceFile.Of(good with { Listing = default }, _payload));
        Assert.Null(TraceFile.Of(good with { Listing = OutFiles.Write([new OutFile("other", trace.ToBytes())]) }, _payload));
        Assert.Null(TraceFile.Of(good with { Listing = OutFiles.Write([new OutFile("trace", trace.ToBytes()), new OutFile("u", default)]) }, _payload));
    }

    private static TraceFile Trace() => new(new StepCommitment(4, Some.Hash(1)), 3, new BlobRef(Some.Hash(2), 200));

    private static Hash256 Same(byte digit) => new([.. Enumerable.Repeat(digit, Hash256.Size)]);

    private static ValueTask<StepRun> AllAsync(Add add) =>
        StepRun.AllAsync(add, _payload, Some.Hash(3), new byte[] { 5 }, SomeJob.Limits, Cancel);

    private sealed class Add : ISandbox
    {
        public List<(Hash256 Seed, Limits Limits)> Seen { get; } = [];

        /// <summary>The state that it can't go on from.</summary>
        public int Traps { get; init; } = -1;

        public TimeSpan Takes { get; init; } = TimeSpan.FromMilliseconds(1);

        public int Bytes { get; init; } = 1;

        public IReadOnlyCollection<string> Capabilities => [];

        public ValueTask<TaskResult> RunAsync(Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
        {
            Assert.Equal(_payload.Of, payload);
            Seen.Add((seed, limits));
            var output = new byte[Bytes];
            output[0] = (byte)(input.Span[0] + 1);
            return new(input.Span[0] == Traps
                ? TaskResult.Trapped(TrapKind.Unreachable, default, default, 1, Takes)
                : TaskResult.Exit(0, output, default, 1, Takes) with { Listing = OutFiles.Write([new OutFile("left", default)]) });
        }
    }
}
