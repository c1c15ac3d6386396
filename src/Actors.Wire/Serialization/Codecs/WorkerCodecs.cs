using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Workers;
using static AkkaCompute.Domain.Workers.WorkerProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>A worker and its events.</summary>
internal static class WorkerCodecs
{
    public static CodecTable AddWorkers(this CodecTable table) => table
        .Add("wh", P.Attach.Parser,
            (Attach m) => new P.Attach { Id = m.NodeId.Wire() },
            m => new Attach(m.Id.NodeId("id")))
        .Add("wq", P.SignRewards.Parser,
            (SignRewards m) => new P.SignRewards { Settlement = Parts.Write(m.Settlement) },
            m => new SignRewards(Parts.Read(m.Settlement)))
        .Add("wr", P.RewardsSigned.Parser,
            (RewardsSigned m) => new P.RewardsSigned
            {
                Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Number = m.Number, Entries = Columns.WriteBytes(m.Entries),
            },
            m => new RewardsSigned(m.Id.NodeId("id"), m.Job.JobId("job"), m.Number, Columns.ReadBytes(m.Entries, "entries")))
        .Add("ws", P.Settle.Parser,
            (Settle m) => new P.Settle { Vouch = Parts.Write(m.Vouch), After = m.After },
            m => new Settle(Parts.Read(m.Vouch)) { After = m.After })
        .Add("wt", P.Settled.Parser,
            (Settled m) => new P.Settled { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Number = m.Number },
            m => new Settled(m.Id.NodeId("id"), m.Job.JobId("job"), m.Number))
        .Add("wg", P.SettleGap.Parser,
            (SettleGap m) => new P.SettleGap { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Expected = m.Expected },
            m => new SettleGap(m.Id.NodeId("id"), m.Job.JobId("job"), m.Expected))
        .Add("wx", P.RanOut.Parser,
            (RanOut m) => new P.RanOut { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Bundle = m.Bundle, Epoch = m.Epoch.Number },
            m => new RanOut(m.Id.NodeId("id"), m.Job.JobId("job"), m.Bundle, new Epoch(m.Epoch)))
        .Add("wem", P.Missed.Parser,
            (Missed m) => new P.Missed { Id = m.NodeId.Wire(), Epoch = m.Epoch.Number },
            m => new Missed(m.Id.NodeId("id"), new Epoch(m.Epoch)))
        .Add("wet", P.SettlementTaken.Parser,
            (SettlementTaken m) => new P.SettlementTaken { Vouch = Parts.Write(m.Vouch) },
            m => new SettlementTaken(Parts.Read(m.Vouch)))
        .Add("wer", P.Rewarded.Parser,
            (Rewarded m) => new P.Rewarded { Vouch = Parts.Write(m.Vouch) },
            m => new Rewarded(Parts.Read(m.Vouch)))
        .Add("wes", P.WorkerSnapshot.Parser,
            (WorkerSnapshot m) => new P.WorkerSnapshot
            {
                Id = m.NodeId.Wire(),
                Jobs =
                {
                    m.Jobs.Map(static job =>
                        new P.SettledJob { Job = job.JobId.Wire(), Taken = job.Taken, Rewarded = job.Rewarded, Delivered = job.Delivered }),
                },
                Open = { m.Open.Map(Parts.Write) },
                Missed = m.Rest.Missed, Rests = m.Rest.Rests, Faithful = m.Rest.Faithful, Until = m.Rest.Until.Number,
            },
            m => new WorkerSnapshot(
                m.Id.NodeId("id"),
                m.Jobs.Map(static job => new WorkerSnapshot.Job(job.Job.JobId("jobs.job"), job.Taken, job.Rewarded, job.Delivered)),
                m.Open.Map(Parts.Read))
            {
                Rest = new WorkerRest(m.Missed, m.Rests, m.Faithful, new Epoch(m.Until)),
            });
}
