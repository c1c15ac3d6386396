using AkkaCompute.Actors.Transport;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Client;

/// <summary>How a boss program reaches the network.</summary>
public sealed record ComputeClientOptions
{
    /// <summary>
    /// The key of the c-node that hands in jobs: it signs them, and never leaves this program. Null, without a
    /// <see cref="KeyFile"/> too: a new one, gone when the program ends. Not disposed of by the client.
    /// </summary>
    public KeyPair? Key { get; init; }

    /// <summary>
    /// The name of that c-node, where <see cref="Key"/> is not its first one any more. Null: the key's hash. With a
    /// <see cref="KeyFile"/> it is kept beside it.
    /// </summary>
    public NodeId? Id { get; init; }

    /// <summary>
    /// The id of the key that will replace <see cref="Key"/> one day: said once, at its first job. Null: it can't be replaced.
    /// </summary>
    public NodeId? NextKey { get; init; }

    /// <summary>
    /// Where the key is kept, 32 bytes, made when it is not there; beside it, as <c>NAME.next.EXTENSION</c>, the one that will
    /// replace it, and once it was (<see cref="ComputeClient.RotateKeyAsync"/>) the c-node's name as <c>NAME.id</c>. Two programs with
    /// one key wait for each other when they hand in a job.
    /// </summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// Where receipts are kept, one a line: a node's signed word that it has taken the program's declaration, and the opening and the
    /// delegate of each job. <c>akkacompute audit --receipts</c> holds them against the records. Null: nowhere.
    /// </summary>
    public string? ReceiptFile { get; init; }

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
