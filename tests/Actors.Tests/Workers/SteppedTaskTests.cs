using System.Collections.Concurrent;
using System.Text;
using AkkaCompute.Actors.Blobs;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Tests.Workers;

/// <summary>A task whose run adds one to a byte, on a worker's slot and as a check.</summary>
public sealed class SteppedTaskTests
{
    private const int Runs = 12, Every = 3, Steps = 4;

    private static readonly Payload.Steps _payload = new(new Payload.Kernel("add", 1), Runs, Every);
    private static readonly Limits _limits = new(1_000, 1 << 20, 1_024, 256, TimeSpan.FromSeconds(1));
    private static readonly NodeId _liar = NodeId.Of("liar"u8);

    private readonly Store _store = new();
    private readonly Add _add = new();

    [Fact]
    public async Task All_states_are_in_the_store_before_the_result_is_there()
    {
        var result = await RunAsync(null);
        Assert.True(result.Succeeded);
        Assert.Equal(17, result.Output.Span[0]);
        var trace = TraceFile.Of(result, _payload)!;
        var file = _store.Blobs[trace.States.Hash];
        Assert.Equal(trace.States, BlobRef.Of(file));
        var index = StateFile.Read(file.AsSpan(0, StateFile.HeadOf(Steps)), Steps)!;
        Assert.Equal(trace.Commitment, index.ToTrace().Commitment);
        Assert.Equal(new byte[] { 5, 8, 11, 14, 17 }.Select(state => Hash256.Of([state])), index.Hashes);
        Assert.Equal(Runs, _add.Runs);
    }

    [Fact]
    public async Task A_check_runs_the_drawn_steps_alone_and_gives_the_result_that_it_bears_out()
    {
        var claimed = await RunAsync(null);
        _add.Runs = 0;
        var result = await RunAsync(Check(TraceFile.Of(claimed, _payload)!, 3, 0, 3));
        Assert.Equal(claimed.Digest(), result.Digest());
        Assert.Equal(claimed.Output.ToArray(), result.Output.ToArray());
        Assert.Equal(2 * Every, _add.Runs);
        Assert.Empty(result.Stderr.ToArray());
    }

    [Fact]
    public async Task A_wrong_step_that_is_drawn_is_proven_and_all_of_the_task_is_run()
    {
        var lie = Lie();
        var result = await RunAsync(Check(lie, 0, 2));
        Assert.Equal((await RunAsync(null)).Digest(), result.Digest());
        Assert.NotEqual(lie.ToListing(), result.Listing.ToArray());
        var said = Encoding.UTF8.GetString(result.Stderr.Span);
        Assert.StartsWith($"check: step 2 of the trace of worker {_liar} is wrong: the proof is blob ", said, StringComparison.Ordinal);
        Assert.True(Hash256.TryParse(said[^66..^2], out var blob));

        var proof = FraudProofJson.Read(_store.Blobs[blob]);
        Assert.Null(proof.Check());
        Assert.Equal((lie.Commitment, 2L, 3L, 11), (proof.Trace, proof.Before.Step, proof.Every, proof.State.Span[0]));
        Assert.Equal(FraudVerdict.Proven, (await proof.ReplayAsync(_add, TestContext.Current.CancellationToken)).Verdict);
    }

    [Fact]
    public async Task A_wrong_step_that_is_not_drawn_is_not_seen()
    {
        var lie = Lie();
        Assert.Equal(lie.ToListing(), (await RunAsync(Check(lie, 0, 1))).Listing.ToArray());
    }

    [Fact]
    public async Task A_check_of_no_steps_gets_no_signature_under_what_nobody_has_run()
    {
        var right = (await RunAsync(null)).Listing.ToArray();
        Assert.Equal(right, (await RunAsync(Check(Lie()))).Listing.ToArray());
        Assert.Equal(right, (await RunAsync(Check(Lie(), [.. Enumerable.Repeat(0L, 65)]))).Listing.ToArray());
    }

