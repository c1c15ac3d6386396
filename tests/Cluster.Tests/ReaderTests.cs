using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Who waits for news of a job: so many at most, and each is woken by what it waits for.</summary>
public sealed class ReaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_reader_too_many_is_told_to_come_again_and_the_others_get_their_news()
    {
        await using var node = await TestNode.StartAsync(
            _directory.Path, configure: options => options with { Job = options.Job with { MostReaders = 4, LongPoll = Wait.Long } });
        var job = await node.Client.SubmitAsync(new JobRequest(Jobs.Echo) { Policy = Jobs.None, BundleSize = 1 }, Cancel);
        await node.AskAsync(new JobProtocol.GetJob(job.Id)); // the door knows it: what follows keeps its order
        var revision = Assert.IsType<JobProgress>(await node.AskAsync(new JobProtocol.GetProgress(job.Id, 0))).Revision;
        Task<object>[] waiting =
        [
            node.AskAsync(new JobProtocol.GetOutcomes(job.Id, OutcomeCursor.Start, true)),
            node.AskAsync(new JobProtocol.GetOutcomes(job.Id, OutcomeCursor.Start, false)),
            node.AskAsync(new JobProtocol.GetOutcomes(job.Id, OutcomeCursor.Start, true)),
            node.AskAsync(new JobProtocol.GetProgress(job.Id, revision)),
        ];
        foreach (var late in (IWire[])[new JobProtocol.GetOutcomes(job.Id, OutcomeCursor.Start, true), new JobProtocol.GetProgress(job.Id, revision)])
        {
            var refused = Assert.IsType<Refused>(await node.AskAsync(late));
            Assert.Equal((RefusalReason.Unavailable, true), (refused.Reason, refused.Message.Contains("at most 4", StringComparison.Ordinal)));
        }
        Assert.IsType<JobProgress>(await node.AskAsync(new JobProtocol.GetProgress(job.Id, 0))); // it does not wait

        await job.AddAsync(Jobs.Numbers(3), Cancel);
        await job.CloseAsync(Cancel);
        Assert.All(await Task.WhenAll(waiting[..3]), answer => Assert.NotEmpty(Assert.IsType<JobProtocol.OutcomePage>(answer).Outcomes));
        Assert.True(Assert.IsType<JobProgress>(await waiting[3]).Revision > revision);
        Jobs.AssertEchoed(await job.OutcomesAsync(cancel: Cancel).AllAsync(), 3, ordered: true);
    }

    /// <summary>Under a policy without checks all that becomes known is final. Who waits is woken, and who is gone for a while goes on where it was.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Revisions_are_the_outcomes_as_they_are_decided_and_a_cursor_goes_on()
    {
        await using var node = await TestNode.StartAsync(
            _directory.Path, configure: options => options with { Job = options.Job with { MostReaders = 2, LongPoll = Wait.Long } });
        var job = await node.Client.SubmitAsync(new JobRequest(Jobs.Echo) { Policy = Jobs.None, BundleSize = 1 }, Cancel);
        await node.AskAsync(new JobProtocol.GetJob(job.Id));
        Task<object>[] waiting = [Ask(OutcomeCursor.Start), Ask(OutcomeCursor.Start)];
        Assert.Equal(RefusalReason.Unavailable, Assert.IsType<Refused>(await Ask(OutcomeCursor.Start)).Reason);
        var never = Assert.IsType<Refused>(await Ask(new OutcomeCursor(1, 0)));
        Assert.Equal((RefusalReason.Invalid, "Cursor.Position: 1, and no answer gave out one above 0."), (never.Reason, never.Message));

        await job.AddAsync(Jobs.Numbers(40), Cancel);
        await job.CloseAsync(Cancel);
        var first = Assert.IsType<JobProtocol.RevisionPage>(await waiting[0]);
        Assert.NotEmpty(first.Revisions);
        await job.FinishAsync();
        var seen = first.Revisions.ToList();
        for (var page = first; !page.End;)
        {
            page = Assert.IsType<JobProtocol.RevisionPage>(await Ask(page.Next));
            seen.AddRange(page.Revisions);
        }
        Assert.All(seen, revision => Assert.True(revision.IsFinal));
        Jobs.AssertEchoed([.. seen.Select(revision => revision.Outcome).OrderBy(outcome => outcome.Task)], 40, ordered: true);
        var again = await job.RevisionsAsync(cancel: Cancel).AllAsync();
        Assert.Equal(seen.Select(revision => revision.Outcome.Task), again.Select(revision => revision.Outcome.Task));

        Task<object> Ask(OutcomeCursor cursor) => node.AskAsync(new JobProtocol.GetRevisions(job.Id, cursor));
    }
}
