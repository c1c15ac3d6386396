using System.Buffers.Binary;
using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Work;

/// <summary>Puts and gets payload modules from anywhere that can send messages to a node.</summary>
public static class BlobProtocol
{
    /// <summary>Bytes of a blob in one message: under Akka.Remote's frame of 128 KB.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>The next chunk of a blob. Chunks of one blob are sent in order, each when the one before is answered.</summary>
    /// <param name="Hash">The SHA-256 of the whole blob.</param>
    /// <param name="Size">Bytes of the whole blob.</param>
    /// <param name="Offset">Where this chunk starts.</param>
    /// <param name="Signature">Who sends it; a chunk without is refused. Old ones have none.</param>
    public sealed record PutChunk(Hash256 Hash, long Size, long Offset, ReadOnlyMemory<byte> Bytes, ChunkSignature? Signature = null)
        : IWire
        {
        private static ReadOnlySpan<byte> Tag => "akkacompute/put-chunk/1"u8;

        /// <summary>
        /// Who sends it: the key's NodeId. Null where the signature is missing or is not this key's for all of the fields.
        /// </summary>
        public NodeId? Sender() => Signature is { } by && by.Key.Verify(ToSign(), by.Signature.Span) ? by.Key.NodeId : null;

        /// <summary>The same chunk, signed: a part of the upload that this key has under way, and nobody else's.</summary>
        public PutChunk Sign(KeyPair key)
        {
            ArgumentNullException.ThrowIfNull(key);
            return this with { Signature = new ChunkSignature(key.Public, key.Sign(ToSign())) };
        }

        private byte[] ToSign()
        {
            var text = new byte[Tag.Length + Hash256.Size + (2 * sizeof(long)) + SHA256.HashSizeInBytes];
            var rest = text.AsSpan();
            Tag.CopyTo(rest);
            Hash.CopyTo(rest = rest[Tag.Length..]);
            BinaryPrimitives.WriteInt64BigEndian(rest = rest[Hash256.Size..], Size);
            BinaryPrimitives.WriteInt64BigEndian(rest = rest[sizeof(long)..], Offset);
            SHA256.HashData(Bytes.Span, rest[sizeof(long)..]);
            return text;
        }
    }

    /// <summary>An Ed25519 signature over a domain tag and a chunk's fields, its bytes by their SHA-256.</summary>
    public sealed record ChunkSignature(PublicKey Key, ReadOnlyMemory<byte> Signature);

    /// <summary>Send on from here.</summary>
    public sealed record ChunkTaken(Hash256 Hash, long Next) : IWire;

    /// <summary>The blob is durable.</summary>
    public sealed record BlobStored(Hash256 Hash) : IWire;

    /// <summary>Asks for the bytes of a blob from here on; answered by a <see cref="BlobChunk"/>.</summary>
    /// <param name="Offset">Where to begin: 0, then where the chunk before ended.</param>
    public sealed record GetChunk(Hash256 Hash, long Offset) : IWire;

    /// <summary>At most <see cref="ChunkBytes"/> of a blob. Whoever has put all together checks the hash.</summary>
    /// <param name="Size">Bytes of the whole blob.</param>
    /// <param name="Offset">Where this chunk starts.</param>
    public sealed record BlobChunk(Hash256 Hash, long Size, long Offset, ReadOnlyMemory<byte> Bytes) : IWire;
}
