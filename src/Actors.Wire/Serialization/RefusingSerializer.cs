using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace AkkaCompute.Actors.Serialization;

/// <summary>
/// Stands where Akka.NET has serializers that make whatever the sender names: polymorphic JSON, Protobuf classes by name,
/// actors deployed from afar, Hyperion. Under their identifiers nothing is read, no type is looked up, and what comes is
/// counted. Throws <see cref="SerializationException"/> for everything.
/// </summary>
public sealed class RefusingSerializer : SerializerWithStringManifest
{
    private readonly string _kind;

    /// <param name="system">The actor system.</param>
    /// <param name="settings"><c>identifier</c>: in whose place it stands; <c>kind</c>: how that is counted.</param>
    public RefusingSerializer(ExtendedActorSystem system, Config settings)
        : base(system) => (Identifier, _kind) = (settings.GetInt("identifier", 1), settings.GetString("kind", "json"));

    public override int Identifier { get; }

    public override string Manifest(object o) => throw NoFormat(o);

    public override byte[] ToBinary(object obj) => throw NoFormat(obj);

    public override object FromBinary(byte[] bytes, string manifest) => throw RefusedWire.Count(
        _kind, $"{_kind} is switched off; somebody sent {bytes.Length} bytes of it, as {RefusedWire.Shown(manifest)}.");

    private static SerializationException NoFormat(object obj) => new(
        $"{obj.GetType().FullName} has no wire format: bind it to a serializer, or keep it in its process.");
}
