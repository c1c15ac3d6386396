using System.Net;
using System.Security.Cryptography.X509Certificates;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Gateway.Limits;
using AkkaCompute.Gateway.Workers;

namespace AkkaCompute.Gateway;

/// <summary>What an operator says about a gateway; the composition root makes it of the node's settings.</summary>
public sealed record GatewayOptions
{
    /// <summary>Where it listens; port 0: a free one.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>A directory for what it keeps while it runs.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Names that it may be called by, beside <c>localhost</c> and IP addresses.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Origins of pages that may call it; <c>*</c>: any.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Proxies of the operator's own: what they say of the client's address is believed.</summary>
    public IReadOnlyList<IPAddress> Proxies { get; init; } = [];

    /// <summary>With the private key, and behind it the certificates up to the authority; none: plain HTTP.</summary>
    public X509Certificate2Collection? Certificates { get; init; }

    /// <summary>The node's runtimes for scripts, by the SHA-256 of their bytes: workers outside get them here.</summary>
    public IReadOnlyDictionary<Hash256, ReadOnlyMemory<byte>> Runtimes { get; init; } = new Dictionary<Hash256, ReadOnlyMemory<byte>>();

    public GatewayLimits Limits { get; init; } = new();

    /// <summary>What a worker's connection may take.</summary>
    public WorkerLimits Workers { get; init; } = new();
}
