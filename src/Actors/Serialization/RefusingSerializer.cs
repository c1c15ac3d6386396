using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace AkkaCompute.Actors.Serialization;

/// <summary>
/// Stands where Akka.NET has its polymorphic JSON: for types that nobody has bound, and under JSON's identifier, so that
/// what a peer sends as JSON is not parsed. Throws <see cref="SerializationException"/> for everything.
/// </summary>
public sealed class RefusingSerializer : Serializer
{
    /// <summary>Akka.NET makes the serializer named "json" with its settings; there is nothing to set here.</summary>
    public RefusingSerializer(ExtendedActorSystem system, Config settings)
        : base(system) => _ = settings;

    /// <summary>The identifier of Akka.NET's JSON serializer, whose place this takes.</summary>
    public override int Identifier => 1;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => throw new SerializationException(
        $"{obj.GetType().FullName} has no wire format: bind it to a serializer, or keep it in its process.");

    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException(
        $"Polymorphic JSON is switched off; somebody sent {bytes.Length} bytes of it, as {type?.FullName ?? "no type"}.");
}
