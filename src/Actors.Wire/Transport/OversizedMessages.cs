using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Event;

namespace AkkaCompute.Actors.Transport;

/// <summary>
/// Counts messages that this node could not send because no frame takes them: <c>akkacompute.wire.oversized</c>, which stays 0. Akka.NET
/// drops them and says so in its log alone.
/// </summary>
internal sealed class OversizedMessages : ReceiveActor
{
    private static readonly Meter Meter = new("AkkaCompute");
    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("akkacompute.wire.oversized");

    /// <summary>A type of Akka.Remote's that is not public.</summary>
    private const string Oversized = "OversizedPayloadException";

    public OversizedMessages() => Receive<Error>(error =>
    {
        if (error.Cause?.GetType().Name == Oversized)
            Messages.Add(1);
    });

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(Error));
}
