using System.Buffers.Binary;
using AkkaCompute.Actors.Client;
using AkkaCompute.Cluster.Tests.Demo;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A long iterated map with a known end, as a job whose workers commit themselves to all states.</summary>
public sealed class StepsTests : IDisposable
{
    private const int Workers = 9, Newcomers = 2, Tasks = 30, Runs = 60, Every = 5, Drawn = 3;

    /// <summary>The state is a number x of 64 bits, little-endian; the next one is a·x + c.</summary>
    private const ulong A = 6364136223846793005, C = 1442695040888963407;

    private static readonly byte[] _module = Wasmtime.Module.ConvertText($"""
        (module
          (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1 1)
          (func (export "_start")
            (i32.store (i32.const 0) (i32.const 16))
            (i32.store (i32.const 4) (i32.const 8))
            (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (if (i32.ne (i32.load (i32.const 8)) (i32.const 8)) (then (unreachable)))
            (i64.store (i32.const 16) (i64.add (i64.mul (i64.load (i32.const 16)) (i64.const {A})) (i64.const {C})))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
        """);

    private readonly TemporaryDirectory _directory = new();
    private volatile bool _lies;
    private int _runs;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Policy Policy => new Policy.Steps(Drawn, 0, 0.01m, 0.2m, 1);

    public void Dispose() => _directory.Dispose();

