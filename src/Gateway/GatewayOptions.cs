using System.Net;
using System.Security.Cryptography.X509Certificates;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Gateway.Limits;
using AkkaCompute.Gateway.Workers;

namespace AkkaCompute.Gateway;

/// <summary>What an operator says about a gateway; the composition root makes it of the node's settings.</summary>
public sealed record GatewayOptions
{
    /// <summary>Where it listens. Port 0 means a free one.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>A directory for what it keeps while it runs.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Names that it may be called by, beside <c>localhost</c> and IP addresses. None by default.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Origins of pages that may call it. <c>*</c> means any. None by default but its own.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Proxies of the operator's own: what they say of the client's address is believed. None by default.</summary>
    public IReadOnlyList<IPAddress> Proxies { get; init; } = [];

    /// <summary>
    /// The certificate with its private key, and behind it those up to the authority. <c>null</c>, as by default, means plain HTTP.
    /// </summary>
    public X509Certificate2Collection? Certificates { get; init; }

    /// <summary>The node's runtimes for scripts, by the SHA-256 of their bytes: workers outside get them here.</summary>
    public IReadOnlyDictionary<Hash256, ReadOnlyMemory<byte>> Runtimes { get; init; } = new Dictionary<Hash256, ReadOnlyMemory<byte>>();

    /// <summary>What strangers may take.</summary>
    public GatewayLimits Limits { get; init; } = new();

    /// <summary>What a worker's connection may take.</summary>
    public WorkerLimits Workers { get; init; } = new();

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Address);
        ArgumentException.ThrowIfNullOrEmpty(DataDirectory);
        if (Certificates is { Count: 0 })
            throw new ArgumentException("Certificates: empty. Say null for plain HTTP.", nameof(Certificates));
        Limits.Validate();
        Workers.Validate();
    }
}
