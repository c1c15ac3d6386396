using System.Collections.Immutable;

namespace AkkaCompute.Domain.Roster;

/// <summary>What the close of an epoch changed: from the roster of the epoch before to that of <see cref="EpochRecord.Number"/>.</summary>
/// <param name="Joined">Who is new, or has changed.</param>
/// <param name="NodesChanged">Cluster nodes that are new, or have another number of slots.</param>
/// <param name="NodesGone">Their addresses.</param>
/// <param name="Entered">What is drawn from now on, in its order.</param>
public sealed record RosterDelta(
    EpochRecord Record,
    ImmutableArray<Member> Joined,
    ImmutableArray<Identity.NodeId> Left,
    ImmutableArray<NodeInfo> NodesChanged,
    ImmutableArray<string> NodesGone,
    ImmutableArray<DrawRequest> Entered)
{
    /// <summary>The epoch that this follows on.</summary>
    public Epoch FromEpoch => new(Record.Number.Number - 1);

    /// <summary>
    /// Cut into parts of at most so many bytes, by an estimate of their size on the wire. The same delta and size
    /// give the same parts, so that those lost are replaced by those sent again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than <see cref="RosterPart.MinBytes"/>.</exception>
    public IReadOnlyList<RosterPart> Split(int maxBytes = RosterPart.DefaultBytes) =>
        RosterSplitter.Split(this, snapshot: false, maxBytes);
}

/// <summary>The one event of the roster: an epoch was closed. Kept for ever.</summary>
public sealed record EpochClosed(RosterDelta Delta) : IWire
{
    public EpochRecord Record => Delta.Record;
}

/// <summary>A whole roster, for a replica that is new or too far behind.</summary>
public sealed record RosterSnapshot(EpochRecord Record, ImmutableArray<Member> Members, ImmutableArray<NodeInfo> Nodes)
{
    /// <inheritdoc cref="RosterDelta.Split"/>
    public IReadOnlyList<RosterPart> Split(int maxBytes = RosterPart.DefaultBytes) =>
        RosterSplitter.Split(new RosterDelta(Record, Members, [], Nodes, [], []), snapshot: true, maxBytes);
}
