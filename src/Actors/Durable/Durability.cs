using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Durable;

/// <summary>What every durable actor of a node is given.</summary>
/// <param name="Journal">Is told of each write that failed or was refused.</param>
/// <param name="Unknown">Answers what an actor does not know.</param>
public sealed record Durability(JournalHealth Journal, UnknownMessages Unknown)
{
    /// <summary>The answer to whoever asked for something that the journal did not take.</summary>
    internal static Refused NotWritten(Exception cause) => NotWritten(cause.GetBaseException().Message);

    internal static Refused NotWritten(string why) =>
        new(RefusalReason.Unavailable, $"The journal takes no writes now, and nothing has changed: {why}");
}

/// <summary>The journal refused an event. The actor starts again from what is durable.</summary>
public sealed class EventRefusedException(string @event, Exception cause) : Exception($"The journal refused {@event}.", cause);
