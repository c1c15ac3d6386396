using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Trust;

/// <summary>
/// How much each c-node is trusted, in parts of <see cref="EigenTrust.One"/>; the sum is exactly that. A c-node that is not in it has 0.
/// </summary>
public sealed class TrustVector
{
    private readonly NodeId[] _ids;
    private readonly ulong[] _parts;

    internal TrustVector(IEnumerable<(NodeId Id, ulong Parts)> trust)
    {
        var sorted = trust.Where(one => one.Parts > 0).OrderBy(one => one.Id).ToArray();
        _ids = Array.ConvertAll(sorted, one => one.Id);
        _parts = Array.ConvertAll(sorted, one => one.Parts);
    }

    /// <summary>C-nodes with any trust, sorted.</summary>
    public IReadOnlyList<NodeId> Ids => _ids;

    /// <summary>The trust of one, 0 to <see cref="EigenTrust.One"/>.</summary>
    public ulong Of(NodeId id) => Array.BinarySearch(_ids, id) is >= 0 and var index ? _parts[index] : 0;

    /// <summary>The trust of several together.</summary>
    public ulong Of(IEnumerable<NodeId> ids)
    {
        var sum = 0UL;
        foreach (var id in ids)
            sum += Of(id);
        return sum;
    }

    /// <summary>The root that an epoch record takes: RFC 6962 over NodeId ‖ parts (u64, big-endian), in the order of the NodeIds.</summary>
    public Hash256 Root()
    {
        var leaves = new Hash256[_ids.Length];
        Span<byte> leaf = stackalloc byte[Hash256.Size + 8];
        for (var i = 0; i < leaves.Length; i++)
        {
            _ids[i].Hash.CopyTo(leaf);
            BinaryPrimitives.WriteUInt64BigEndian(leaf[Hash256.Size..], _parts[i]);
            leaves[i] = MerkleTree.Leaf(leaf);
        }
        return MerkleTree.Root(leaves);
    }
}
