using System.Diagnostics;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A boss that floods a node's slots, or its compilers, delays another boss's job by one task on each slot, and no more.</summary>
public sealed class FairSlotTests : IDisposable
{
    private static readonly Payload Module = new Payload.Kernel("echo", 1);

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task An_honest_job_needs_one_place_that_the_flood_leaves()
    {
        using var leave = new SemaphoreSlim(0);
        var began = 0;
        var hold = new TestKernel("hold", async (input, cancel) =>
        {
            Interlocked.Increment(ref began);
            await leave.WaitAsync(cancel);
            return input;
        });
        await using var node = await TestNode.StartAsync(_directory.Path, wrap: (_, _) => TestNode.Kernels(hold));
        await using var hostile = ComputeClient.Of(node.Context);
        var limits = Jobs.Short with { WallClock = TimeSpan.FromMinutes(10) };
        var flood = hostile.MapAsync(
            new JobRequest(hold.Payload) { Policy = Jobs.None, Draw = DrawMode.Now, BundleSize = 8, Limits = limits }, Jobs.Numbers(64), cancel: Cancel).AllAsync();
        using var waiting = new Gauge(node, "akkacompute.slots.waiting");
        await Wait.EventuallyAsync(() => Volatile.Read(ref began) == 2 && waiting.Value == 6, "the flood has both slots");

        var honest = node.Client.MapAsync(
            new JobRequest(Jobs.Echo) { Policy = Jobs.None, Draw = DrawMode.Now, BundleSize = 4 }, Jobs.Numbers(40), cancel: Cancel).AllAsync();
        // All of it: a slot that nobody waits for is the flood's again, and is never left.
        await Wait.EventuallyAsync(() => waiting.Value == 6 + 10, "the honest job has come");
        leave.Release(); // one task of the flood ends
        Jobs.AssertEchoed(await honest, 40, ordered: true);
        Assert.InRange(Volatile.Read(ref began), 2, 3);
        leave.Release(100);
        Jobs.AssertEchoed(await flood, 64, ordered: true);
    }

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task While_a_module_compiles_the_slot_is_free_and_no_lease_is_lost()
    {
        var release = new TaskCompletionSource<Compilation>(TaskCreationOptions.RunContinuationsAsynchronously);
        var compiled = 0;
        await using var node = await TestNode.StartAsync(
            _directory.Path, settings => settings with { Slots = 1 },
            (_, sandbox) => new TestSandbox(sandbox)
            {
                Uncompiled = payload => payload == Jobs.Delay && !release.Task.IsCompleted,
                Compile = async _ =>
                {
                    Interlocked.Increment(ref compiled);
                    return await release.Task;
                },
            },
            options => options with { Job = options.Job with { Dispatch = options.Job.Dispatch with { LeaseSlack = TimeSpan.FromMilliseconds(1_400) } } });
        using var expired = new Counted(node, "akkacompute.lease.events");
        var limits = Jobs.Short with { WallClock = TimeSpan.FromMilliseconds(100) };
        await using var other = ComputeClient.Of(node.Context);
        var request = new JobRequest(Jobs.Delay) { Id = JobId.Of(other.Boss, "x"u8), Policy = Jobs.None, BundleSize = 1, Limits = limits };
        var slow = other.MapAsync(request, Enumerable.Repeat(Jobs.Text("1"), 6), cancel: Cancel).AllAsync();
        await Wait.EventuallyAsync(() => Volatile.Read(ref compiled) > 0, "it is being compiled");

        // Long enough that each lease would have run out twice.
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(3.2))
            Jobs.AssertEchoed(await node.Client.MapAsync(new JobRequest(Jobs.Echo) { Policy = Jobs.None, Draw = DrawMode.Now }, Jobs.Numbers(5), cancel: Cancel).AllAsync(), 5, ordered: true);
        Assert.False(slow.IsCompleted);
        release.SetResult(new Compilation(TimeSpan.FromSeconds(1), null));
        Assert.All(await slow, outcome => Assert.True(outcome.Succeeded, outcome.Explain()));
        Assert.Equal(6, (await other.Job(request.Id!.Value).FinishAsync()).Executions);
        Assert.Equal(0, expired["expired"]);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_worker_that_cannot_compile_passes_and_says_why()
    {
        var asked = 0;
        await using var node = await TestNode.StartAsync(_directory.Path, wrap: (number, sandbox) => number >= 3 ? sandbox : new TestSandbox(sandbox)
        {
            Uncompiled = payload => payload == Module,
            Compile = _ =>
            {
                Interlocked.Increment(ref asked);
                return new(new Compilation(TimeSpan.Zero, "The disk is full."));
            },
        });
        var request = new JobRequest(Module) { Id = JobId.Of(node.Client.Boss, "x"u8), Policy = new Policy.Quorum(2, 5), BundleSize = 10 };
        Jobs.AssertEchoed(await node.Client.MapAsync(request, Jobs.Numbers(100), cancel: Cancel).AllAsync(), 100, ordered: true);
        var end = await node.Client.Job(request.Id!.Value).FinishAsync();
        Assert.True(asked > 0, "the broken workers were never asked");
        Assert.Equal(node.Workers.Skip(3).Order(), end.Workers.Select(worker => worker.Worker).Order());
    }
}
