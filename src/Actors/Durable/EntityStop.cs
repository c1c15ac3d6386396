using Akka.Actor;

namespace AkkaCompute.Actors.Durable;

/// <summary>The end of an entity, by its own message: what was sent before is handled first, and its writes end.</summary>
public sealed class EntityStop : IPossiblyHarmful
{
    public static readonly EntityStop Instance = new();
}
