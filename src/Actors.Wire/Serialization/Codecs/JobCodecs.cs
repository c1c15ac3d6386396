using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using static AkkaCompute.Domain.Jobs.Protocol.LiveJobsProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>Between a boss and a job.</summary>
internal static class JobCodecs
{
    public static CodecTable AddJobs(this CodecTable table) => table
        .Add("js", P.JobSpec.Parser, Parts.Write, Parts.Read)
        .Add("jp", P.JobProgress.Parser, Write, Read)
        .Add("jc", P.Create.Parser,
            (Create m) => new P.Create { Spec = Parts.Write(m.Spec), Seed = m.Seed.Wire() },
            m => new Create(Parts.Read(m.Spec)) { Seed = m.Seed.Memory })
        .Add("ja", P.JobAccepted.Parser,
            (JobAccepted m) => new P.JobAccepted
            {
                Job = m.JobId.Wire(), Credit = m.Credit, Delegate = m.Delegate.Wire(), Bundle = m.Bundle,
                Pages = m.Pages is null ? null : Write(m.Pages),
            },
            m =>
                new JobAccepted(
                    m.Job.JobId("job"), m.Credit, m.Delegate.PublicKey("delegate"), m.Bundle, m.Pages is null ? null : Read(m.Pages)))
        .Add("jz", P.Authorize.Parser,
            (Authorize m) =>
                new P.Authorize { Job = m.JobId.Wire(), Opening = m.Opening.Wire(), Delegate = m.Delegate.Wire(), Key = m.Key.Wire() },
            m => new Authorize(m.Job.JobId("job"), m.Opening.Memory, m.Delegate.Memory, m.Key.PublicKey("key")))
        .Add("jb", P.Authorized.Parser,
            (Authorized m) => new P.Authorized { Job = m.JobId.Wire(), Pages = Write(m.Pages) },
            m => new Authorized(m.Job.JobId("job"), Read(m.Pages.Need("pages"))))
        .Add("jt", P.AddTasks.Parser,
            (AddTasks m) => new P.AddTasks
            {
                Job = m.JobId.Wire(), Page = m.Page, Inputs = Columns.WriteBytes(m.Inputs), Last = m.Last, Submit = m.Submit.Wire(),
                HasBlobs = m.HasBlobs,
            },
            m => new AddTasks(
                m.Job.JobId("job"), m.Page, Columns.ReadBytes(m.Inputs, "inputs"), m.Last, m.Submit.Memory) { HasBlobs = m.HasBlobs })
        .Add("jd", P.TasksAdded.Parser,
            (TasksAdded m) => new P.TasksAdded
            {
                Job = m.JobId.Wire(), Page = m.Page, FirstTask = m.FirstTask, Credit = m.Credit, Bundle = m.Bundle,
            },
            m => new TasksAdded(m.Job.JobId("job"), m.Page, m.FirstTask, m.Credit, m.Bundle))
        .Add("jx", P.CancelJob.Parser,
            (CancelJob m) => new P.CancelJob { Job = m.JobId.Wire(), Signature = Parts.Write(m.Signature) },
            m => new CancelJob(m.Job.JobId("job")) { Signature = Parts.Read(m.Signature) })
        .Add("jy", P.JobCancelled.Parser,
            (JobCancelled m) => new P.JobCancelled { Job = m.JobId.Wire() },
            m => new JobCancelled(m.Job.JobId("job")))
        .Add("jk", P.Forget.Parser,
            (Forget m) => new P.Forget { Job = m.JobId.Wire(), FinishedAt = m.FinishedAt.UtcTicks, AfterTicks = m.After.Ticks },
            m => new Forget(m.Job.JobId("job"), Fields.Instant(m.FinishedAt, "finished_at"), TimeSpan.FromTicks(m.AfterTicks)))
        .Add("jl", P.JobForgotten.Parser,
            (JobForgotten m) => new P.JobForgotten { Job = m.JobId.Wire() },
            m => new JobForgotten(m.Job.JobId("job")))
        .Add("jg", P.GetJob.Parser,
            (GetJob m) => new P.GetJob { Job = m.JobId.Wire() },
            m => new GetJob(m.Job.JobId("job")))
        .Add("gl", P.GetLiveJobs.Parser,
            (GetLiveJobs m) => new P.GetLiveJobs { After = m.After.Wire(), Count = m.Count },
            m => new GetLiveJobs(m.After.JobId("after"), m.Count))
        .Add("ll", P.LiveJobs.Parser,
            (LiveJobs m) => new P.LiveJobs { Jobs = { m.Jobs.Map(id => id.Wire()) }, End = m.End },
            m => new LiveJobs(m.Jobs.Map(id => id.JobId("jobs")), m.End))
        .Add("ji", P.JobInfo.Parser,
            (JobInfo m) =>
                new P.JobInfo { Spec = Parts.Write(m.Spec), Progress = Write(m.Progress), CreatedAtTicks = m.CreatedAt?.UtcTicks ?? 0 },
            m => new JobInfo(
                Parts.Read(m.Spec),
                Read(m.Progress.Need("progress"))) { CreatedAt = Fields.InstantOrNull(m.CreatedAtTicks, "created_at_ticks") })
        .Add("jq", P.GetProgress.Parser,
            (GetProgress m) => new P.GetProgress { Job = m.JobId.Wire(), After = m.After },
            m => new GetProgress(m.Job.JobId("job"), m.After))
        .Add("jo", P.GetOutcomes.Parser,
            (GetOutcomes m) => new P.GetOutcomes { Job = m.JobId.Wire(), Cursor = Write(m.Cursor), Ordered = m.Ordered },
            m => new GetOutcomes(m.Job.JobId("job"), Read(m.Cursor.Need("cursor")), m.Ordered))
        .Add("jn", P.OutcomePage.Parser,
            (OutcomePage m) => new P.OutcomePage
            {
                Job = m.JobId.Wire(), Next = Write(m.Next), Outcomes = Tables.Write(m.Outcomes), End = m.End,
            },
            m => new OutcomePage(m.Job.JobId("job"), Read(m.Next.Need("next")), Tables.Read(m.Outcomes.Need("outcomes")), m.End))
        .Add("jr", P.GetRevisions.Parser,
            (GetRevisions m) => new P.GetRevisions { Job = m.JobId.Wire(), Cursor = Write(m.Cursor) },
            m => new GetRevisions(m.Job.JobId("job"), Read(m.Cursor.Need("cursor"))))
        .Add("jv", P.RevisionPage.Parser, Write, Read);

