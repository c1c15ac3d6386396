using Akka.Actor;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Workers;

/// <summary>What <see cref="WorkersActor"/> is told of c-nodes whose keys are elsewhere, and says of them. Within a process only.</summary>
public static class GuestProtocol
{
    /// <summary>
    /// A c-node whose key is elsewhere begins to work here, as a newcomer or with the standing that it has earned. Answered by
    /// <see cref="Joined"/> or <see cref="JoinRefused"/>.
    /// </summary>
    /// <param name="Declared">The epoch of its declaration in force.</param>
    /// <param name="Key">Its key in force.</param>
    /// <param name="Capabilities">What it has declared.</param>
    /// <param name="Hand">Makes what runs its bundles; not called where its session is there still.</param>
    /// <param name="Pen">Makes what signs for it; as <paramref name="Hand"/>.</param>
    public sealed record Join(
        NodeId Worker, Epoch Declared, PublicKey Key, CapabilitySet Capabilities, Func<IHand> Hand, Func<IPen> Pen);

    /// <param name="Session">For messages of the hand and the pen.</param>
    /// <param name="IsNew">False: it is the one from before.</param>
    public sealed record Joined(IActorRef Session, bool IsNew);

    /// <summary>The c-node can't work here.</summary>
    public sealed record JoinRefused(NodeId Worker, string Why);

    /// <summary>A session that came by <see cref="Join"/> is dropped after the grace, unless its c-node joins again.</summary>
    /// <param name="Why">What its jobs are told.</param>
    public sealed record Leave(IActorRef Session, TimeSpan Grace, string Why);

    /// <summary>A session's c-node is back: it is not dropped.</summary>
    public sealed record Stay(IActorRef Session);
}
