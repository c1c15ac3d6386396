using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Workers that fail, hang or vanish delay their tasks and nothing else.</summary>
public sealed class SlotTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_worker_whose_sandbox_throws_passes_and_the_next_one_is_asked()
    {
        var thrown = 0;
        await using var node = await TestNode.StartAsync(_directory.Path, wrap: (number, sandbox) => number >= 3 ? sandbox : new TestSandbox(sandbox)
        {
            Before = (_, _) =>
            {
                Interlocked.Increment(ref thrown);
                throw new InvalidOperationException("a broken machine");
            },
        });
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(node.Client.Boss, "x"u8), Policy = new Policy.Quorum(2, 5), BundleSize = 10 };
        Jobs.AssertEchoed(await node.Client.MapAsync(request, Jobs.Numbers(300), cancel: Cancel).AllAsync(), 300, ordered: true);
        var end = await node.Client.Job(request.Id!.Value).FinishAsync();
        Assert.True(thrown > 0, "the broken workers were never asked");
        Assert.Equal(600, end.Executions);
        Assert.Equal(node.Workers.Skip(3).Order(), end.Workers.Select(worker => worker.Worker).Order());
    }

    [Fact(Timeout = 300_000)]
    public async Task A_bundle_whose_worker_does_not_answer_goes_to_somebody_else()
    {
        // Two workers keep what they get, in all slots but one, until the test lets go of it.
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var kept = 0;
        await using var node = await TestNode.StartAsync(
            _directory.Path,
            settings => settings with { Slots = 8 },
            (number, sandbox) => number >= 2 ? sandbox : new TestSandbox(sandbox)
            {
                Before = async (_, _) =>
                {
                    if (Interlocked.Increment(ref kept) <= 4)
                        await release.Task;
                },
            },
            options => options with
            {
                Job = options.Job with { Dispatch = options.Job.Dispatch with { LeaseSlack = TimeSpan.FromMilliseconds(500) } },
            });
        try
        {
            var request = new JobRequest(Jobs.Echo)
            {
                Id = JobId.Of(node.Client.Boss, "x"u8), Policy = Jobs.None, BundleSize = 2, Limits = Jobs.Short with { WallClock = TimeSpan.FromMilliseconds(500) },
            };
            Jobs.AssertEchoed(await node.Client.MapAsync(request, Jobs.Numbers(60), cancel: Cancel).AllAsync(), 60, ordered: true);
            Assert.True(kept >= 4, $"only {kept} bundles were kept back");
            release.SetResult();
            // What comes late changes nothing and is counted nowhere.
            var end = await node.Client.Job(request.Id!.Value).FinishAsync();
            Assert.Equal(60, end.Executions);
            Assert.Equal((60, 0), await node.EarnedAsync(node.Workers));
        }
        finally
        {
            release.TrySetResult();
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_payload_that_hangs_costs_its_task_and_the_slot_goes_on()
    {
        using var release = new ManualResetEventSlim();
        var hang = new TestKernel("hang", (input, _) =>
        {
            if (Jobs.Text(input) == "hang")
                release.Wait(Cancel);
            return new(input);
        });
        await using var node = await TestNode.StartAsync(_directory.Path, settings => settings with { Slots = 1 }, (_, _) => TestNode.Kernels(hang));
        try
        {
            var request = new JobRequest(hang.Payload) { Policy = Jobs.None, BundleSize = 3, Limits = Jobs.Short with { WallClock = TimeSpan.FromMilliseconds(300) } };
            var outcomes = await node.Client.MapAsync(
                request, [Jobs.Text("a"), Jobs.Text("hang"), Jobs.Text("b")], cancel: Cancel).AllAsync();
            Assert.Equal([true, false, true], outcomes.Select(outcome => outcome.Succeeded));
            Assert.Equal(NoResultReason.OutOfTime, outcomes[1].Reason);
            Assert.Contains("Limits.WallClock", Jobs.Text(outcomes[1].Stderr), StringComparison.Ordinal);
            // The only slot's first thread still hangs: another one does this.
            var after = await node.Client.MapAsync(new JobRequest(Jobs.Echo) { Policy = Jobs.None }, Jobs.Numbers(50), cancel: Cancel).AllAsync();
            Jobs.AssertEchoed(after, 50, ordered: true);
        }
        finally
        {
            release.Set();
        }
    }
}
