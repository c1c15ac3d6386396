namespace AkkaCompute.Domain.Ground;

/// <summary>The name of a c-node: the SHA-256 of its first Ed25519 public key.</summary>
public readonly record struct NodeId(Hash256 Hash) : IMerkleKey<NodeId>
{
    /// <summary>The id that belongs to a public key.</summary>
    /// <param name="publicKey">The 32 bytes of RFC 8032.</param>
    public static NodeId Of(ReadOnlySpan<byte> publicKey) => new(Hash256.Of(publicKey));

    /// <summary>Reads 64 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out NodeId id)
    {
        var parsed = Hash256.TryParse(text, out var hash);
        id = new NodeId(hash);
        return parsed;
    }

    /// <summary>Whether the c-node of this name signs with <paramref name="key"/>.</summary>
    /// <param name="rotated">Its key, where that is not the first one any more; null where the name is the key's hash.</param>
    public bool SignsWith(PublicKey key, PublicKey? rotated) => rotated is { } other ? key == other : key.NodeId == this;

    int IMerkleKey<NodeId>.Bucket => (int)(Hash.Prefix >> 56);

    public int CompareTo(NodeId other) => Hash.CompareTo(other.Hash);

    public static bool operator <(NodeId left, NodeId right) => left.CompareTo(right) < 0;
    public static bool operator >(NodeId left, NodeId right) => left.CompareTo(right) > 0;
    public static bool operator <=(NodeId left, NodeId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(NodeId left, NodeId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Hash.ToString();
}
