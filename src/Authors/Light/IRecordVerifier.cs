using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Light;

/// <summary>Says what may be signed of the history where a gateway names a record. For any thread.</summary>
public interface IRecordVerifier
{
    /// <summary>The latest record that was verified; <see cref="Checkpoint.None"/> before the first.</summary>
    Checkpoint Seen { get; }

    /// <summary>The key of a cluster node, whose receipts count; null where it is none.</summary>
    PublicKey? KeyOf(NodeId node);

    /// <summary>The record that a gateway names, once it was verified, or a later one.</summary>
    /// <returns>Null: that can't be done now; the same again later.</returns>
    /// <exception cref="LyingNetworkException">It names another record than the cluster nodes have signed.</exception>
    Task<Checkpoint?> VerifyAsync(Checkpoint said, CancellationToken cancel);

    /// <summary>How far a record that was verified covers a chain, by its proof.</summary>
    /// <returns>With a head. Null: that can't be said now, as where no head is shown; the same again later.</returns>
    /// <exception cref="LyingNetworkException">The proof does not hold.</exception>
    Task<ShownHead?> HeadAsync(ChainName chain, CancellationToken cancel);

    /// <summary>Says something to its owner.</summary>
    void Warn(string what);

    /// <summary>Looks at the record in force.</summary>
    /// <returns>Why none can be believed, or none came; null: it was verified.</returns>
    /// <exception cref="LyingNetworkException">No honest gateway shows what this one does.</exception>
    Task<string?> LookAsync(CancellationToken cancel);
}
