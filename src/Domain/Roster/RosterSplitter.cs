using System.Collections.Immutable;
using System.Text;
using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Domain.Roster;

/// <summary>Fills one part after the other, first come first in.</summary>
internal sealed class RosterSplitter
{
    // A field of 32 bytes with its tag and length, and some for the message around it.
    internal const int IdSize = Hash256.Size + 8;
    internal const int RequestSize = DrawRequest.Size + 16;

    // A member with 64 capabilities of 128 characters, its owner and its address.
    private const int LargestItem = 10 * 1024;

    private readonly List<RosterDelta> _parts = [];
    private readonly EpochRecord _record;
    private readonly int _room;
    private int _used;
    private ImmutableArray<Member>.Builder _joined = ImmutableArray.CreateBuilder<Member>();
    private ImmutableArray<NodeId>.Builder _left = ImmutableArray.CreateBuilder<NodeId>();
    private ImmutableArray<NodeInfo>.Builder _nodes = ImmutableArray.CreateBuilder<NodeInfo>();
    private ImmutableArray<string>.Builder _gone = ImmutableArray.CreateBuilder<string>();
    private ImmutableArray<DrawRequest>.Builder _entered = ImmutableArray.CreateBuilder<DrawRequest>();

    private RosterSplitter(EpochRecord record, int room) => (_record, _room) = (record, room);

    public static IReadOnlyList<RosterPart> Split(RosterDelta whole, bool snapshot, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, RosterPart.MinBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, LargestItem + Overhead(whole.Record));
        var splitter = new RosterSplitter(whole.Record, maxBytes - Overhead(whole.Record));
        foreach (var member in whole.Joined)
            splitter.Take(member.EstimatedSize)._joined.Add(member);
        foreach (var id in whole.Left)
            splitter.Take(IdSize)._left.Add(id);
        foreach (var node in whole.NodesChanged)
            splitter.Take(NodeSize(node))._nodes.Add(node);
        foreach (var address in whole.NodesGone)
            splitter.Take(AddressSize(address))._gone.Add(address);
        foreach (var request in whole.Entered)
            splitter.Take(RequestSize)._entered.Add(request);
        splitter.Finish();
        return [.. splitter._parts.Select((content, index) => new RosterPart(snapshot, index, splitter._parts.Count, content))];
    }

    internal static int AddressSize(string address) => Encoding.UTF8.GetByteCount(address) + 16;

    internal static int NodeSize(NodeInfo node) => AddressSize(node.Address) + 2 * (Hash256.Size + 2);

    internal static int Overhead(EpochRecord record) =>
        512 + record.Reveals.Length * (2 * Hash256.Size + 16) + record.Signatures.Sum(signature => signature.Length + 8);

    private RosterSplitter Take(int size)
    {
        if (_used > 0 && _used + size > _room)
            Finish();
        _used += size;
        return this;
    }

    private void Finish()
    {
        _parts.Add(new RosterDelta(_record, _joined.ToImmutable(), _left.ToImmutable(), _nodes.ToImmutable(),
            _gone.ToImmutable(), _entered.ToImmutable()));
        _used = 0;
        (_joined, _left, _nodes, _gone, _entered) = (ImmutableArray.CreateBuilder<Member>(), ImmutableArray.CreateBuilder<NodeId>(),
            ImmutableArray.CreateBuilder<NodeInfo>(), ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<DrawRequest>());
    }
}
