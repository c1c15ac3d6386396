namespace AkkaCompute.Domain.Execution;

/// <summary>Puts and gets payload modules from anywhere that can send messages to a node.</summary>
public static class BlobProtocol
{
    /// <summary>Bytes of a blob in one message: under Akka.Remote's frame of 128 KB.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>The next chunk of a blob. Chunks of one blob are sent in order, each when the one before is answered.</summary>
    /// <param name="Hash">The SHA-256 of the whole blob.</param>
    /// <param name="Size">Bytes of the whole blob.</param>
    /// <param name="Offset">Where this chunk starts.</param>
    public sealed record PutChunk(Hash256 Hash, long Size, long Offset, ReadOnlyMemory<byte> Bytes) : IWire;

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