    /// <summary>Where all of it is run again, the first step that parts the two is the proof, wherever it is.</summary>
    [Fact]
    public async Task A_verifier_that_runs_all_finds_the_one_step()
    {
        var right = await RunAsync(null);
        _add.Runs = 0;
        var same = await RunAsync(Check(TraceFile.Of(right, _payload)!, 0) with { All = true });
        Assert.Equal((right.Digest(), Runs, 0), (same.Digest(), _add.Runs, same.Stderr.Length));

        var result = await RunAsync(Check(Lie(), 0) with { All = true });
        Assert.Equal(right.Digest(), result.Digest());
        Assert.StartsWith($"check: step 2 of the trace of worker {_liar} is wrong: the proof is blob ", Encoding.UTF8.GetString(result.Stderr.Span), StringComparison.Ordinal);
        // From 11 there is no next state: whatever the worker has there is wrong.
        _add.Traps = 12;
        var trapped = await RunAsync(Check(TraceFile.Of(right, _payload)!, 0) with { All = true });
        Assert.Equal(ResultKind.Trapped, trapped.Kind);
        Assert.StartsWith("check: step 2 of", Encoding.UTF8.GetString(trapped.Stderr.Span), StringComparison.Ordinal);
        _add.Traps = -1;
        _add.IsSlow = true;
        var slow = await RunAsync(Check(TraceFile.Of(right, _payload)!, 0) with { All = true });
        Assert.Equal(ResultKind.NoResult, slow.Kind);
        Assert.DoesNotContain("check", Encoding.UTF8.GetString(slow.Stderr.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_states_can_not_be_had_all_of_the_task_is_run_and_nobody_is_accused()
    {
        var claimed = await RunAsync(null);
        var trace = TraceFile.Of(claimed, _payload)!;
        var right = _store.Blobs[trace.States.Hash];
        var other = right.ToArray();
        other[^2] ^= 1; // state 3, which the store has wrong
        foreach (var (bytes, steps, why) in new (byte[]?, long[], string)[]
            { (null, [0], "the states of"), (other, [3], "state 3 of"), (other[..^1], [3], "state 3 of"), (right[..8], [0], "the states of"), (right, [4], "none of this task") })
        {
            _ = bytes is null ? _store.Blobs.TryRemove(trace.States.Hash, out _) : _store.Set(trace.States.Hash, bytes);
            _add.Runs = 0;
            var result = await RunAsync(Check(trace, steps));
            Assert.Equal(claimed.Digest(), result.Digest());
            Assert.Contains(why, Encoding.UTF8.GetString(result.Stderr.Span), StringComparison.Ordinal);
            Assert.Equal(Runs, _add.Runs);
        }
    }

    [Fact]
    public async Task An_output_that_is_not_the_last_state_is_found_by_running_all()
    {
        var claimed = await RunAsync(null);
        var check = Check(TraceFile.Of(claimed, _payload)!, 0) with { Digest = Result(TraceFile.Of(claimed, _payload)!, new byte[] { 9 }).Digest()!.Value };
        var result = await RunAsync(check);
        Assert.Equal(claimed.Digest(), result.Digest());
        Assert.Contains("is not its output", Encoding.UTF8.GetString(result.Stderr.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_that_begins_elsewhere_or_has_another_root_is_not_followed()
    {
        var claimed = await RunAsync(null);
        var trace = TraceFile.Of(claimed, _payload)!;
        foreach (var wrong in new[] { trace with { Commitment = trace.Commitment with { Root = Hash256.Of([1]) } }, Lie([6, 9, 12, 15, 18]) })
        {
            var result = await RunAsync(Check(wrong, 0));
            Assert.Equal(claimed.Digest(), result.Digest());
            Assert.Contains("does not hold together, or does not begin with the input", Encoding.UTF8.GetString(result.Stderr.Span), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_room_for_its_states_a_task_has_no_result()
    {
        _store.Answer = BlobPut.BossFull;
        var result = await RunAsync(null);
        Assert.Equal((ResultKind.NoResult, NoResultReason.OutputLimit), (result.Kind, result.Reason));
        _store.Answer = BlobPut.StoreFull;
        Assert.Equal(NoResultReason.WorkerFault, (await RunAsync(null)).Reason);
    }

    /// <summary>Step 2 gives 15 instead of 14.</summary>
    private TraceFile Lie() => Lie([5, 8, 11, 15, 18]);

    private TraceFile Lie(byte[] said)
    {
        ReadOnlyMemory<byte>[] states = [.. said.Select(state => (ReadOnlyMemory<byte>)new[] { state })];
        Hash256[] hashes = [.. states.Select(state => Hash256.Of(state.Span))];
        var file = StateFile.Write(states, hashes);
        _store.Set(Hash256.Of(file), file);
        return new TraceFile(new StepTrace(hashes).Commitment, Every, BlobRef.Of(file));
    }

    private StepCheck Check(TraceFile trace, params long[] steps)
    {
        // The last state is the output, as far as it is there.
        var last = _store.Blobs.TryGetValue(trace.States.Hash, out var file) ? file[^1..] : [];
        return new(_liar, steps, trace.ToBytes(), Result(trace, last).Digest()!.Value, All: false);
    }

    private static TaskResult Result(TraceFile trace, ReadOnlyMemory<byte> output) =>
        TaskResult.Exit(0, output, default, 1, TimeSpan.Zero) with { Listing = trace.ToListing() };

    private ValueTask<TaskResult> RunAsync(StepCheck? check)
    {
        var assign = new Assign(
            new JobId(Hash256.Of("job"u8)), 0, 1, new Epoch(1), NodeId.Of("worker"u8), _payload, _limits, 0, [new byte[] { 5 }], TimeSpan.FromSeconds(1))
        {
            Boss = NodeId.Of("boss"u8), Check = check,
        };
        var blobs = new TaskBlobs(new BlobCache(_store, 1 << 20), _store, new BlobQuota(1 << 20, 1 << 20));
        return new SteppedTask(_add, assign, _payload, blobs).RunAsync(0, TestContext.Current.CancellationToken);
    }

    private sealed class Add : ISandbox
    {
        public int Runs { get; set; }

        /// <summary>The state that it can't go on from.</summary>
        public int Traps { get; set; } = -1;

        public bool IsSlow { get; set; }

        public IReadOnlyCollection<string> Capabilities => [];

        public ValueTask<TaskResult> RunAsync(Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
        {
            Assert.Equal((_payload.Of, 512), (payload, limits.OutputBytes));
            Runs++;
            if (input.Span[0] == Traps)
                return new(TaskResult.Trapped(TrapKind.Unreachable, default, default, 1, TimeSpan.FromMilliseconds(1)));
            var time = IsSlow ? limits.WallClock : TimeSpan.FromMilliseconds(1);
            return new(TaskResult.Exit(0, new[] { (byte)(input.Span[0] + 1) }, default, 1, time));
        }
    }

    private sealed class Store : IBlobStore
    {
        public ConcurrentDictionary<Hash256, byte[]> Blobs { get; } = new();

        public BlobPut Answer { get; set; } = BlobPut.Stored;

        public bool Set(Hash256 hash, byte[] bytes)
        {
            Blobs[hash] = bytes;
            return true;
        }

        public async ValueTask<BlobPut> PutAsync(NodeId boss, ReadOnlyMemory<byte> bytes, BlobQuota quota, CancellationToken cancel)
        {
            if (Answer == BlobPut.Stored)
                await PutAsync(bytes, cancel);
            return Answer;
        }

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) =>
            new(Blobs.TryGetValue(hash, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null);

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(Blobs.ContainsKey(hash));

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
        {
            var hash = Hash256.Of(bytes.Span);
            Blobs[hash] = bytes.ToArray();
            return new(hash);
        }
    }
}
