using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>
/// What cheap keys may take of the roster and of the records. The same on all cluster nodes, as each may come to decide; no part of
/// <see cref="TrustRules"/>: the records don't show who was left out, so an audit takes them by any budgets.
/// </summary>
public sealed record RosterBudgets
{
    public const int LeastMembers = 1_000;
    public const int MostMembers = RosterState.MaxMembers;
    public const int MostNewcomersPerEpoch = 65_536;

    /// <summary>A proof has up to 32 KB, and an epoch is one event: 8 MB.</summary>
    public const int MostBansPerEpoch = 256;

    public const int LeastChainOpenings = 4;
    public const int MostChainOpenings = 65_536;

    /// <summary>Epochs in which an author has <see cref="ChainOpenings"/>.</summary>
    public const int OpeningEpochs = Openings.Span;

    /// <summary>How many times as many chains a trusted author opens as a newcomer.</summary>
    public const int TrustedOpenings = 16;

    public static RosterBudgets Default { get; } = new();

    /// <summary>
    /// C-nodes that a roster holds, <see cref="LeastMembers"/> to <see cref="MostMembers"/>; the most by default. See
    /// <see cref="RosterRoom"/> for the parts that are kept.
    /// </summary>
    public int Members { get; init; } = MostMembers;

    /// <summary>
    /// Newcomers that come into the roster with one epoch, 1 to <see cref="MostNewcomersPerEpoch"/>; 1,024 by default. The others wait, and
    /// the beacon draws who is next.
    /// </summary>
    public int NewcomersPerEpoch { get; init; } = 1_024;

    /// <summary>
    /// Bans that one epoch takes, 1 to <see cref="MostBansPerEpoch"/>; 64 by default. Those of trusted c-nodes come first, then those in
    /// the roster, then the others by lot.
    /// </summary>
    public int BansPerEpoch { get; init; } = 64;

    /// <summary>
    /// Chains that a newcomer opens in <see cref="OpeningEpochs"/> epochs, at once or one after the other, <see cref="LeastChainOpenings"/>
    /// to <see cref="MostChainOpenings"/>; 512 by default. A job takes two.
    /// </summary>
    public int ChainOpenings { get; init; } = 512;

    /// <summary>Checks the budgets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        OptionRange.Check(Members, LeastMembers, MostMembers);
        OptionRange.Check(NewcomersPerEpoch, 1, MostNewcomersPerEpoch);
        OptionRange.Check(BansPerEpoch, 1, MostBansPerEpoch);
        OptionRange.Check(ChainOpenings, LeastChainOpenings, MostChainOpenings);
    }

    /// <summary>
    /// Chains that an author opens in <see cref="OpeningEpochs"/> epochs. Where nothing happens, no epoch ends, and whoever waits for one
    /// would wait for ever: so each second without a record counts as an epoch.
    /// </summary>
    /// <param name="idle">Since the last record, by the keeper's own monotonic clock.</param>
    public int OpeningsOf(bool trusted, TimeSpan idle)
    {
        var most = trusted ? TrustedOpenings * ChainOpenings : ChainOpenings;
        return most + (int)(most * Math.Clamp((long)idle.TotalSeconds, 0, OpeningEpochs) / OpeningEpochs);
    }
}
