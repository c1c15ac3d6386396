using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>One node for all tests that ask for what is not given.</summary>
public sealed class RefusalFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    internal TestNode Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var fail = new TestKernel("fail", (input, _) => throw new KernelException(3, $"no luck with {Jobs.Text(input)}"));
        Node = await TestNode.StartAsync(_directory.Path, wrap: (number, sandbox) => number == 0 ? TestNode.Kernels(fail) : sandbox);
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>What a boss does wrong gets a refusal that says what and why, and changes nothing.</summary>
public sealed class RefusalTests(RefusalFixture fixture) : IClassFixture<RefusalFixture>
{
    private readonly TestNode _node = fixture.Node;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ComputeClient Client => _node.Client;

    [Fact(Timeout = 300_000)]
    public async Task A_job_that_nobody_handed_in_is_refused()
    {
        var id = JobId.Of(Client.Boss, "never"u8);
        var job = Client.Job(id);
        foreach (var ask in (Func<Task>[])[
            () => job.GetAsync(Cancel), () => job.CancelAsync(Cancel),
            () => job.OutcomesAsync(cancel: Cancel).AllAsync(), () => job.ProgressAsync(Cancel).AllAsync()])
        {
            var refused = await Assert.ThrowsAsync<ComputeRefusedException>(ask);
            Assert.Equal(RefusalReason.UnknownJob, refused.Reason);
            Assert.Contains(id.ToString(), refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = 300_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cursor_below_the_start_reads_from_there_one_beyond_the_end_finds_nothing(bool ordered)
    {
        var job = await Client.SubmitAsync(new JobRequest(Jobs.Echo), Cancel);
        await job.AddAsync(Jobs.Numbers(20), Cancel);
        await job.CloseAsync(Cancel);
        Assert.Equal(20, (await job.OutcomesAsync(cancel: Cancel).AllAsync()).Count);

        foreach (var cursor in (OutcomeCursor[])[new(long.MinValue, 0), new(-1, 0), new(0, -1), new(0, int.MinValue)])
        {
            var page = Assert.IsType<JobProtocol.OutcomePage>(await _node.AskAsync(new JobProtocol.GetOutcomes(job.Id, cursor, ordered)));
            Assert.Equal(20, page.Outcomes.Count);
        }
        foreach (var cursor in (OutcomeCursor[])[new(long.MaxValue, 0), new(int.MaxValue, int.MaxValue)])
        {
            var page = Assert.IsType<JobProtocol.OutcomePage>(await _node.AskAsync(new JobProtocol.GetOutcomes(job.Id, cursor, ordered)));
            Assert.True(page.End);
            Assert.Empty(page.Outcomes);
        }
        Assert.Equal(20, (await job.GetAsync(Cancel)).Progress.Decided);
    }

    [Theory(Timeout = 300_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cursor_far_beyond_the_end_of_an_open_job_is_refused_at_once_with_the_end(bool ordered)
    {
        var job = await Client.SubmitAsync(new JobRequest(Jobs.Echo), Cancel);
        await job.AddAsync(Jobs.Numbers(5), Cancel);
        foreach (var position in (long[])[1_000, int.MaxValue, long.MaxValue])
        {
            var refused = Assert.IsType<Refused>(await _node.AskAsync(new JobProtocol.GetOutcomes(job.Id, new OutcomeCursor(position, 7), ordered)));
            Assert.Equal(RefusalReason.Invalid, refused.Reason);
            Assert.StartsWith($"Cursor.Position: {position}, ", refused.Message, StringComparison.Ordinal);
        }
        await job.CancelAsync(Cancel);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_module_larger_than_nodes_take_is_refused_with_the_limit()
    {
        byte[] module = [0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0, .. new byte[5 << 20]];
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => Client.PutModuleAsync(module, Cancel));
        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        Assert.Contains($"The module has {module.Length} bytes, at most {4 << 20}.", refused.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 300_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_handed_in_again_is_one_job_and_with_another_content_a_conflict(bool finished)
    {
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(Client.Boss, [(byte)(finished ? 1 : 0)]), Label = "first" };
        var job = await Client.SubmitAsync(request, Cancel);
        if (finished)
        {
            await job.CloseAsync(Cancel);
            await job.FinishAsync();
        }

        var again = await Client.SubmitAsync(request, Cancel);
        Assert.Equal(job.Id, again.Id);
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => Client.SubmitAsync(request with { Label = "second" }, Cancel));
        Assert.Equal(RefusalReason.Conflict, refused.Reason);
        Assert.StartsWith("Label: 'second', but", refused.Message, StringComparison.Ordinal);
        Assert.Equal("first", (await job.GetAsync(Cancel)).Spec.Label);
        if (!finished)
            await job.CancelAsync(Cancel);
    }

    [Fact(Timeout = 300_000)]
    public async Task An_input_over_the_limit_is_refused_by_its_place_and_the_limit()
    {
        var job = await Client.SubmitAsync(new JobRequest(Jobs.Echo), Cancel);
        // A client of ours puts it as a blob.
        var page = job.SignPage([new TaskInput(Jobs.Text("small"), null), new TaskInput(new byte[49 * 1024], null)], last: false);
        Assert.Equal(new Refused(RefusalReason.TooLarge, $"Inputs[1]: {49 * 1024} bytes, at most {48 * 1024}."), await _node.AskAsync(page));
        Assert.Equal(0, (await job.GetAsync(Cancel)).Progress.Tasks);
        await job.CancelAsync(Cancel);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_map_over_an_input_that_is_too_large_fails_and_leaves_no_open_job()
    {
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(Client.Boss, "too large"u8) };
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(
            () => Client.MapAsync(request, [new byte[(64 << 20) + 1]], cancel: Cancel).AllAsync());
        Assert.Equal(RefusalReason.TooLarge, refused.Reason);
        Assert.Contains("Inputs[0]", refused.Message, StringComparison.Ordinal);
        await Client.Job(request.Id.Value).FinishAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task Bytes_that_are_no_module_are_not_put()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Client.PutModuleAsync(Jobs.Text("#!/bin/sh"), Cancel));
        Assert.Contains("no WebAssembly module", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_module_that_is_broken_inside_is_refused_when_it_is_put()
    {
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(
            () => Client.PutModuleAsync(new byte[] { 0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0, 1, 255, 3, 7, 9 }, Cancel));
        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        Assert.Contains("not valid WebAssembly", refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_module_that_nobody_put_is_refused()
    {
        var missing = Hash256.Of("missing"u8);
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(
            () => Client.SubmitAsync(new JobRequest(new Payload.Wasm(missing)), Cancel));
        Assert.Equal(RefusalReason.UnknownBlob, refused.Reason);
        Assert.Contains(missing.ToString(), refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_quorum_of_more_workers_than_there_are_is_refused_with_both_numbers()
    {
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(
            () => Client.SubmitAsync(new JobRequest(Jobs.Echo) { Policy = new Policy.Quorum(6, 9) }, Cancel));
        Assert.Equal(RefusalReason.TooFewWorkers, refused.Reason);
        Assert.Contains("wants 6 workers", refused.Message, StringComparison.Ordinal);
        Assert.Contains("5 are there", refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_kernel_that_no_worker_has_is_refused_by_name()
    {
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(
            () => Client.SubmitAsync(new JobRequest(new Payload.Kernel("nowhere", 7)), Cancel));
        Assert.Equal(RefusalReason.TooFewWorkers, refused.Reason);
        Assert.Contains("kernel:nowhere@7", refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_boss_that_works_is_not_counted_for_its_own_job()
    {
        await using var boss = ComputeClient.Of(_node.Context, new ComputeClientOptions { Key = _node.Context.Options.Workers[1].Keys.Key });
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(
            () => boss.SubmitAsync(new JobRequest(Jobs.Echo) { Policy = new Policy.Quorum(5, 5) }, Cancel));
        Assert.Contains("4 are there", refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_task_that_fails_shows_its_exit_code_and_what_it_wrote()
    {
        var outcomes = await Client.MapAsync(
            new JobRequest(new Payload.Kernel("fail", 1)) { Policy = Jobs.None }, [Jobs.Text("this")], cancel: Cancel).AllAsync();
        var outcome = Assert.Single(outcomes);
        Assert.Equal((OutcomeStatus.Exited, 3), (outcome.Status, outcome.ExitCode));
        Assert.False(outcome.Succeeded);
        Assert.Equal("no luck with this", Jobs.Text(outcome.Stderr));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_closed_job_takes_no_tasks()
    {
        var job = await Client.SubmitAsync(new JobRequest(Jobs.Echo), Cancel);
        await job.AddAsync(Jobs.Numbers(3), Cancel);
        await job.CloseAsync(Cancel);
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => job.AddAsync(Jobs.Numbers(1), Cancel));
        Assert.Equal(RefusalReason.JobClosed, refused.Reason);
        Jobs.AssertEchoed(await job.OutcomesAsync(cancel: Cancel).AllAsync(), 3, ordered: true);
    }

    [Fact(Timeout = 300_000)]
    public async Task Pages_are_taken_once_in_order_and_never_changed()
    {
        var job = await Client.SubmitAsync(new JobRequest(Jobs.Echo), Cancel);
        ReadOnlyMemory<byte>[] inputs = [Jobs.Text("0"), Jobs.Text("1")];
        var page = job.SignPage([.. inputs.Select(input => new TaskInput(input, null))], last: false);
        var added = Assert.IsType<JobProtocol.TasksAdded>(await _node.AskAsync(page));
        Assert.Equal(added.FirstTask, Assert.IsType<JobProtocol.TasksAdded>(await _node.AskAsync(page)).FirstTask);
        Assert.Equal(RefusalReason.Conflict, Assert.IsType<Refused>(await _node.AskAsync(page with { Inputs = [inputs[1], inputs[0]] })).Reason);
        Assert.Equal(RefusalReason.NoCredit, Assert.IsType<Refused>(await _node.AskAsync(page with { Page = 2 })).Reason);
        Assert.Equal(RefusalReason.NoCredit, Assert.IsType<Refused>(await _node.AskAsync(page with { Page = -1 })).Reason);
        Assert.Equal(RefusalReason.Invalid, Assert.IsType<Refused>(await _node.AskAsync(page with { Page = 1, Inputs = [] })).Reason);
        Assert.Equal(2, (await job.GetAsync(Cancel)).Progress.Tasks);
        await job.CancelAsync(Cancel);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_message_that_the_service_does_not_know_is_refused_once()
    {
        using var unknown = new Counted(_node, "akkacompute.unknown_messages");
        var refused = Assert.IsType<Refused>(await _node.AskAsync(new BossProtocol.JobFinished(Client.Boss, JobId.Of(Client.Boss, "x"u8))));
        Assert.Equal(RefusalReason.UnknownMessage, refused.Reason);
        Assert.Contains(nameof(BossProtocol.JobFinished), refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, unknown.Total);

        // From one who does not know refusals either: each counts what it does not know, and nobody answers a refusal.
        _node.Context.Service.Tell(new BossProtocol.JobFinished(Client.Boss, JobId.Of(Client.Boss, "x"u8)), _node.Context.Replica);
        await Wait.EventuallyAsync(() => unknown.Total == 3, "the refusal arrives at the replica");
        await Client.GetRosterAsync(Cancel); // through both of them, behind whatever they told each other
        Assert.Equal(3, unknown.Total);
    }
}