    /// <summary>
    /// First nobody lies: each result is checked by three of its twelve steps. Then a newcomer does: it is caught, its tasks are done
    /// again, and anybody who has the proof and the module can replay it.
    /// </summary>
    [Trait("Category", "Long")]
    [Fact(Timeout = 600_000)]
    public async Task A_job_in_steps_is_checked_by_a_few_and_a_lie_is_proven()
    {
        await using var node = await TestNode.StartAsync(
            _directory["node"],
            settings => settings with { Workers = Workers },
            (number, sandbox) => new TestSandbox(sandbox)
            {
                Before = (_, _) =>
                {
                    Interlocked.Increment(ref _runs);
                    return default;
                },
                After = result => _lies && number == Workers - 1 ? result with { Output = State(7) } : result,
            },
            options => options with
            {
                RevealWait = Wait.Long, HeadsEpoch = options.MinEpoch,
                Workers = [.. options.Workers.Select((worker, number) => worker with { IsNewcomer = number >= Workers - Newcomers })],
            });
        var program = await node.Client.PutProgramAsync(new ProgramSource(_module), Cancel);
        var payload = new Payload.Steps(program, Runs, Every);
        await Wait.EventuallyAsync(
            () => node.Context.Rosters.Current.CountTrusted(payload.Capability) == Workers - Newcomers
                && node.Context.Rosters.Current.CountEligible(payload.Capability) == Workers,
            "the workers can be drawn");

        var (honest, end) = await RunAsync(node, payload);
        Assert.Equal(2 * Tasks, end.Executions);
        Assert.All(honest, outcome => Assert.Empty(outcome.Stderr.ToArray()));
        Assert.All(honest, outcome => Assert.NotNull(TraceFile.Read(Assert.Single(OutFiles.Read(outcome.Listing)).Bytes.Span)));
        // A drawn step may come twice; a lease that ran out on a busy machine is another run of all.
        Assert.InRange(_runs, Tasks * (Runs + Every), Tasks * (Runs + (Drawn * Every)) * 11 / 10);

        _lies = true;
        var (outcomes, after) = await RunAsync(node, payload);
        while (after.Workers.All(worker => worker.Worker != node.Workers[^1])) // one in 34 jobs does not draw it
            (outcomes, after) = await RunAsync(node, payload);
        var liar = after.Workers.Single(worker => worker.Worker == node.Workers[^1]);
        Assert.True(liar is { Accepted: 0, Rejected: > 0 }, $"{liar}");
        Assert.Equal(liar.Rejected, after.Workers.Sum(worker => worker.Rejected));

        var report = ExportTests.Audit(await ExportTests.ExportAsync(node), null);
        Assert.Empty(report.Findings);

        var said = outcomes.Select(outcome => Jobs.Text(outcome.Stderr)).First(text => text.Length > 0);
        Assert.StartsWith("check: step ", said, StringComparison.Ordinal);
        Assert.Contains($"of the trace of worker {liar.Worker} is wrong: the proof is blob ", said, StringComparison.Ordinal);
        Assert.True(Hash256.TryParse(said.TrimEnd()[^65..^1], out var blob), said);
        var proof = await node.Context.Options.Blobs.GetAsync(blob, Cancel);
        File.WriteAllBytes(Path.Combine(_directory.Path, "proof"), proof!.Value.ToArray());
        Directory.CreateDirectory(Path.Combine(_directory.Path, "modules"));
        File.WriteAllBytes(Path.Combine(_directory.Path, "modules", "map.wasm"), _module);
        var replayed = await Programs.RunAsync(Programs.Cli, _directory.Path, "verify-step", "proof", "--modules", "modules");
        Assert.True(replayed.ExitCode == 0, $"{replayed.ExitCode}: {replayed.Output}{replayed.Error}");
        Assert.Contains($"claimed  {Hash256.Of(State(7))}", replayed.Output, StringComparison.Ordinal);
        Assert.Contains("proven", replayed.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task What_goes_from_no_state_to_another_and_a_chance_of_all_are_refused_at_once()
    {
        await using var node = await TestNode.StartAsync(_directory["node"]);
        var request = new JobRequest(Jobs.Echo) { Policy = Policy, BundleSize = 1 };
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.SubmitAsync(request, Cancel));
        Assert.Contains("Payload: 'kernel:echo@1', but under steps(3, 0, 0.01, 0.2, 1) it is of the kind 'steps'", refused.Message, StringComparison.Ordinal);
        request = request with { Payload = new Payload.Steps(Jobs.Echo, 10, 1), Policy = new Policy.Steps(3, 1.5m) };
        refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.SubmitAsync(request, Cancel));
        Assert.Contains("steps(3, 1.5): p is 0 to 1", refused.Message, StringComparison.Ordinal);
        // Under any other policy steps are results as all others.
        request = request with { Policy = new Policy.Quorum(2, 3) };
        var outcomes = await node.Client.MapAsync(request, Jobs.Numbers(3), cancel: Cancel).AllAsync();
        Jobs.AssertEchoed(outcomes, 3, ordered: true);
        Assert.All(outcomes, outcome => Assert.NotNull(TraceFile.Read(Assert.Single(OutFiles.Read(outcome.Listing)).Bytes.Span)));
    }

    /// <summary>All outcomes are what the map gives.</summary>
    private async Task<(IReadOnlyList<Outcome> Outcomes, JobProgress End)> RunAsync(TestNode node, Payload payload)
    {
        _runs = 0;
        var request = new JobRequest(payload) { Policy = Policy, Draw = DrawMode.Next, BundleSize = 1 };
        var job = await node.Client.SubmitAsync(request, Cancel);
        await job.AddAsync(Enumerable.Range(0, Tasks).Select(task => (ReadOnlyMemory<byte>)State((ulong)task)), Cancel);
        await job.CloseAsync(Cancel);
        var end = await job.FinishAsync();
        var outcomes = await job.OutcomesAsync(ordered: true, cancel: Cancel).AllAsync();
        Assert.Equal(Tasks, outcomes.Count);
        foreach (var outcome in outcomes)
        {
            var state = (ulong)outcome.Task;
            for (var run = 0; run < Runs; run++)
                state = unchecked((A * state) + C);
            Assert.True(outcome.Succeeded, outcome.Explain());
            Assert.Equal(State(state), outcome.Output.ToArray());
        }
        return (outcomes, end);
    }

    private static byte[] State(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
