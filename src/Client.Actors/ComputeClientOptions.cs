using AkkaCompute.Actors.Transport;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Client;

/// <summary>How a boss program reaches the network.</summary>
public sealed record ComputeClientOptions
{
    /// <summary>Characters of <see cref="HostName"/> (RFC 1035, 2.3.4).</summary>
    public const int MaxHostName = 255;

    /// <summary>
    /// The key of the c-node that hands in jobs: it signs them, and never leaves this program. <c>null</c>, as by default, means that
    /// <see cref="KeyFile"/> says it; where that is <c>null</c> too, a new one is made, and gone when the program ends. The client does not
    /// dispose of it.
    /// </summary>
    public KeyPair? Key { get; init; }

    /// <summary>
    /// The name of that c-node, where <see cref="Key"/> is not its first one any more. <c>null</c>, as by default, means the key's hash.
    /// With a <see cref="KeyFile"/> it is kept beside it.
    /// </summary>
    public NodeId? Id { get; init; }

    /// <summary>
    /// The id of the key that will replace <see cref="Key"/> one day: said once, at its first job. <c>null</c>, as by default, means that
    /// it can't be replaced.
    /// </summary>
    public NodeId? NextKey { get; init; }

    /// <summary>
    /// Where the key is kept, 32 bytes, made when it is not there. <c>null</c>, as by default, means nowhere. Beside it, as
    /// <c>NAME.next.EXTENSION</c>, the one that will replace it, and once it was (<see cref="ComputeClient.RotateKeyAsync"/>) the c-node's
    /// name as <c>NAME.id</c>. Two programs with one key wait for each other when they hand in a job.
    /// </summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// Where receipts are kept, one a line: a node's signed word that it has taken the program's declaration, and the opening and the
    /// delegate of each job. <c>akkacompute audit --receipts</c> holds them against the records. <c>null</c>, as by default, means nowhere.
    /// Several programs and keys may have one file: who writes holds <c>NAME.lock</c> beside it, and who can't have it for 10 s says so.
    /// </summary>
    public string? ReceiptFile { get; init; }

    /// <summary>How long it keeps asking when no node answers. More than 0; 2 minutes by default.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The name or address that this program shows to nodes; they answer on its own connection. 1 to <see cref="MaxHostName"/> characters;
    /// <c>127.0.0.1</c> by default.
    /// </summary>
    public string HostName { get; init; } = "127.0.0.1";

    /// <summary>
    /// This program's certificate, where the cluster has TLS: addresses of nodes begin with akka.ssl.tcp then. <c>null</c>, as by default,
    /// means plain TCP.
    /// </summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>More Akka configuration, in HOCON. Empty by default.</summary>
    public string Hocon { get; init; } = "";

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        OptionRange.CheckWait(Patience);
        ArgumentNullException.ThrowIfNull(Hocon);
        ArgumentException.ThrowIfNullOrEmpty(HostName);
        OptionRange.Check(HostName.Length, 1, MaxHostName);
        // It stands in quotes in a configuration.
        if (HostName.Any(c => c is '"' or '\\' || char.IsControl(c)))
            throw new ArgumentException($"HostName: '{HostName}' has a quote, a backslash or a control character.", nameof(HostName));
    }
}
