using AkkaCompute.Domain.Jobs;
using static AkkaCompute.Domain.Jobs.JobProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization;

/// <summary>The events of a job.</summary>
internal static class JobEventCodecs
{
    public static CodecTable AddJobEvents(this CodecTable table) => table
        .Add("jec", P.Created.Parser,
            (Created m) => new P.Created { Spec = Parts.Write(m.Spec), DelegateSeed = m.DelegateSeed.Wire() },
            m => new Created(Parts.Read(m.Spec), m.DelegateSeed.Memory))
        .Add("jep", P.PageAdded.Parser,
            (PageAdded m) => new P.PageAdded
            {
                Job = m.JobId.Wire(), Page = m.Page, Inputs = Columns.WriteBytes(m.Inputs), BundleSize = m.BundleSize, Last = m.Last,
                Submit = m.Submit.Wire(),
            },
            m => new PageAdded(m.Job.JobId("job"), m.Page, Columns.ReadBytes(m.Inputs, "inputs"), m.BundleSize, m.Last, m.Submit.Memory))
        .Add("jed", P.Decided.Parser,
            (Decided m) => new P.Decided { Job = m.JobId.Wire(), Decisions = { m.Decisions.Map(Write) } },
            m => new Decided(m.Job.JobId("job"), m.Decisions.Map(Read)))
        .Add("jew", P.Redrawn.Parser,
            (Redrawn m) => new P.Redrawn { Job = m.JobId.Wire(), Bundles = { m.Bundles } },
            m => new Redrawn(m.Job.JobId("job"), [.. m.Bundles]))
        .Add("jer", P.Resumed.Parser,
            (Resumed m) => new P.Resumed { Job = m.JobId.Wire() },
            m => new Resumed(m.Job.JobId("job")))
        .Add("jev", P.Delivered.Parser,
            (Delivered m) => new P.Delivered { Job = m.JobId.Wire(), Deliveries = { m.Deliveries.Map(Write) } },
            m => new Delivered(m.Job.JobId("job"), m.Deliveries.Map(Read)))
        .Add("jex", P.Cancelled.Parser,
            (Cancelled m) => new P.Cancelled { Job = m.JobId.Wire() },
            m => new Cancelled(m.Job.JobId("job")))
        .Add("jef", P.Finished.Parser,
            (Finished m) => new P.Finished { Job = m.JobId.Wire() },
            m => new Finished(m.Job.JobId("job")));

    private static P.Decision Write(Decision decision) => new()
    {
        Bundle = decision.Bundle,
        Attempt = decision.Attempt,
        Epoch = decision.Epoch,
        Outcomes = Tables.Write(decision.Outcomes),
        Verdicts = { decision.Verdicts.Map(Write) },
    };

    private static Decision Read(P.Decision decision) => new(
        decision.Bundle, decision.Attempt, decision.Epoch,
        Tables.Read(decision.Outcomes.Need("decision.outcomes")),
        decision.Verdicts.Map(Read));

    private static P.Verdict Write(Verdict verdict) => new()
    {
        Worker = verdict.Worker.Wire(),
        Accepted = verdict.Accepted,
        Rejected = verdict.Rejected,
        Rank = verdict.Rank,
        Counts = verdict.Counts,
        Result = verdict.Result.Wire(),
        Salt = verdict.Salt.Wire(),
        Others = { verdict.Others.Map(Write) },
        Entries = { verdict.Entries.Map(entry => entry.Wire()) },
    };

    private static Verdict Read(P.Verdict verdict) => new(
        verdict.Worker.NodeId("verdict.worker"), verdict.Accepted, verdict.Rejected, verdict.Rank, verdict.Counts,
        verdict.Result.Memory, verdict.Salt.Salt("verdict.salt"),
        verdict.Others.Map(Read), verdict.Entries.Map(entry => entry.Memory));

    private static P.OtherDigest Write(OtherDigest other)
    {
        var written = new P.OtherDigest { Index = other.Index };
        if (other.Digest is { } digest)
            written.Digest = digest.Wire();
        return written;
    }

    private static OtherDigest Read(P.OtherDigest other) =>
        new(other.Index, other.Digest.IsEmpty ? null : other.Digest.Hash("other.digest"));

    private static P.Delivery Write(Delivery delivery) => new() { Worker = delivery.Worker.Wire(), Number = delivery.Number };

    private static Delivery Read(P.Delivery delivery) => new(delivery.Worker.NodeId("delivery.worker"), delivery.Number);
}
