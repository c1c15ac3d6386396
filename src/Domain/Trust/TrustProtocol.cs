using System.Collections.Immutable;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Trust;

/// <summary>What the keeper of trust is asked and says.</summary>
public static class TrustProtocol
{
    /// <summary>Asks how much a c-node is trusted, and by whom; answered by <see cref="TrustInfo"/>.</summary>
    public sealed record GetTrust(NodeId NodeId) : IWithNodeId;

    /// <summary>A c-node's trust as the last period left it. All zero for whom nobody trusts, and before the first period.</summary>
    /// <param name="Period">The period's last epoch; 0 before the first.</param>
    /// <param name="TrustRoot">The root of all trust of that period, as the epoch records have it.</param>
    /// <param name="Trust">In parts of <see cref="EigenTrust.One"/>.</param>
    /// <param name="Standing">In the roster of now; a newcomer where it is not in it.</param>
    /// <param name="Givers">Who gives it trust, the most first; at most <see cref="MaxGivers"/>.</param>
    public sealed record TrustInfo(
        NodeId NodeId, Epoch Period, Hash256 TrustRoot, ulong Trust, Standing Standing, ImmutableArray<TrustGiver> Givers) : IWithNodeId
    {
        public const int MaxGivers = 64;
    }
}

/// <summary>A boss that vouched for a c-node.</summary>
/// <param name="Trust">The boss's own, in parts of <see cref="EigenTrust.One"/>.</param>
/// <param name="Share">Which part of it the c-node gets, in the same parts.</param>
public readonly record struct TrustGiver(NodeId Boss, ulong Trust, ulong Share);
