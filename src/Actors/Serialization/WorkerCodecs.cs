using static AkkaCompute.Domain.Workers.WorkerProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization;

/// <summary>A worker and its events.</summary>
internal static class WorkerCodecs
{
    public static CodecTable AddWorkers(this CodecTable table) => table
        .Add("wd", P.Declare.Parser,
            (Declare m) => new P.Declare { Id = m.NodeId.Wire(), PublicKey = m.PublicKey.Wire(), Capabilities = { m.Capabilities } },
            m => new Declare(m.Id.NodeId("id"), m.PublicKey.Memory, [.. m.Capabilities]))
        .Add("wa", P.DeclarationAccepted.Parser,
            (DeclarationAccepted m) => new P.DeclarationAccepted { Id = m.NodeId.Wire() },
            m => new DeclarationAccepted(m.Id.NodeId("id")))
        .Add("wed", P.Declared.Parser,
            (Declared m) => new P.Declared { Id = m.NodeId.Wire(), PublicKey = m.PublicKey.Wire(), Capabilities = { m.Capabilities } },
            m => new Declared(m.Id.NodeId("id"), m.PublicKey.Memory, [.. m.Capabilities]))
        .Add("ws", P.Settle.Parser,
            (Settle m) => new P.Settle { Vouch = Parts.Write(m.Vouch) },
            m => new Settle(Parts.Read(m.Vouch)))
        .Add("wt", P.Settled.Parser,
            (Settled m) => new P.Settled { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Number = m.Number },
            m => new Settled(m.Id.NodeId("id"), m.Job.JobId("job"), m.Number))
        .Add("wg", P.SettleGap.Parser,
            (SettleGap m) => new P.SettleGap { Id = m.NodeId.Wire(), Job = m.JobId.Wire(), Expected = m.Expected },
            m => new SettleGap(m.Id.NodeId("id"), m.Job.JobId("job"), m.Expected))
        .Add("wer", P.Rewarded.Parser,
            (Rewarded m) => new P.Rewarded { Vouch = Parts.Write(m.Vouch) },
            m => new Rewarded(Parts.Read(m.Vouch)));
}
