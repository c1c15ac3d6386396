using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// A job's request to have bundles drawn, fixed before the beacon that draws them: so history alone says which epoch drew what.
/// </summary>
/// <param name="FirstBundle">The first of consecutive bundles.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Attempt">How often they were drawn before.</param>
public readonly record struct DrawRequest(JobId Job, long FirstBundle, int Count, int Attempt) : IComparable<DrawRequest>
{
    /// <summary>Job (32) ‖ first bundle (u64) ‖ count (u32) ‖ attempt (u32), big-endian.</summary>
    public const int Size = Hash256.Size + 8 + 4 + 4;

    /// <summary>Why it makes no sense; null where it does.</summary>
    public string? Flaw => FirstBundle < 0 || Count < 1 || Attempt < 0 || FirstBundle > long.MaxValue - Count
        ? $"draw request: bundles {FirstBundle} + {Count}, attempt {Attempt}: a number below 0, no bundle, or too large."
        : null;

    /// <summary>Whether this bundle is among them.</summary>
    public bool Covers(long bundle) => bundle >= FirstBundle && bundle - FirstBundle < Count;

    /// <summary>The leaf in an epoch's root of tasks: H(0 ‖ <see cref="Write"/>).</summary>
    public Hash256 ToLeaf()
    {
        Span<byte> data = stackalloc byte[Size];
        Write(data);
        return MerkleTree.Leaf(data);
    }

    /// <summary>Writes its <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        Job.Hash.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes[Hash256.Size..], FirstBundle);
        BinaryPrimitives.WriteInt32BigEndian(bytes[(Hash256.Size + 8)..], Count);
        BinaryPrimitives.WriteInt32BigEndian(bytes[(Hash256.Size + 12)..], Attempt);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static DrawRequest Read(ReadOnlySpan<byte> bytes) => new(
        new JobId(new Hash256(bytes[..Hash256.Size])),
        BinaryPrimitives.ReadInt64BigEndian(bytes[Hash256.Size..]),
        BinaryPrimitives.ReadInt32BigEndian(bytes[(Hash256.Size + 8)..]),
        BinaryPrimitives.ReadInt32BigEndian(bytes[(Hash256.Size + 12)..]));

    /// <summary>The root over requests, which are taken in their order.</summary>
    public static Hash256 Root(IEnumerable<DrawRequest> requests) =>
        MerkleTree.Root([.. requests.Order().Select(request => request.ToLeaf())]);

    /// <summary>Orders by job, first bundle, count and attempt: the order of their bytes.</summary>
    public int CompareTo(DrawRequest other)
    {
        var order = Job.CompareTo(other.Job);
        if (order == 0)
            order = FirstBundle.CompareTo(other.FirstBundle);
        if (order == 0)
            order = Count.CompareTo(other.Count);
        return order == 0 ? Attempt.CompareTo(other.Attempt) : order;
    }

    public static bool operator <(DrawRequest left, DrawRequest right) => left.CompareTo(right) < 0;
    public static bool operator >(DrawRequest left, DrawRequest right) => left.CompareTo(right) > 0;
    public static bool operator <=(DrawRequest left, DrawRequest right) => left.CompareTo(right) <= 0;
    public static bool operator >=(DrawRequest left, DrawRequest right) => left.CompareTo(right) >= 0;
}
