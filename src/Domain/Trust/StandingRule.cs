using AkkaCompute.Domain.Draw;

namespace AkkaCompute.Domain.Trust;

/// <summary>
/// From trust to standing: trust × N against thresholds, so that they mean a share of the average. Who has the share x of all
/// trust can have at most x N / threshold heads trusted: a low threshold is cheap to pass with many. It takes more to become
/// trusted than to stay so, or those at the edge would change with every period.
/// </summary>
/// <param name="Promote">Per mille of the average that makes a newcomer trusted.</param>
/// <param name="Demote">Per mille of the average below which a trusted c-node is a newcomer again.</param>
public readonly record struct StandingRule(int Promote, int Demote)
{
    public static StandingRule Default => new(500, 250);

    /// <param name="before">Bans end only by what lifts them, never here.</param>
    /// <param name="trust">In parts of <see cref="EigenTrust.One"/>.</param>
    /// <param name="trusted">
    /// N: the c-nodes that were trusted in the period before. Not all in the roster: anybody could make the thresholds
    /// easier by adding identities without any trust.
    /// </param>
    /// <param name="first">The first c-nodes are trusted unless banned.</param>
    public Standing Next(Standing before, ulong trust, int trusted, bool first)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trusted, 1);
        if (before == Standing.Banned)
            return Standing.Banned;
        if (first)
            return Standing.Trusted;
        var threshold = before == Standing.Trusted ? Demote : Promote;
        return (UInt128)trust * (UInt128)trusted * 1_000 >= (UInt128)EigenTrust.One * (UInt128)threshold
            ? Standing.Trusted
            : Standing.Newcomer;
    }
}
