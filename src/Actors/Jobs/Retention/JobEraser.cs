using Akka.Actor;
using Akka.Serialization;
using AkkaCompute.Domain.Jobs.Protocol;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Retention;

/// <summary>
/// Makes the events of a forgotten job small: decisions become what audits need of them, all others say nothing any more. They stay where
/// they are, for an audit reads the journal in its order, and whoever reads it misses no number.
/// </summary>
public sealed class JobEraser(ActorSystem system)
{
    private readonly Akka.Serialization.Serialization _serialization = system.Serialization;

    /// <summary>What is to stand in the place of a job's event; null where it is there already.</summary>
    public StoredEvent? Rewrite(StoredEvent stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return _serialization.Deserialize(stored.Bytes, stored.Serializer, stored.Manifest) switch
        {
            Judged or Erased or Forgotten => null,
            Decided decided when Judge(decided) is { Bundles.Count: > 0 } judged => Store(judged),
            IEvent other => Store(new Erased(other.JobId)),
            var other => throw new InvalidDataException($"{other.GetType().Name}: no event of a job, and in the place of one."),
        };
    }

    private static Judged Judge(Decided decided) =>
        new(decided.JobId, [.. decided.Decisions.Select(JudgedBundle.Of).OfType<JudgedBundle>()]);

    private StoredEvent Store(IEvent @event)
    {
        var serializer = (SerializerWithStringManifest)_serialization.FindSerializerFor(@event);
        return new StoredEvent(serializer.Identifier, serializer.Manifest(@event), serializer.ToBinary(@event));
    }
}
