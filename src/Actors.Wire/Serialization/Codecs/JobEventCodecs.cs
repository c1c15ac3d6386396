using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>The events of a job.</summary>
internal static class JobEventCodecs
{
    public static CodecTable AddJobEvents(this CodecTable table) => table
        .Add("jec", P.Created.Parser,
            (Created m) =>
                new P.Created { Spec = Parts.Write(m.Spec), DelegateSeed = m.DelegateSeed.Wire(), AtTicks = m.At?.UtcTicks ?? 0 },
            m => new Created(Parts.Read(m.Spec), m.DelegateSeed.Memory) { At = Fields.InstantOrNull(m.AtTicks, "at_ticks") })
        .Add("jep", P.PageAdded.Parser,
            (PageAdded m) => new P.PageAdded
            {
                Job = m.JobId.Wire(), Page = m.Page, Inputs = Columns.WriteBytes(m.Inputs), BundleSize = m.BundleSize, Last = m.Last,
                Submit = m.Submit.Wire(), AtTicks = m.At?.UtcTicks ?? 0, HasBlobs = m.HasBlobs,
            },
            m => new PageAdded(m.Job.JobId("job"), m.Page, Columns.ReadBytes(m.Inputs, "inputs"), m.BundleSize, m.Last, m.Submit.Memory)
            {
                At = Fields.InstantOrNull(m.AtTicks, "at_ticks"), HasBlobs = m.HasBlobs,
            })
        .Add("jed", P.Decided.Parser,
            (Decided m) => new P.Decided { Job = m.JobId.Wire(), Decisions = { m.Decisions.Map(Write) } },
            m => new Decided(m.Job.JobId("job"), m.Decisions.Map(Read)))
        .Add("jew", P.Redrawn.Parser,
            (Redrawn m) => new P.Redrawn { Job = m.JobId.Wire(), Bundles = { m.Bundles }, Degraded = m.IsDegraded },
            m => new Redrawn(m.Job.JobId("job"), [.. m.Bundles]) { IsDegraded = m.Degraded })
        .Add("jea", P.Delegated.Parser,
            (Delegated m) => new P.Delegated
            {
                Job = m.JobId.Wire(), Opening = m.Opening.Wire(), Delegate = m.Delegate.Wire(), Key = m.Key.Wire(),
            },
            m => new Delegated(m.Job.JobId("job"), m.Opening.Memory, m.Delegate.Memory, m.Key.PublicKey("key")))
        .Add("jeq", P.Requested.Parser,
            (Requested m) => new P.Requested { Job = m.JobId.Wire(), Draws = { m.Requests.Map(Write) } },
            m => new Requested(m.Job.JobId("job"), Draws(m.Job.JobId("job"), m.Draws)))
        .Add("jen", P.Drawn.Parser,
            (Drawn m) => new P.Drawn { Job = m.JobId.Wire(), Epoch = m.Epoch.Number, Draws = { m.Requests.Map(Write) } },
            m => new Drawn(m.Job.JobId("job"), new Epoch(m.Epoch), Draws(m.Job.JobId("job"), m.Draws)))
        .Add("jeo", P.PassedOver.Parser,
            (PassedOver m) => new P.PassedOver { Job = m.JobId.Wire(), Ranks = { m.Ranks.Map(Write) } },
            m => new PassedOver(m.Job.JobId("job"), m.Ranks.Map(Read)))
        .Add("jet", P.Receipted.Parser,
            (Receipted m) => new P.Receipted { Job = m.JobId.Wire(), Pages = m.Pages, Verdicts = m.Verdicts },
            m => new Receipted(m.Job.JobId("job"), m.Pages, m.Verdicts))
        .Add("jes", P.Settling.Parser,
            (Settling m) => new P.Settling { Job = m.JobId.Wire(), Entry = m.Entry.Wire() },
            m => new Settling(m.Job.JobId("job"), m.Entry.Memory))
        .Add("jel", P.ChainEnded.Parser,
            (ChainEnded m) => new P.ChainEnded { Job = m.JobId.Wire(), Why = m.Why },
            m => new ChainEnded(m.Job.JobId("job"), m.Why))
        .Add("jei", P.PagesEnded.Parser,
            (PagesEnded m) => new P.PagesEnded { Job = m.JobId.Wire(), Why = m.Why, Forfeit = m.Forfeit.Amount },
            m => new PagesEnded(m.Job.JobId("job"), m.Why, m.Forfeit.Credits("forfeit")))
        .Add("jev", P.Delivered.Parser,
            (Delivered m) => new P.Delivered { Job = m.JobId.Wire(), Deliveries = { m.Deliveries.Map(Write) } },
            m => new Delivered(m.Job.JobId("job"), m.Deliveries.Map(Read)))
        .Add("jex", P.Cancelled.Parser,
            (Cancelled m) => new P.Cancelled { Job = m.JobId.Wire(), Forfeit = m.Forfeit.Amount, Why = m.Why },
            m => new Cancelled(m.Job.JobId("job"), m.Forfeit.Credits("forfeit")) { Why = m.Why })
        .Add("jef", P.Finished.Parser,
            (Finished m) => new P.Finished { Job = m.JobId.Wire() },
            m => new Finished(m.Job.JobId("job")))
        .Add("jeg", P.Forgotten.Parser,
            (Forgotten m) => new P.Forgotten { Job = m.JobId.Wire(), FinishedAt = m.FinishedAt.UtcTicks, AfterTicks = m.After.Ticks },
            m => new Forgotten(m.Job.JobId("job"), Fields.Instant(m.FinishedAt, "finished_at"), TimeSpan.FromTicks(m.AfterTicks)))
        .Add("jej", P.Judged.Parser,
            (Judged m) => new P.Judged { Job = m.JobId.Wire(), Bundles = { m.Bundles.Map(Write) } },
            m => new Judged(m.Job.JobId("job"), m.Bundles.Map(Read)))
        .Add("jez", P.Erased.Parser,
            (Erased m) => new P.Erased { Job = m.JobId.Wire() },
            m => new Erased(m.Job.JobId("job")));

