using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;
using Akka.Serialization;
using Akka.Util;

namespace AkkaCompute.Actors.Serialization;

/// <summary>
/// Akka.NET's own messages, of which only those are read that members of a cluster need: the others stop, restart or
/// reconfigure actors, or carry exceptions of any type by name.
/// </summary>
public abstract class AllowListSerializer(ExtendedActorSystem system, string kind, params IReadOnlyCollection<string> allowed)
    : SerializerWithStringManifest(system)
{
    protected abstract object Read(byte[] bytes, string manifest);

    public sealed override object FromBinary(byte[] bytes, string manifest)
    {
        if (!allowed.Contains(manifest))
            throw RefusedWire.Count(kind, $"Messages of the kind {RefusedWire.Shown(manifest)} ({kind}) are not taken from the wire.");
        try
        {
            return Read(bytes, manifest);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Akka.NET's own reading throws what it stumbles on; anything but a SerializationException ends the connection.
            throw RefusedWire.Count("malformed", $"These {bytes.Length} bytes are no {manifest} ({kind}). {e.Message}", e);
        }
    }
}

/// <summary>Identify, actor references and the heartbeats of death watch; no PoisonPill, Kill, router, Config or failure.</summary>
public sealed class MiscAllowList(ExtendedActorSystem system) : AllowListSerializer(system, "misc", "ID", "AID", "AR", "RWHB", "RWHR")
{
    private readonly MiscMessageSerializer _inner = new(system);

    public override int Identifier => _inner.Identifier;

    public override string Manifest(object o) => _inner.Manifest(o);

    public override byte[] ToBinary(object obj) => _inner.ToBinary(obj);

    protected override object Read(byte[] bytes, string manifest) => _inner.FromBinary(bytes, manifest);
}

/// <summary>Death watch; no Create, Supervise, Failed, Terminate or the like: they are for actors deployed from afar.</summary>
public sealed class SystemMessageAllowList(ExtendedActorSystem system) : AllowListSerializer(system, "system", [.. Allowed.Keys])
{
    private static readonly Dictionary<string, Type> Allowed = new[] { typeof(Watch), typeof(Unwatch), typeof(DeathWatchNotification) }
        .ToDictionary(type => type.TypeQualifiedName(), StringComparer.Ordinal);

    private readonly SystemMessageSerializer _inner = new(system);

    public override int Identifier => _inner.Identifier;

    public override string Manifest(object o) => o.GetType().TypeQualifiedName();

    public override byte[] ToBinary(object obj) => _inner.ToBinary(obj);

    protected override object Read(byte[] bytes, string manifest) => _inner.FromBinary(bytes, Allowed[manifest]);
}
