using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>A chain: whose, and which of his.</summary>
public readonly record struct ChainName(NodeId Author, long Sub) : IMerkleKey<ChainName>
{
    int IMerkleKey<ChainName>.Bucket => (int)(Author.Hash.Prefix >> 56);

    /// <summary>By author, then by number.</summary>
    public int CompareTo(ChainName other) => Author.CompareTo(other.Author) is not 0 and var order ? order : Sub.CompareTo(other.Sub);

    public static bool operator <(ChainName left, ChainName right) => left.CompareTo(right) < 0;
    public static bool operator >(ChainName left, ChainName right) => left.CompareTo(right) > 0;
    public static bool operator <=(ChainName left, ChainName right) => left.CompareTo(right) <= 0;
    public static bool operator >=(ChainName left, ChainName right) => left.CompareTo(right) >= 0;
}
