using System.Collections.Immutable;
using AkkaCompute.Domain.Epochs;

namespace AkkaCompute.Domain.Roster;

/// <summary>One part of a delta or a snapshot, small enough for one message.</summary>
/// <param name="Snapshot">Whether this is of a whole roster, and not of a change.</param>
/// <param name="Index">From 0, below <paramref name="Count"/>.</param>
/// <param name="Content">The whole's record, with its signatures in the first part alone, and this part of its lists.</param>
/// <param name="NodesBefore">Of a snapshot: this part of <see cref="RosterSnapshot.NodesBefore"/>.</param>
public sealed record RosterPart(bool Snapshot, int Index, int Count, RosterDelta Content, ImmutableArray<CommittedNode> NodesBefore)
{
    /// <summary>64 KB: half of what a remote frame takes.</summary>
    public const int DefaultBytes = 64 * 1024;

    /// <summary>The largest member there may be fits into this.</summary>
    public const int MinBytes = 16 * 1024;

    /// <summary>The most parts of one whole.</summary>
    public const int MaxCount = 1 << 20;

    public EpochRecord Record => Content.Record;

    /// <summary>About what it takes on the wire, in bytes.</summary>
    public int EstimatedSize => RosterSplitter.Overhead(Record)
        + MemberSizes.Of(Content.Joined)
        + Content.Left.Length * RosterSplitter.IdSize
        + Content.NodesChanged.Sum(RosterSplitter.NodeSize)
        + NodesBefore.Sum(RosterSplitter.NodeSize)
        + Content.NodesGone.Sum(RosterSplitter.AddressSize)
        + Content.Entered.Length * RosterSplitter.RequestSize
        + Content.Heads.Length * RosterSplitter.HeadSize
        + Content.Standings.Length * RosterSplitter.StandingSize
        + Content.Bans.Sum(ban => RosterSplitter.IdSize + ban.Proof.Length + 8);

    /// <summary>The parts put together again, in their order.</summary>
    internal static RosterDelta Join(IReadOnlyList<RosterPart> parts) => parts.Count == 1 ? parts[0].Content : new RosterDelta(
        parts[0].Record,
        [.. parts.SelectMany(part => part.Content.Joined)],
        [.. parts.SelectMany(part => part.Content.Left)],
        [.. parts.SelectMany(part => part.Content.NodesChanged)],
        [.. parts.SelectMany(part => part.Content.NodesGone)],
        [.. parts.SelectMany(part => part.Content.Entered)])
    {
        Heads = [.. parts.SelectMany(part => part.Content.Heads)],
        Standings = [.. parts.SelectMany(part => part.Content.Standings)],
        Bans = [.. parts.SelectMany(part => part.Content.Bans)],
        Period = parts[0].Content.Period,
    };
}
