using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;
using static AkkaCompute.Domain.Trust.TrustProtocol;

namespace AkkaCompute.Actors.Tests.Serialization;

internal static partial class Samples
{
    private static Dictionary<string, IWire> Trust() => new()
    {
        ["get-trust"] = new GetTrust(_worker),
        ["trust-info"] = new TrustInfo(
            _worker, new Epoch(1_000), Hash256.Of("trust"u8), EigenTrust.One / 4, Standing.Trusted, [new TrustGiver(_boss, EigenTrust.One / 2, EigenTrust.One)]),
        ["trust-info-none"] = new TrustInfo(_worker, Epoch.None, default, 0, Standing.Newcomer, []),
    };
}
