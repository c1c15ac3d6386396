using System.Collections.Immutable;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster;

/// <summary>What the close of an epoch changed: from the roster of the epoch before to that of <see cref="EpochRecord.Number"/>.</summary>
/// <param name="Joined">Who is new, or has changed.</param>
/// <param name="NodesChanged">Cluster nodes that are new, or have another number of slots, another chain or address.</param>
/// <param name="NodesGone">Their addresses.</param>
/// <param name="Entered">What is drawn from now on, in its order.</param>
public sealed record RosterDelta(
    EpochRecord Record,
    ImmutableArray<Member> Joined,
    ImmutableArray<NodeId> Left,
    ImmutableArray<NodeInfo> NodesChanged,
    ImmutableArray<string> NodesGone,
    ImmutableArray<DrawRequest> Entered)
{
    /// <summary>Chains that have grown, by their names.</summary>
    public ImmutableArray<ChainHead> Heads { get; init; } = [];

    /// <summary>
    /// Whose standing changed, by NodeId, in the roster or not: a c-node that comes back has the standing that it left with.
    /// </summary>
    public ImmutableArray<StandingChange> Standings { get; init; } = [];

    /// <summary>What convicts those that were banned, by NodeId. Kept with the event; replicas get them without proofs.</summary>
    public ImmutableArray<BanProof> Bans { get; init; } = [];

    /// <summary>The last epoch of the period that the trust root is of.</summary>
    public Epoch Period { get; init; }

    /// <summary>The epoch that this follows on.</summary>
    public Epoch FromEpoch => new(Record.Number.Number - 1);

    /// <summary>
    /// Cut into parts of at most so many bytes, by an estimate of their size on the wire. The same delta and size
    /// give the same parts, so that those lost are replaced by those sent again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than <see cref="RosterPart.MinBytes"/>.</exception>
    public IReadOnlyList<RosterPart> Split(int maxBytes = RosterPart.DefaultBytes) =>
        RosterSplitter.Split(this, [], snapshot: false, maxBytes);
}

/// <summary>What convicts a c-node, such as the two entries of a fork.</summary>
public readonly record struct BanProof(NodeId NodeId, ReadOnlyMemory<byte> Proof);

/// <summary>The one event of the roster: an epoch was closed. Kept for ever.</summary>
public sealed record EpochClosed(RosterDelta Delta) : IWire
{
    public EpochRecord Record => Delta.Record;
}

/// <summary>A whole roster, for a replica that is new or too far behind.</summary>
/// <param name="NodesBefore">The cluster nodes after the record before, by NodeId: so that this record can be verified.</param>
/// <param name="NodesChanged">As in the record's delta.</param>
/// <param name="NodesGone">As in the record's delta.</param>
public sealed record RosterSnapshot(
    EpochRecord Record, ImmutableArray<Member> Members, ImmutableArray<CommittedNode> NodesBefore,
    ImmutableArray<NodeInfo> NodesChanged, ImmutableArray<string> NodesGone)
{
    /// <inheritdoc cref="RosterDelta.Split"/>
    public IReadOnlyList<RosterPart> Split(int maxBytes = RosterPart.DefaultBytes) =>
        RosterSplitter.Split(new RosterDelta(Record, Members, [], NodesChanged, NodesGone, []), NodesBefore, snapshot: true, maxBytes);
}
