using System.Buffers.Binary;
using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>Where a page of tasks is; its bytes stay in the journal.</summary>
/// <param name="Number">0, 1, 2, …</param>
/// <param name="Sequence">The journal's sequence number of its <see cref="JobProtocol.PageAdded"/>.</param>
/// <param name="FirstTask">The index of its first task.</param>
/// <param name="Count">Its tasks.</param>
/// <param name="BundleSize">Tasks a bundle; the last bundle may have fewer.</param>
/// <param name="FirstBundle">The index of its first bundle.</param>
/// <param name="Digest">By which a page that is sent again is known.</param>
public sealed record PageInfo(
    int Number, long Sequence, long FirstTask, int Count, int BundleSize, long FirstBundle, Hash256 Digest)
{
    public int Bundles => (Count + BundleSize - 1) / BundleSize;

    public long EndTask => FirstTask + Count;

    public long EndBundle => FirstBundle + Bundles;

    /// <summary>The tasks of one of this page's bundles: the offset in the page, and how many.</summary>
    public (int Offset, int Count) TasksOf(long bundle)
    {
        var offset = (int)(bundle - FirstBundle) * BundleSize;
        return (offset, Math.Min(BundleSize, Count - offset));
    }

    public long BundleOf(long task) => FirstBundle + ((task - FirstTask) / BundleSize);

    /// <summary>SHA-256 over the inputs, each after its length, the closing flag, and the boss's entry.</summary>
    public static Hash256 DigestOf(IReadOnlyList<ReadOnlyMemory<byte>> inputs, bool last, ReadOnlyMemory<byte> submit)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
        foreach (var input in inputs)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, input.Length);
            hash.AppendData(number);
            hash.AppendData(input.Span);
        }
        hash.AppendData([(byte)(last ? 1 : 0)]);
        hash.AppendData(submit.Span);
        Span<byte> digest = stackalloc byte[Hash256.Size];
        hash.GetHashAndReset(digest);
        return new Hash256(digest);
    }
}