    private static P.RevisionPage Write(RevisionPage page)
    {
        var written = new P.RevisionPage
        {
            Job = page.JobId.Wire(), Next = Write(page.Next),
            Outcomes = Tables.Write([.. page.Revisions.Select(revision => revision.Outcome)]), End = page.End,
        };
        Columns.Write(written.IsFinal, page.Revisions, static revision => revision.IsFinal, false);
        return written;
    }

    private static RevisionPage Read(P.RevisionPage page)
    {
        var outcomes = Tables.Read(page.Outcomes.Need("outcomes"));
        Columns.CheckLength(outcomes.Length, page.IsFinal.Count, "is_final");
        return new RevisionPage(
            page.Job.JobId("job"), Read(page.Next.Need("next")),
            [.. outcomes.Select((outcome, i) => new Revision(outcome, page.IsFinal.At(i, false)))], page.End);
    }

    private static P.JobPages Write(JobPages pages) => new()
    {
        Boss = pages.Head.Author.Wire(), Sub = pages.Head.Sub, Seq = pages.Head.Seq, Hash = pages.Head.Hash.Wire(),
        Tasks = pages.Tasks, Bundles = pages.Bundles, SeenEpoch = pages.Seen.Epoch.Number, SeenHash = pages.Seen.Hash.Wire(),
    };

    private static JobPages Read(P.JobPages pages) => new(
        new ChainHead(pages.Boss.NodeId("pages.boss"), pages.Sub, pages.Seq, pages.Hash.Hash("pages.hash")),
        new Checkpoint(new Epoch(pages.SeenEpoch), pages.SeenHash.Hash("pages.seen_hash")), pages.Tasks, pages.Bundles);

    private static P.OutcomeCursor Write(OutcomeCursor cursor) => new() { Position = cursor.Position, Offset = cursor.Offset };

    private static OutcomeCursor Read(P.OutcomeCursor cursor) => new(cursor.Position, cursor.Offset);

    private static P.JobProgress Write(JobProgress progress) => new()
    {
        Job = progress.JobId.Wire(),
        Revision = progress.Revision,
        Status = (P.JobStatus)progress.Status,
        Tasks = progress.Tasks,
        Decided = progress.Decided,
        Failed = progress.Failed,
        Executions = progress.Executions,
        Vouches = progress.Vouches,
        Workers = { progress.Workers.Map(Write) },
        Ended = progress.Ended,
        WaitsFor = progress.WaitsFor,
    };

    private static JobProgress Read(P.JobProgress progress) => new(
        progress.Job.JobId("progress.job"),
        progress.Revision,
        Fields.Known<JobStatus>((int)progress.Status, "progress.status"),
        progress.Tasks, progress.Decided, progress.Failed, progress.Executions, progress.Vouches,
        progress.Workers.Map(Read))
    {
        Ended = progress.Ended, WaitsFor = progress.WaitsFor,
    };

    private static P.WorkerTally Write(WorkerTally tally) =>
        new() { Worker = tally.Worker.Wire(), Accepted = tally.Accepted, Rejected = tally.Rejected };

    private static WorkerTally Read(P.WorkerTally tally) => new(tally.Worker.NodeId("tally.worker"), tally.Accepted, tally.Rejected);
}