    private static P.JudgedBundle Write(JudgedBundle judged) => new()
    {
        Bundle = judged.Bundle,
        Digests = RosterParts.Hashes([.. judged.Digests], static digest => digest),
        Results = { judged.Results.Map(Write) },
    };

    private static JudgedBundle Read(P.JudgedBundle judged) => new(
        judged.Bundle, [.. RosterParts.Hashes(judged.Digests, static digest => digest, "judged.digests")], [.. judged.Results.Map(Read)]);

    private static P.JudgedResult Write(JudgedResult result) => new()
    {
        Result = result.Result.Wire(), Salt = result.Salt.Wire(), At = { result.At },
        Got = RosterParts.Hashes([.. result.Got], static digest => digest),
    };

    private static JudgedResult Read(P.JudgedResult result)
    {
        ValueList<Hash256> got = [.. RosterParts.Hashes(result.Got, static digest => digest, "judged.got")];
        return got.Count == result.At.Count
            ? new JudgedResult(result.Result.Hash("judged.result"), result.Salt.Salt("judged.salt"), [.. result.At], got)
            : throw new FieldException("judged.got", $"{got.Count} digests at {result.At.Count} places.");
    }

    private static P.BundleDraw Write(DrawRequest request) =>
        new() { FirstBundle = request.FirstBundle, Count = request.Count, Attempt = request.Attempt };

    private static DrawRequest[] Draws(JobId job, IReadOnlyList<P.BundleDraw> draws) => draws.Map(draw =>
    {
        var request = new DrawRequest(job, draw.FirstBundle, draw.Count, draw.Attempt);
        return request.Flaw is { } flaw ? throw new FieldException("draws", flaw) : request;
    });

    private static P.PassedRank Write(PassedRank rank) => new()
    {
        Bundle = rank.Bundle, Attempt = rank.Attempt, Worker = rank.Worker.Wire(), ByDelegate = rank.IsByDelegate,
        Entry = rank.Entry.Wire(),
    };

    private static PassedRank Read(P.PassedRank rank) =>
        new(rank.Bundle, rank.Attempt, rank.Worker.NodeId("rank.worker"), rank.ByDelegate, rank.Entry.Memory);

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
        Newcomer = verdict.Newcomer,
        Pay = verdict.Pay.Amount,
        Unsure = verdict.Unsure,
    };

    private static Verdict Read(P.Verdict verdict) => new(
        verdict.Worker.NodeId("verdict.worker"), verdict.Accepted, verdict.Rejected, verdict.Rank, verdict.Counts,
        verdict.Result.Memory, verdict.Salt.Salt("verdict.salt"),
        verdict.Others.Map(Read), verdict.Entries.Map(entry => entry.Memory))
    {
        Newcomer = verdict.Newcomer,
        Pay = verdict.Pay.Credits("verdict.pay"),
        Unsure = verdict.Unsure,
    };

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
