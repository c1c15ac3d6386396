using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using AkkaCompute.Actors.Timing;

namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// Bounds what comes in by Akka.Remote's port before Akka.NET decodes it: one frame of 120 bytes could take all memory of a node.
/// What is refused ends its connection and is counted, <c>akkacompute.remote.refused</c> by kind.
/// </summary>
public sealed class RemotingGuard
{
    /// <summary>The meter of all that is refused on the wire of a process, which may have several nodes.</summary>
    public const string MeterName = "AkkaCompute.Wire";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Counter = Meter.CreateCounter<long>(
        "akkacompute.remote.refused", null,
        "Connections to the port of Akka.Remote that were closed for what they sent, or for want of room, by kind.");

    private readonly ActorSystem _system;

    internal RemotingGuard(ActorSystem system, GuardLimits limits, string scheme)
    {
        (_system, Limits, Scheme) = (system, limits, $"akka.{scheme}");
        ProtocolBytes = Encoding.ASCII.GetBytes(Scheme);
        Table = new ConnectionTable(limits, SteadyTime.OfProcess);
        Log = Logging.GetLogger(system, typeof(RemotingGuard));
    }

    /// <summary>Puts the guard before the port. For every program that opens one.</summary>
    public static Config Configuration { get; } = ConfigurationFactory.ParseString($$"""
        akka.remote.dot-netty.tcp.transport-class = "{{NameOf(typeof(GuardedTcpTransport))}}"
        """);

    /// <summary>
    /// For members: they call each other, and nobody else. A program comes to them, and its answers go back by its own connection;
    /// called back, it may be gone and its port another's, whose refusal of TLS would end the node.
    /// </summary>
    public static Config Members { get; } = ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.guard.calls-members-only = on")
        .WithFallback(Configuration);

    internal GuardLimits Limits { get; }

    /// <summary>How addresses begin here.</summary>
    internal string Scheme { get; }

    internal ReadOnlySpan<byte> Protocol => ProtocolBytes;

    internal ConnectionTable Table { get; }

    internal ILoggingAdapter Log { get; }

    /// <summary>This system; a peer can't be at its address.</summary>
    internal Origin? Own { get; set; }

    private byte[] ProtocolBytes { get; }

    /// <summary>What of an address counts as one source: IPv6 by its network of 64 bits.</summary>
    internal static string SourceOf(string host) =>
        IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address)
            && address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false }
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : host;

    internal FrameFault Greet(Visit visit, Origin origin, int uid)
    {
        if (origin == Own)
            return FrameFault.Address;
        if (visit.Inbound && Limits.MembersOnly && origin.System != _system.Name)
            return FrameFault.NotAMember;
        var fault = Table.Greet(visit, origin, uid, out var forgotten);
        if (forgotten is not null)
            Forget(forgotten);
        return fault;
    }

    internal void Refused(FrameFault fault, Address source)
    {
        Counter.Add(1, new KeyValuePair<string, object?>("kind", fault.Word()));
        Log.Warning("A connection with {0}:{1} was closed: {2}.", source.Host, source.Port, fault.Word());
    }

    private static string NameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    /// <summary>What Akka.NET keeps of a system that is not connected: actors, numbers, a timer of two days.</summary>
    private void Forget(Peer peer)
    {
        var address = new Address(Scheme, peer.Origin.System, peer.Origin.Host, peer.Origin.Port);
        ((_system as ExtendedActorSystem)?.Provider as IRemoteActorRefProvider)?.Quarantine(address, peer.Uid);
    }
}
