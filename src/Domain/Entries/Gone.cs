using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// A gateway's word that a worker which had accepted a lease lost its connection, and did not come back within the grace. It stands in the
/// <see cref="Expired"/> of the job's delegate, so that it is on record before any verdict on the bundle. Equal by value.
/// </summary>
/// <param name="Gateway">The cluster node that had the worker's session.</param>
/// <param name="Signature">
/// 64 bytes in two halves: Ed25519 of the node's key over "akkacompute/gone/1" ‖ job (32) ‖ bundle (u64) ‖ attempt (u32) ‖ epoch (u64) ‖
/// worker (32), big-endian.
/// </param>
public sealed record Gone(NodeId Gateway, ValueList<Hash256> Signature)
{
    /// <summary>Bytes of a signature, and so of both halves.</summary>
    public const int SignatureSize = PublicKey.SignatureSize;

    private const int Halves = 2;

    private static ReadOnlySpan<byte> Tag => "akkacompute/gone/1"u8;

    /// <summary>The signature's bytes.</summary>
    public byte[] ToBytes() => [.. Signature.SelectMany(half => half.ToBytes())];

    /// <summary>Signs it.</summary>
    /// <param name="gateway">The node's key.</param>
    public static Gone Sign(KeyPair gateway, JobId job, long bundle, int attempt, Epoch epoch, NodeId worker)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        return Of(gateway.NodeId, gateway.Sign(Text(job, bundle, attempt, epoch, worker)));
    }

    /// <summary>From the bytes of a signature.</summary>
    /// <exception cref="ArgumentException">They are not <see cref="SignatureSize"/> bytes.</exception>
    public static Gone Of(NodeId gateway, ReadOnlySpan<byte> signature) => signature.Length == SignatureSize
        ? new Gone(gateway, [new Hash256(signature[..Hash256.Size]), new Hash256(signature[Hash256.Size..])])
        : throw new ArgumentException($"gone: a signature of {signature.Length} bytes, not {SignatureSize}.", nameof(signature));

    /// <summary>Whether the node whose key this is said so of that lease.</summary>
    public bool Verify(PublicKey key, JobId job, long bundle, int attempt, Epoch epoch, NodeId worker) =>
        Signature.Count == Halves && key.NodeId == Gateway && key.Verify(Text(job, bundle, attempt, epoch, worker), ToBytes());

    /// <summary>
    /// Whether an attempt 0 earns standing of which so many were gone: else gateways could have their friends drawn by losing the others.
    /// Its work is paid all the same.
    /// </summary>
    /// <param name="earning">k: how many ranks earn.</param>
    public static bool MayCount(int gone, int earning) => gone < earning;

    internal void Write(ClaimWriter writer)
    {
        writer.Hash("gateway"u8, Gateway.Hash);
        writer.Hashes("gone"u8, Signature, Halves, Halves);
    }

    /// <summary>Null where the next claim is another one.</summary>
    internal static Gone? ReadOptional(ref ClaimReader reader) =>
        reader.OptionalHash("gateway"u8) is { } gateway ? new Gone(new NodeId(gateway), reader.Hashes("gone"u8)) : null;

    private static byte[] Text(JobId job, long bundle, int attempt, Epoch epoch, NodeId worker)
    {
        var text = new byte[Tag.Length + (2 * Hash256.Size) + 20];
        Tag.CopyTo(text);
        var rest = text.AsSpan(Tag.Length);
        job.Hash.CopyTo(rest);
        BinaryPrimitives.WriteInt64BigEndian(rest[32..], bundle);
        BinaryPrimitives.WriteInt32BigEndian(rest[40..], attempt);
        BinaryPrimitives.WriteUInt64BigEndian(rest[44..], epoch.Number);
        worker.Hash.CopyTo(rest[52..]);
        return text;
    }
}
