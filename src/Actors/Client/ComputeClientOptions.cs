using AkkaCompute.Actors.Transport;
using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Actors.Client;

/// <summary>How a boss program reaches the network.</summary>
public sealed record ComputeClientOptions
{
    /// <summary>As whom it hands in jobs; by default a c-node of its own, made anew.</summary>
    public NodeId? Boss { get; init; }

    /// <summary>How long it keeps asking when no node answers.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The name or address that this program shows to nodes; they answer on its own connection.</summary>
    public string HostName { get; init; } = "127.0.0.1";

    /// <summary>
    /// This program's certificate, where the cluster has TLS: addresses of nodes begin with akka.ssl.tcp then. Null: plain TCP.
    /// </summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>More Akka configuration, in HOCON.</summary>
    public string Hocon { get; init; } = "";
}
