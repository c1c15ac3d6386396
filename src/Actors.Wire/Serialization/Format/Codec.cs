using Google.Protobuf;

namespace AkkaCompute.Actors.Serialization.Format;

/// <summary>How one type of message becomes bytes and comes back.</summary>
/// <param name="Manifest">Its name on the wire and in journals, for ever.</param>
/// <param name="Read">May throw <see cref="FieldException"/> and <see cref="InvalidProtocolBufferException"/>, nothing else.</param>
internal sealed record Codec(string Manifest, Type Type, Func<object, IMessage> Write, Func<byte[], object> Read)
{
    /// <summary>A journal or a snapshot store has it: three letters, an e in the middle.</summary>
    public bool IsKept => Manifest.Length == 3;
}

/// <summary>What came in the place of a message that can't be read: the field and what is wrong. It never leaves the process.</summary>
internal sealed record Unreadable(string Type, string Problem);

/// <summary>All codecs, by manifest and by type; filled once.</summary>
internal sealed class CodecTable
{
    private readonly Dictionary<string, Codec> _byManifest = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, Codec> _byType = [];

    public IReadOnlyDictionary<string, Codec> ByManifest => _byManifest;

    public IReadOnlyDictionary<Type, Codec> ByType => _byType;

    /// <summary>Adds a type; a manifest or type that is there already is a bug, and throws.</summary>
    public CodecTable Add<T, TProto>(string manifest, MessageParser<TProto> parser, Func<T, TProto> write, Func<TProto, T> read)
        where T : class
        where TProto : class, IMessage<TProto>
    {
        var codec = new Codec(manifest, typeof(T), message => write((T)message), bytes => read(parser.ParseFrom(bytes)));
        _byManifest.Add(manifest, codec);
        _byType.Add(typeof(T), codec);
        return this;
    }
}

/// <summary>Bytes that are Protobuf, and still not the message that they say they are.</summary>
internal sealed class FieldException(string field, string problem) : Exception($"{field}: {problem}");
