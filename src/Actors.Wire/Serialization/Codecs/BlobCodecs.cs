using AkkaCompute.Actors.Serialization.Format;
using Google.Protobuf;
using static AkkaCompute.Domain.Work.BlobProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>Blobs on their way to a node.</summary>
internal static class BlobCodecs
{
    public static CodecTable AddBlobs(this CodecTable table) => table
        .Add("xp", P.PutChunk.Parser,
            (PutChunk m) => new P.PutChunk
            {
                Hash = m.Hash.Wire(), Size = m.Size, Offset = m.Offset, Data = m.Bytes.Wire(),
                Key = m.Signature?.Key.Wire() ?? ByteString.Empty, Signature = m.Signature?.Signature.Wire() ?? ByteString.Empty,
            },
            m => new PutChunk(
                m.Hash.Hash("hash"), m.Size, m.Offset, m.Data.Memory,
                m.Key.IsEmpty ? null : new ChunkSignature(m.Key.PublicKey("key"), m.Signature.Memory)))
        .Add("xt", P.ChunkTaken.Parser,
            (ChunkTaken m) => new P.ChunkTaken { Hash = m.Hash.Wire(), Next = m.Next },
            m => new ChunkTaken(m.Hash.Hash("hash"), m.Next))
        .Add("xs", P.BlobStored.Parser,
            (BlobStored m) => new P.BlobStored { Hash = m.Hash.Wire() },
            m => new BlobStored(m.Hash.Hash("hash")))
        .Add("xg", P.GetChunk.Parser,
            (GetChunk m) => new P.GetChunk { Hash = m.Hash.Wire(), Offset = m.Offset },
            m => new GetChunk(m.Hash.Hash("hash"), m.Offset))
        .Add("xc", P.BlobChunk.Parser,
            (BlobChunk m) => new P.BlobChunk { Hash = m.Hash.Wire(), Size = m.Size, Offset = m.Offset, Data = m.Bytes.Wire() },
            m => new BlobChunk(m.Hash.Hash("hash"), m.Size, m.Offset, m.Data.Memory));
}
