using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Draw;

/// <summary>Who may be drawn: whoever announces the capability, but for one.</summary>
/// <param name="Capability">Such as <c>wasm</c> or <c>kernel:noop@1</c>.</param>
/// <param name="Excluded">The boss: nobody works for himself.</param>
/// <param name="TrustedOnly">Whether newcomers get no place.</param>
/// <param name="OfAnyStanding">Whether nobody's standing matters: all are ranked together. Not with <paramref name="TrustedOnly"/>.</param>
public readonly record struct Eligibility(string Capability, NodeId? Excluded = null, bool TrustedOnly = false, bool OfAnyStanding = false)
{
    /// <summary>Who may see what it is drawn for.</summary>
    public Audience Audience { get; init; }

    /// <summary>
    /// The newcomers who alone have newcomers' places; <c>null</c> means all. It plays no part where standing plays none.
    /// </summary>
    public Cohort? Cohort { get; init; }
}

/// <summary>
/// The members that the beacon puts nearest to a target: a pure function of the frozen roster. The places 0, 1, 3, 5, … are for
/// the trusted, 2, 4, 6, … for newcomers; where there are no newcomers left the trusted fill in, and where there are no trusted
/// left the group ends: more than half of every prefix is trusted. Who was declared too lately, and who is banned, has no place.
/// Where standing does not matter (<see cref="Eligibility.OfAnyStanding"/>), the nearest of all come first.
/// </summary>
public static class CloseGroup
{
    /// <summary>
    /// The <paramref name="k"/> first places: of the trusted and of the newcomers those whose positions are nearest to the
    /// target by XOR, nearest first; the place in the list is the rank. Fewer where there are not so many. A smaller group is
    /// the beginning of a larger one, so the next rank is found by asking for one more. The work grows with k and the
    /// logarithm of those eligible; the first call for a capability in an epoch makes its index, once (about 1 ms for 100,000
    /// members).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">k is negative.</exception>
    public static Member[] Select(EpochRoster roster, Hash256 target, int k, Eligibility eligible)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        var index = roster.IndexOf(eligible);
        var skip = eligible.Excluded is { } excluded ? roster.RowOf(excluded) : -1;
        var allNewcomers = index.Newcomers.Count;
        k = Math.Min(k, index.Trusted.Count + allNewcomers);
        if (eligible.OfAnyStanding)
            return NearestOfAll(roster, index, target, k, skip);
        Span<int> rows = k <= 256 ? stackalloc int[k] : new int[k];
        var newcomers = rows[..index.Newcomers.Nearest(target, rows[..Math.Min(NewcomersOf(k), allNewcomers)], skip, out _)];
        var trusted = rows.Slice(newcomers.Length, Math.Min(k - newcomers.Length, index.Trusted.Count));
        trusted = trusted[..index.Trusted.Nearest(target, trusted, skip, out _)];

        var group = new Member[Size(trusted.Length, newcomers.Length)];
        for (int place = 0, newcomer = 0; place < group.Length; place++)
        {
            var row = IsForNewcomer(place) && newcomer < newcomers.Length ? newcomers[newcomer++] : trusted[place - newcomer];
            group[place] = roster.Members[row];
        }
        return group;
    }

    /// <summary>How many places the largest group has.</summary>
    public static int Size(EpochRoster roster, Eligibility eligible)
    {
        ArgumentNullException.ThrowIfNull(roster);
        var (trusted, newcomers) = roster.Count(eligible);
        return eligible.OfAnyStanding ? trusted + newcomers : Size(trusted, newcomers);
    }

    private static Member[] NearestOfAll(EpochRoster roster, DrawIndex index, Hash256 target, int k, int skip)
    {
        Span<int> rows = k <= 128 ? stackalloc int[2 * k] : new int[2 * k];
        var trusted = index.Trusted.Nearest(target, rows[..k], skip, out _);
        var newcomers = index.Newcomers.Nearest(target, rows.Slice(trusted, k), skip, out _);
        var group = new Member[Math.Min(k, trusted + newcomers)];
        for (int place = 0, one = 0, other = trusted; place < group.Length; place++)
        {
            var isNewcomer = one == trusted
                || (other < trusted + newcomers && roster.PositionOf(rows[other]).Xor(target) < roster.PositionOf(rows[one]).Xor(target));
            group[place] = roster.Members[isNewcomer ? rows[other++] : rows[one++]];
        }
        return group;
    }

    /// <summary>Newcomers among the first k places.</summary>
    private static int NewcomersOf(int k) => Math.Max(0, (k - 1) / 2);

    private static bool IsForNewcomer(int place) => place >= 2 && place % 2 == 0;

    private static int Size(int trusted, int newcomers) => trusted + Math.Min(newcomers, Math.Max(0, trusted - 1));
}
