using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using MemberSet = AkkaCompute.Domain.Ground.MerkleSet<AkkaCompute.Domain.Ground.NodeId, AkkaCompute.Domain.Draw.Member>;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>
/// The roster of one epoch, for as long as something that it drew is open. Members are shared with the epochs around it; their
/// positions are computed when they are asked for, and forgotten again (<see cref="RosterCache"/>).
/// </summary>
/// <param name="record">The epoch's record.</param>
/// <param name="members">Its roster.</param>
/// <param name="counts">Whether its draws count: it is not degraded.</param>
internal sealed class FrozenRoster(EpochRecord record, MemberSet members, bool counts, RosterCache cache)
{
    private const int FirstLook = 16;

    internal Epoch Epoch => record.Number;

    internal bool Counts => counts;

    internal Hash256 Beacon => record.Beacon;

    internal EpochRoster Positions => cache.Get(this);

    internal EpochRoster Build() => new(record.Number, record.Beacon, members.ToArray(), [], record.Hash, counts);

    /// <summary>The rank of a c-node in a bundle's group, and all before it; null where it is not in it.</summary>
    internal (int Rank, Member[] Group)? RankOf(NodeId worker, Hash256 job, long bundle, int attempt, Eligibility eligible)
    {
        var roster = Positions;
        var target = Ring.Target(roster.Beacon, job, (ulong)bundle, (uint)attempt);
        for (var size = FirstLook; ; size *= 4)
        {
            var group = CloseGroup.Select(roster, target, size, eligible);
            var rank = Array.FindIndex(group, member => member.Id == worker);
            if (rank >= 0)
                return (rank, group[..(rank + 1)]);
            if (group.Length < size)
                return null;
        }
    }

    /// <summary>The whole group of a bundle; null where it has more than <paramref name="most"/>.</summary>
    internal Member[]? AllOf(Hash256 job, long bundle, int attempt, Eligibility eligible, int most)
    {
        var roster = Positions;
        var size = CloseGroup.Size(roster, eligible);
        return size > most
            ? null
            : CloseGroup.Select(roster, Ring.Target(roster.Beacon, job, (ulong)bundle, (uint)attempt), size, eligible);
    }

    /// <summary>Those who have the first ranks in a bundle's group.</summary>
    internal IEnumerable<NodeId> FirstOf(Hash256 job, long bundle, int attempt, Eligibility eligible, int most)
    {
        var roster = Positions;
        return CloseGroup.Select(roster, Ring.Target(roster.Beacon, job, (ulong)bundle, (uint)attempt), most, eligible)
            .Select(member => member.Id);
    }

    /// <summary>How many trusted c-nodes could be drawn, and how many there are.</summary>
    internal (int Eligible, int Trusted) TrustedOf(Eligibility eligible) =>
        (Positions.Count(eligible).Trusted, Positions.TotalTrusted);
}

/// <summary>The rosters whose positions are at hand: some 50 bytes a member each.</summary>
internal sealed class RosterCache
{
    private const int MaxMembers = 1 << 22, MaxRosters = 64;

    private readonly LinkedList<(FrozenRoster Frozen, EpochRoster Built)> _used = new();

    internal EpochRoster Get(FrozenRoster frozen)
    {
        for (var node = _used.First; node is not null; node = node.Next)
        {
            if (!ReferenceEquals(node.Value.Frozen, frozen))
                continue;
            _used.Remove(node);
            _used.AddFirst(node);
            return node.Value.Built;
        }
        var built = frozen.Build();
        _used.AddFirst((frozen, built));
        while (_used.Count > 1 && (_used.Count > MaxRosters || (long)_used.Count * built.Members.Length > MaxMembers))
            _used.RemoveLast();
        return built;
    }
}
