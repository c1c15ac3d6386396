using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;
using static AkkaCompute.Domain.Trust.TrustProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>Trust, asked for and answered.</summary>
internal static class TrustCodecs
{
    public static CodecTable AddTrust(this CodecTable table) => table
        .Add("tq", P.GetTrust.Parser,
            (GetTrust m) => new P.GetTrust { Id = m.NodeId.Wire() },
            m => new GetTrust(m.Id.NodeId("id")))
        .Add("tp", P.TrustInfo.Parser, Write, Read);

    private static P.TrustInfo Write(TrustInfo info)
    {
        var message = new P.TrustInfo
        {
            Id = info.NodeId.Wire(), Period = info.Period.Number, Root = info.TrustRoot.Wire(), Trust = info.Trust,
            Standing = (int)info.Standing,
        };
        message.Givers.AddRange(
            info.Givers.Select(giver => new P.TrustGiver { Boss = giver.Boss.Wire(), Trust = giver.Trust, Share = giver.Share }));
        return message;
    }

    private static TrustInfo Read(P.TrustInfo message) => message.Givers.Count > TrustInfo.MaxGivers
        ? throw new FieldException("givers", $"{message.Givers.Count}, at most {TrustInfo.MaxGivers}.")
        : new TrustInfo(
            message.Id.NodeId("id"), new Epoch(message.Period), message.Root.Hash("root"), message.Trust,
            Fields.Known<Standing>(message.Standing, "standing"),
            [.. message.Givers.Select(giver => new TrustGiver(giver.Boss.NodeId("boss"), giver.Trust, giver.Share))]);
}
