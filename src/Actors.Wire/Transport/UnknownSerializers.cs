using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Serialization;

namespace AkkaCompute.Actors.Transport;

/// <summary>
/// Counts messages under a serializer's number that nobody has here. Akka.NET refuses them by itself and says so in its log
/// alone: this reads it there, so that without warnings they are not counted.
/// </summary>
internal sealed class UnknownSerializers : ReceiveActor
{
    private const string Refusal = "Deserialization failed for message with serializer id", Unknown = "Cannot find serializer with id";

    public UnknownSerializers() => Receive<Warning>(warning =>
    {
        if (warning.Message is LogMessage message && message.Format.StartsWith(Refusal, StringComparison.Ordinal)
            && $"{message}".Contains(Unknown, StringComparison.Ordinal))
        {
            RefusedWire.Count("unknown-serializer", Unknown);
        }
    });

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(Warning));
}
