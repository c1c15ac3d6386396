using System.Buffers.Binary;
using System.Text;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>A member read back from what the roster's root covers: <see cref="Member.ToLeaf"/>.</summary>
internal static class MemberLeaf
{
    /// <summary>Stands for the address, which a leaf does not have.</summary>
    internal const string NoAddress = "-";

    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="FormatException">The bytes are too few.</exception>
    /// <exception cref="ArgumentException">A field is outside its limits. Bytes that are too many are found by writing again.</exception>
    internal static Member Parse(ReadOnlySpan<byte> leaf)
    {
        var id = new NodeId(new Hash256(Take(ref leaf, Hash256.Size)));
        var count = BinaryPrimitives.ReadUInt16BigEndian(Take(ref leaf, 2));
        if (count > CapabilitySet.MaxCount)
            throw new FormatException($"joined: {count} capabilities, at most {CapabilitySet.MaxCount}.");
        var names = new string[count];
        for (var i = 0; i < count; i++)
            names[i] = Encoding.Latin1.GetString(Take(ref leaf, BinaryPrimitives.ReadUInt16BigEndian(Take(ref leaf, 2))));
        var owner = Take(ref leaf, 1)[0] == 0
            ? null
            : _strict.GetString(Take(ref leaf, BinaryPrimitives.ReadUInt16BigEndian(Take(ref leaf, 2))));
        PublicKey? key = Take(ref leaf, 1)[0] == 0 ? null : new PublicKey(Take(ref leaf, PublicKey.Size));
        var declared = new Epoch(BinaryPrimitives.ReadUInt64BigEndian(Take(ref leaf, 8)));
        var standing = (Standing)Take(ref leaf, 1)[0];
        return new Member(id, NoAddress, CapabilitySet.Of(names), owner, declared, standing) { Key = key };
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int size)
    {
        if (rest.Length < size)
            throw new FormatException($"joined: {rest.Length} bytes where {size} should be.");
        var taken = rest[..size];
        rest = rest[size..];
        return taken;
    }
}
