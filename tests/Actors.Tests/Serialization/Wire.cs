using Akka.Actor;
using AkkaCompute.Actors.Serialization;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>A serializer without a network.</summary>
internal static class Wire
{
    // Never ended: it has no threads of its own to speak of, and lives as long as the tests.
    public static readonly WireSerializer Serializer = new((ExtendedActorSystem)ActorSystem.Create("wire-tests", "akka.loglevel = ERROR"));

    public static object RoundTrip(object message) =>
        Serializer.FromBinary(Serializer.ToBinary(message), Serializer.Manifest(message));
}
