using System.Buffers.Binary;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster.Attacks;

/// <summary>Results that could differ in the bits of a NaN, or in a rounding, from one honest worker to the other.</summary>
public sealed class FloatTests : IDisposable
{
    private const int Workers = 5, Tasks = 20;
    private const ulong CanonicalNaN = 0x7ff8000000000000;

    /// <summary>NaNs as arithmetic makes them, with a payload that comes in and a sign; and roundings that extended precision would change.</summary>
    private const string Floats = """
        (module
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1 1)
          (global $zero (mut f64) (f64.const 0))
          (global $payload (mut f64) (f64.const -nan:0x8000000001234))
          (global $tenth (mut f64) (f64.const 0.1))
          (func (export "_start")
            (f64.store (i32.const 16) (f64.div (global.get $zero) (global.get $zero)))
            (f64.store (i32.const 24) (f64.add (global.get $payload) (f64.const 1)))
            (f64.store (i32.const 32) (f64.sqrt (f64.sub (global.get $zero) (global.get $tenth))))
            (f64.store (i32.const 40) (f64.promote_f32 (f32.demote_f64 (global.get $payload))))
            (f64.store (i32.const 48) (f64.add (global.get $tenth) (f64.const 0.2)))
            (f64.store (i32.const 56) (f64.sub (f64.mul (global.get $tenth) (f64.const 3)) (f64.const 0.3)))
            (f64.store (i32.const 64) (f64.promote_f32 (f32.demote_f64 (f64.div (f64.const 1) (f64.add (global.get $zero) (f64.const 3))))))
            (f64.store (i32.const 72) (f64.nearest (f64.add (global.get $zero) (f64.const 2.5))))
            (i32.store (i32.const 0) (i32.const 16))
            (i32.store (i32.const 4) (i32.const 64))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
        """;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Honest_workers_agree_to_the_bit()
    {
        await using var node = await TestNode.StartAsync(_directory.Path, settings => settings with { Workers = Workers });
        var end = await RunAsync(node, new Policy.Quorum(Workers, Workers)); // one that differs, and there is no outcome
        Assert.Equal((Workers * Tasks, 0), (end.Workers.Sum(worker => worker.Accepted), end.Workers.Sum(worker => worker.Rejected)));
    }

    [Fact(Timeout = 300_000)]
    public async Task Another_NaN_is_rejected_as_any_other_difference_and_bans_nobody()
    {
        await using var node = await TestNode.StartAsync(
            _directory.Path, settings => settings with { Workers = Workers },
            (number, sandbox) => number == 0 ? new TestSandbox(sandbox) { After = WithPayload } : sandbox);
        var end = await RunAsync(node, new Policy.Quorum(3, Workers));
        foreach (var worker in end.Workers)
            Assert.Equal(worker.Worker == node.Workers[0], worker.Rejected > 0);
        var other = end.Workers.Single(worker => worker.Worker == node.Workers[0]);
        Assert.Equal(0, other.Accepted);

        // It works on, for the next job too.
        Assert.False(node.Context.Rosters.IsBanned(other.Worker));
        Assert.Contains((await RunAsync(node, new Policy.Quorum(3, Workers))).Workers, worker => worker == other with { Rejected = worker.Rejected });
        Assert.True(node.Context.Rosters.Current.Find(other.Worker)!.CanBeDrawn(node.Context.Rosters.Current.Epoch));
    }

    /// <summary>Every outcome is the canonical one.</summary>
    private static async Task<JobProgress> RunAsync(TestNode node, Policy policy)
    {
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current.CountTrusted("wasm") == Workers, "the workers can be drawn");
        await using var client = ComputeClient.Of(node.Context);
        var module = await client.PutModuleAsync(Wasmtime.Module.ConvertText(Floats), Cancel);
        var request = new JobRequest(module) { Id = JobId.Of(client.Boss, "floats"u8), Policy = policy, Draw = DrawMode.Next, BundleSize = 1 };
        var outcomes = await client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync();
        Assert.Equal(Tasks, outcomes.Count);
        double[] rounded = [0.1 + 0.2, (0.1 * 3) - 0.3, (float)(1 / 3.0), 2];
        ulong[] expected = [.. Enumerable.Repeat(CanonicalNaN, 4), .. rounded.Select(BitConverter.DoubleToUInt64Bits)];
        Assert.All(outcomes, outcome =>
        {
            Assert.True(outcome.Succeeded, outcome.Explain());
            Assert.Equal(expected, outcome.Output.ToArray().Chunk(sizeof(ulong)).Select(bytes => BinaryPrimitives.ReadUInt64LittleEndian(bytes)));
        });
        return await client.Job(request.Id!.Value).FinishAsync();
    }

    /// <summary>As another engine might have it: a NaN all the same, and negative.</summary>
    private static TaskResult WithPayload(TaskResult result)
    {
        var output = result.Output.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(output, 0xfff8000000001234);
        Assert.True(double.IsNaN(BinaryPrimitives.ReadDoubleLittleEndian(output)));
        return result with { Output = output };
    }
}
