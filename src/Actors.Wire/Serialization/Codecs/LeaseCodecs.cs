using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using Google.Protobuf;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>Between a job and the sessions of its workers.</summary>
internal static class LeaseCodecs
{
    public static CodecTable AddLeases(this CodecTable table) => table
        .Add("la", P.Assign.Parser,
            (Assign m) => new P.Assign
            {
                Job = m.JobId.Wire(),
                Bundle = m.Bundle,
                Attempt = m.Attempt,
                Epoch = m.Epoch.Number,
                Worker = m.Worker.Wire(),
                Payload = Parts.Write(m.Payload),
                Limits = Parts.Write(m.Limits),
                FirstTask = m.FirstTask,
                Inputs = Columns.WriteBytes(m.Inputs),
                LeaseTicks = m.LeaseTime.Ticks,
                Key = m.Key?.Wire() ?? ByteString.Empty,
                Boss = m.Boss?.Wire() ?? ByteString.Empty,
                Price = m.Price.Amount,
                HasBlobs = m.HasBlobs,
                Check = m.Check is not { } check ? null
                    : new P.StepCheck
                    {
                        Worker = check.Worker.Wire(), Steps = { check.Steps }, Trace = check.Trace.Wire(), Digest = check.Digest.Wire(),
                        All = check.All,
                    },
            },
            m => new Assign(
                m.Job.JobId("job"), m.Bundle, m.Attempt, new Epoch(m.Epoch), m.Worker.NodeId("worker"),
                Parts.Read(m.Payload.Need("payload")), Parts.Read(m.Limits.Need("limits")),
                m.FirstTask, Columns.ReadBytes(m.Inputs, "inputs"), TimeSpan.FromTicks(m.LeaseTicks))
            {
                Key = m.Key.IsEmpty ? null : m.Key.PublicKey("key"),
                Boss = m.Boss.IsEmpty ? null : m.Boss.NodeId("boss"),
                Price = m.Price.Credits("price"),
                HasBlobs = m.HasBlobs,
                Check = m.Check is not { } check ? null
                    : new StepCheck(
                        check.Worker.NodeId("check.worker"), [.. check.Steps], check.Trace.Memory, check.Digest.Hash("check.digest"),
                        check.All),
            })
        .Add("lp", P.Preparing.Parser,
            (Preparing m) => new P.Preparing { Job = m.JobId.Wire(), Bundle = m.Bundle, Attempt = m.Attempt, Worker = m.Worker.Wire() },
            m => new Preparing(m.Job.JobId("job"), m.Bundle, m.Attempt, m.Worker.NodeId("worker")))
        .Add("lr", P.BundleResult.Parser,
            (BundleResult m) => new P.BundleResult
            {
                Job = m.JobId.Wire(),
                Bundle = m.Bundle,
                Attempt = m.Attempt,
                Worker = m.Worker.Wire(),
                Part = m.Part,
                Parts = m.Parts,
                Results = Tables.Write(m.Results),
                Commitment = m.Commitment is null ? null : Write(m.Commitment),
            },
            m => new BundleResult(
                m.Job.JobId("job"), m.Bundle, m.Attempt, m.Worker.NodeId("worker"),
                m.Part, m.Parts, Tables.Read(m.Results.Need("results")), m.Commitment is null ? null : Read(m.Commitment)))
        .Add("ld", P.Decline.Parser,
            (Decline m) => new P.Decline
            {
                Job = m.JobId.Wire(), Bundle = m.Bundle, Attempt = m.Attempt, Worker = m.Worker.Wire(), Why = m.Why,
                Entry = m.Entry.Wire(), Gateway = m.Gone?.Gateway.Wire() ?? ByteString.Empty,
                Gone = m.Gone is { } gone ? UnsafeByteOperations.UnsafeWrap(gone.ToBytes()) : ByteString.Empty,
            },
            m => new Decline(m.Job.JobId("job"), m.Bundle, m.Attempt, m.Worker.NodeId("worker"), m.Why, m.Entry.Memory)
            {
                Gone = m.Gone.IsEmpty && m.Gateway.IsEmpty ? null : ReadGone(m),
            })
        .Add("lt", P.Taken.Parser,
            (Taken m) => new P.Taken { Job = m.JobId.Wire(), Bundle = m.Bundle, Attempt = m.Attempt, Worker = m.Worker.Wire() },
            m => new Taken(m.Job.JobId("job"), m.Bundle, m.Attempt, m.Worker.NodeId("worker")))
        .Add("lx", P.Release.Parser,
            (Release m) => new P.Release { Job = m.JobId.Wire(), Worker = m.Worker.Wire() },
            m => new Release(m.Job.JobId("job"), m.Worker.NodeId("worker")))
        .Add("lu", P.Unjudged.Parser,
            (Unjudged m) =>
                new P.Unjudged
                {
                    Job = m.JobId.Wire(), Worker = m.Worker.Wire(), Boss = m.Boss.Wire(),
                    Results = { m.Results.Select(entry => entry.Wire()) },
                },
            m => new Unjudged(m.Job.JobId("job"), m.Worker.NodeId("worker"), m.Boss.NodeId("boss"), m.Results.Map(entry => entry.Memory)));

    internal static P.Commitment Write(Commitment commitment) =>
        new() { Entry = commitment.Entry.Wire(), Salt = commitment.Salt.Wire(), Key = commitment.Key.Wire() };

    private static Domain.Entries.Gone ReadGone(P.Decline decline) =>
        Domain.Entries.Gone.Of(decline.Gateway.NodeId("gateway"), RosterParts.Signature(decline.Gone, "gone").AsSpan());

    internal static Commitment Read(P.Commitment commitment) =>
        new(commitment.Entry.Memory, commitment.Salt.Salt("commitment.salt"), commitment.Key.PublicKey("commitment.key"));
}
