using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>A journal in memory that makes bytes of what it is given, as one on a disk does, and keeps what those bytes say.</summary>
public sealed class BytesJournal : MemoryJournal
{
    /// <summary>The types that were written so far.</summary>
    public static readonly ConcurrentQueue<Type> Written = new();

    protected override Task<IImmutableList<Exception?>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken) =>
        base.WriteMessagesAsync(
            [.. messages.Select(write => new AtomicWrite(((IImmutableList<IPersistentRepresentation>)write.Payload)
                .Select(one => one.WithPayload(ThereAndBack(one.Payload))).ToImmutableList()))],
            cancellationToken);

    private static object ThereAndBack(object payload)
    {
        var serialization = Context.System.Serialization;
        Written.Enqueue(payload.GetType());
        var serializer = serialization.FindSerializerFor(payload);
        return serialization.Deserialize(serializer.ToBinary(payload), serializer.Identifier, Akka.Serialization.Serialization.ManifestFor(serializer, payload));
    }
}
