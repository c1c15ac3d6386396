using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Selection;

/// <summary>Who may be drawn: whoever announces the capability, but for one.</summary>
/// <param name="Capability">Such as <c>wasm</c> or <c>kernel:noop@1</c>.</param>
/// <param name="Excluded">The boss: nobody works for himself.</param>
public readonly record struct Eligibility(string Capability, NodeId? Excluded = null);

/// <summary>The members that the beacon puts nearest to a target: a pure function of the frozen roster.</summary>
public static class CloseGroup
{
    /// <summary>
    /// The <paramref name="k"/> eligible members whose positions are nearest to the target by XOR, nearest first: the
    /// place in the list is the rank. Fewer where there are not so many. A smaller group is the beginning of a larger
    /// one, so the next rank is found by asking for one more. The work grows with k and the logarithm of those
    /// eligible; the first call for a capability in an epoch makes its index, once (about 1 ms for 100,000 members).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">k is negative.</exception>
    public static Member[] Select(EpochRoster roster, Hash256 target, int k, Eligibility eligible) =>
        Select(roster, target, k, eligible, out _);

    /// <param name="visits">How many nodes of the trie and positions were looked at.</param>
    internal static Member[] Select(EpochRoster roster, Hash256 target, int k, Eligibility eligible, out int visits)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        var index = roster.IndexOf(eligible.Capability);
        var size = Math.Min(k, index.Count);
        var skip = eligible.Excluded is { } excluded ? roster.RowOf(excluded) : -1;
        Span<int> rows = size <= 256 ? stackalloc int[size] : new int[size];
        var group = new Member[index.Nearest(target, rows, skip, out visits)];
        for (var i = 0; i < group.Length; i++)
            group[i] = roster.Members[rows[i]];
        return group;
    }
}
