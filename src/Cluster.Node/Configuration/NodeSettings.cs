using System.Net;
using Akka.Configuration;
using AkkaCompute.Actors.Transport;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Roster.Closing;
using AkkaCompute.Domain.Work;
using AkkaCompute.Storage;

namespace AkkaCompute.Node.Configuration;

/// <summary>What an operator says about a node.</summary>
public sealed record NodeSettings : IStorageSettings
{
    /// <summary>Where everything durable is: journal, blobs, keys, compiled modules.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// The journal's file, where several nodes on one machine share it; <c>null</c> means one of this node's own in its data directory.
    /// </summary>
    public string? Journal { get; init; }

    /// <summary>
    /// A directory that nodes on one machine share: each takes a part of it, which becomes its data directory; <c>null</c> means none.
    /// </summary>
    public string? SharedData { get; init; }

    /// <summary>The name or address that other members reach this node at.</summary>
    public string HostName { get; init; } = "127.0.0.1";

    /// <summary>
    /// The address of this machine that the port listens at; <c>null</c> means the one that <see cref="BindAddress"/> finds.
    /// </summary>
    public IPAddress? Bind { get; init; }

    /// <summary>0: a free one.</summary>
    public int Port { get; init; } = 4054;

    /// <summary>The name of the actor system: the same for all members.</summary>
    public string SystemName { get; init; } = "AkkaCompute";

    /// <summary>Members to join through; none: this node founds a cluster of its own.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>c-nodes that work here.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>What the c-nodes here come as: first, that is trusted from the start, or newcomers that have to earn it.</summary>
    public Standing Standing { get; init; } = Standing.First;

    /// <summary>
    /// Time between two small jobs that the first c-nodes here hand in while there are newcomers. <c>null</c> means that they hand in none.
    /// </summary>
    public TimeSpan? Bootstrap { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bundles that run at once.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;

    /// <summary>A directory of kernels to load; <c>null</c> means the built-in ones alone.</summary>
    public string? Kernels { get; init; }

    /// <summary>The directory of runtimes beside the program.</summary>
    public static string RuntimesBeside { get; } = Path.Combine(AppContext.BaseDirectory, "script-runtimes");

    /// <summary>A directory of runtimes that the operator approved; <c>null</c> means none.</summary>
    public string? Runtimes { get; init; } = RuntimesBeside;

    /// <summary>The port of the node command that pbm talks to; 0: a free one; -1: none.</summary>
    public int PbmPort { get; init; } = 9110;

    /// <summary>The IP address that pbm's port listens at. Whoever reaches it may down nodes: loopback, or an internal network.</summary>
    public string PbmHost { get; init; } = "127.0.0.1";

    /// <summary>Akka's log level: DEBUG, INFO, WARNING or ERROR.</summary>
    public string LogLevel { get; init; } = "INFO";

    /// <summary>How log lines are written: text, or json, one object a line.</summary>
    public string LogFormat { get; init; } = "text";

    /// <summary>
    /// An Npgsql connection string without a password: journal, snapshots and blobs are there; <c>null</c> means SQLite in the data
    /// directory.
    /// </summary>
    public string? Postgres { get; init; }

    /// <summary>A file whose first line is PostgreSQL's password; <c>null</c> where none is sent.</summary>
    public string? PostgresPasswordFile { get; init; }

    /// <summary>Where health and metrics are served; <c>null</c> means nowhere.</summary>
    public IPEndPoint? Http { get; init; }

    /// <summary>Where the gateway listens, the door for everybody outside the cluster; <c>null</c> means that there is none.</summary>
    public IPEndPoint? Gateway { get; init; }

    /// <summary>Names that the gateway may be called by, beside localhost and IP addresses.</summary>
    public IReadOnlyList<string> GatewayHosts { get; init; } = [];

    /// <summary>Origins of pages that may call the gateway; <c>*</c>: any.</summary>
    public IReadOnlyList<string> GatewayOrigins { get; init; } = [];

    /// <summary>Proxies in front of the gateway, whose word on a client's address is believed.</summary>
    public IReadOnlyList<string> GatewayProxies { get; init; } = [];

    /// <summary>A PEM file with the gateway's certificate, and behind it those up to the authority; <c>null</c> means plain HTTP.</summary>
    public string? GatewayCertificate { get; init; }

    /// <summary>A PEM file with the private key of <see cref="GatewayCertificate"/>.</summary>
    public string? GatewayKey { get; init; }

    /// <summary>Connections that the gateway has open at once.</summary>
    public int GatewayConnections { get; init; } = 4_096;

    /// <summary>Connections of one address, or of one /64 of version 6, that the gateway has open at once.</summary>
    public int GatewayConnectionsEach { get; init; } = 128;

    /// <summary>Requests a second that the gateway takes of one address.</summary>
    public int GatewayRequests { get; init; } = 200;

    /// <summary>A .pfx file with this member's certificate and key: members speak TLS to each other; <c>null</c> means plain TCP.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>A file whose first line is the password of <see cref="TlsCertificate"/>; <c>null</c> where it has none.</summary>
    public string? TlsPasswordFile { get; init; }

    /// <summary>
    /// The certificate of the cluster's own authority, whose certificates alone count; needed with <see cref="TlsCertificate"/>.
    /// </summary>
    public string? TlsAuthority { get; init; }

    /// <summary>A file whose first line is the passphrase of the key files; <c>null</c> where they are not encrypted.</summary>
    public string? KeyPassphraseFile { get; init; }

    /// <summary>
    /// Time after which an open job that takes no page and decides nothing ends. <c>null</c> means never. The same for all nodes.
    /// </summary>
    public TimeSpan? EndIdleJobs { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Time after which a finished job is forgotten. <c>null</c> means never. The same for all nodes.</summary>
    public TimeSpan? RetainJobs { get; init; }

    /// <summary>What cheap keys may take of the roster and the records. The same for all nodes.</summary>
    public RosterBudgets Budgets { get; init; } = RosterBudgets.Default;

    /// <summary>Bytes of blobs that one boss's key may have here. The same for all nodes.</summary>
    public long BlobQuota { get; init; } = 256L << 20;

    /// <summary>Bytes of the largest blob that is taken. The same for all nodes.</summary>
    public long MaxBlob { get; init; } = 64L << 20;

    /// <summary>The most that a job may ask for. The same for all nodes.</summary>
    public TaskCeilings Ceilings { get; init; } = TaskCeilings.Default;

    /// <summary>Bytes of all blobs. The same for all nodes.</summary>
    public long BlobTotal { get; init; } = 1L << 30;

    /// <summary>
    /// A journal's claim that nobody renews for so long has run out: after a crash of a whole cluster, the next one waits that
    /// long. The same for all nodes.
    /// </summary>
    public TimeSpan ClaimExpiry { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Settings of Akka's that the operator changes; <c>null</c> means none.</summary>
    public Config? Hocon { get; init; }

    /// <summary>Mutual TLS; <c>null</c> means plain TCP.</summary>
    public TlsFiles? Tls => TlsCertificate is null ? null : new(TlsCertificate, TlsPasswordFile, TlsAuthority ?? throw new TlsException(
        $"{TlsCertificate}: of no use without the authority's certificate."));

    /// <summary>How addresses of members begin.</summary>
    public string Protocol => TlsCertificate is null ? "akka.tcp" : ClusterTls.Protocol;
}
