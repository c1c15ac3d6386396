using System.Collections.Immutable;
using System.Text;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster;

/// <summary>Fills one part after the other, first come first in.</summary>
internal sealed class RosterSplitter
{
    // A field of 32 bytes with its tag and length, and some for the message around it.
    internal const int IdSize = Hash256.Size + 8;
    internal const int RequestSize = DrawRequest.Size + 16;
    internal const int HeadSize = ChainHead.Size;
    internal const int StandingSize = Hash256.Size + 12;

    // A member with 64 capabilities of 128 characters, its owner and its address.
    private const int LargestItem = 10 * 1024;

    private readonly List<(RosterDelta Content, ImmutableArray<CommittedNode> Nodes)> _parts = [];
    private readonly Epoch _period;
    private readonly int _maxBytes;
    private EpochRecord _record;
    private int _used;
    private Lists _lists = new();

    private RosterSplitter(RosterDelta whole, int maxBytes) => (_record, _period, _maxBytes) = (whole.Record, whole.Period, maxBytes);

    public static IReadOnlyList<RosterPart> Split(RosterDelta whole, ImmutableArray<CommittedNode> nodesBefore, bool snapshot, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, RosterPart.MinBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, LargestItem + Overhead(whole.Record));
        var splitter = new RosterSplitter(whole, maxBytes);
        foreach (var member in whole.Joined)
            splitter.Add(member);
        foreach (var id in whole.Left)
            splitter.Room(IdSize).Left.Add(id);
        foreach (var node in nodesBefore)
            splitter.Room(NodeSize(node)).NodesBefore.Add(node);
        foreach (var node in whole.NodesChanged)
            splitter.Room(NodeSize(node)).NodesChanged.Add(node);
        foreach (var address in whole.NodesGone)
            splitter.Room(AddressSize(address)).NodesGone.Add(address);
        foreach (var request in whole.Entered)
            splitter.Room(RequestSize).Entered.Add(request);
        foreach (var head in whole.Heads)
            splitter.Room(HeadSize).Heads.Add(head);
        foreach (var change in whole.Standings)
            splitter.Room(StandingSize).Standings.Add(change);
        foreach (var ban in whole.Bans)
            splitter.Room(IdSize + 8).Bans.Add(ban with { Proof = default });
        splitter.Finish();
        return [
            .. splitter._parts.Select((part, index) => new RosterPart(snapshot, index, splitter._parts.Count, part.Content, part.Nodes))];
    }

    internal static int AddressSize(string address) => Encoding.UTF8.GetByteCount(address) + 16;

    internal static int NodeSize(NodeInfo node) => AddressSize(node.Address) + 2 * IdSize;

    internal static int NodeSize(CommittedNode node) => (node.Info is null ? 0 : NodeSize(node.Info)) + 2 * IdSize + 40;

    internal static int Overhead(EpochRecord record) =>
        768 + record.Reveals.Length * (2 * Hash256.Size + PublicKey.SignatureSize + 16)
        + record.Signatures.Length * (Hash256.Size + PublicKey.SignatureSize + 16);

    private void Add(Member member)
    {
        if (IsFull(_lists.Sizes.Of(member)))
            Finish();
        _used += _lists.Sizes.Of(member);
        _lists.Sizes.Add(member);
        _lists.Joined.Add(member);
    }

    private Lists Room(int size)
    {
        if (IsFull(size))
            Finish();
        _used += size;
        return _lists;
    }

    private bool IsFull(int size) => _used > 0 && Overhead(_record) + _used + size > _maxBytes;

    private void Finish()
    {
        var full = _lists;
        _parts.Add((
            new RosterDelta(
                _record, full.Joined.ToImmutable(), full.Left.ToImmutable(), full.NodesChanged.ToImmutable(), full.NodesGone.ToImmutable(),
                full.Entered.ToImmutable())
            {
                Heads = full.Heads.ToImmutable(), Standings = full.Standings.ToImmutable(), Bans = full.Bans.ToImmutable(),
                Period = _period,
            },
            full.NodesBefore.ToImmutable()));
        // A node that knows the record by its hash needs its signatures once: they are as much as 1,000 members with 100 nodes.
        (_used, _lists, _record) = (0, new Lists(), _record.Signatures.Length == 0 ? _record : _record.With([]));
    }

    private sealed class Lists
    {
        public readonly MemberSizes Sizes = new();
        public readonly ImmutableArray<Member>.Builder Joined = ImmutableArray.CreateBuilder<Member>();
        public readonly ImmutableArray<NodeId>.Builder Left = ImmutableArray.CreateBuilder<NodeId>();
        public readonly ImmutableArray<CommittedNode>.Builder NodesBefore = ImmutableArray.CreateBuilder<CommittedNode>();
        public readonly ImmutableArray<NodeInfo>.Builder NodesChanged = ImmutableArray.CreateBuilder<NodeInfo>();
        public readonly ImmutableArray<string>.Builder NodesGone = ImmutableArray.CreateBuilder<string>();
        public readonly ImmutableArray<DrawRequest>.Builder Entered = ImmutableArray.CreateBuilder<DrawRequest>();
        public readonly ImmutableArray<ChainHead>.Builder Heads = ImmutableArray.CreateBuilder<ChainHead>();
        public readonly ImmutableArray<StandingChange>.Builder Standings = ImmutableArray.CreateBuilder<StandingChange>();
        public readonly ImmutableArray<BanProof>.Builder Bans = ImmutableArray.CreateBuilder<BanProof>();
    }
}
