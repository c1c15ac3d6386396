using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Node;

/// <summary>Answers messages that an actor does not know: counted and logged. A refusal is never answered by another one.</summary>
public sealed class UnknownMessages(ILoggingAdapter log, NodeMetrics metrics)
{
    public void Refuse(object message, IActorRef sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message is Unreadable unreadable) // counted where it was read
        {
            if (unreadable.Type != nameof(Refused))
                sender.Tell(new Refused(RefusalReason.Invalid, unreadable.Problem));
            return;
        }
        var type = message.GetType().Name;
        metrics.OnUnknown(type);
        log.Warning("A message of type {0} from {1} is not known here.", type, sender);
        if (message is not Refused)
            sender.Tell(new Refused(RefusalReason.UnknownMessage, $"A message of type {type} is not known here."));
    }
}
