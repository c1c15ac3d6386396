using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Reputation;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>A reputation and its events.</summary>
internal static class ReputationCodecs
{
    public static CodecTable AddReputations(this CodecTable table) => table
        .Add("rr", P.Record.Parser,
            (Record m) => new P.Record { Vouch = Parts.Write(m.Vouch), After = m.After },
            m => new Record(Parts.Read(m.Vouch)) { After = m.After })
        .Add("rd", P.Recorded.Parser,
            (Recorded m) => new P.Recorded
            {
                Id = m.NodeId.Wire(), By = m.By.Wire(), Role = (P.Role)m.Role, Job = m.JobId.Wire(), Number = m.Number,
            },
            m => new Recorded(
                m.Id.NodeId("id"), m.By.NodeId("by"), Fields.Known<Role>((int)m.Role, "role"), m.Job.JobId("job"), m.Number))
        .Add("rg", P.Gap.Parser,
            (Gap m) => new P.Gap
            {
                Id = m.NodeId.Wire(), By = m.By.Wire(), Role = (P.Role)m.Role, Job = m.JobId.Wire(), Expected = m.Expected,
            },
            m => new Gap(
                m.Id.NodeId("id"), m.By.NodeId("by"), Fields.Known<Role>((int)m.Role, "role"), m.Job.JobId("job"), m.Expected))
        .Add("rq", P.GetReputation.Parser,
            (GetReputation m) => new P.GetReputation { Id = m.NodeId.Wire() },
            m => new GetReputation(m.Id.NodeId("id")))
        .Add("rp", P.Reputation.Parser,
            (Reputation m) => new P.Reputation { Id = m.NodeId.Wire(), Boss = Write(m.Boss), Worker = Write(m.Worker) },
            m => new Reputation(m.Id.NodeId("id"), Read(m.Boss.Need("boss")), Read(m.Worker.Need("worker"))))
        .Add("rev", P.VouchRecorded.Parser,
            (VouchRecorded m) => new P.VouchRecorded { Vouch = Parts.Write(m.Vouch) },
            m => new VouchRecorded(Parts.Read(m.Vouch)))
        .Add("res", P.ReputationSnapshot.Parser,
            (ReputationSnapshot m) => new P.ReputationSnapshot
            {
                Id = m.NodeId.Wire(), Boss = Write(m.Boss), Worker = Write(m.Worker), Numbers = { m.Numbers.Map(Write) },
            },
            m => new ReputationSnapshot(
                m.Id.NodeId("id"), Read(m.Boss.Need("boss")), Read(m.Worker.Need("worker")), m.Numbers.Map(Read)));

    private static P.VouchNumber Write(VouchNumber number) =>
        new() { Job = number.Job.Wire(), By = number.By.Wire(), Role = (P.Role)number.Role, Number = number.Number };

    private static VouchNumber Read(P.VouchNumber number) => new(
        number.Job.JobId("numbers.job"), number.By.NodeId("numbers.by"), Fields.Known<Role>((int)number.Role, "numbers.role"),
        number.Number);

    private static P.Score Write(Score score) => new() { Accepted = score.Accepted, Rejected = score.Rejected, Vouches = score.Vouches };

    private static Score Read(P.Score score) => new(score.Accepted, score.Rejected, score.Vouches);
}
