using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// Runs the bundles of a session: on this machine (<see cref="SlotHand"/>), or elsewhere. Called by the session's actor alone.
/// </summary>
public interface IHand : IDisposable
{
    /// <summary>The session has started.</summary>
    void Start(ISessionRef session);

    /// <summary>
    /// Begins a bundle, and returns at once. Its <see cref="BundleEnd"/> is told to the session once, whatever comes of it.
    /// </summary>
    /// <param name="salt">For the tree over the results, where the pen of the session signs it.</param>
    void Run(Lease lease, BundleSalt salt);

    /// <summary>The job has been sent what came of a bundle.</summary>
    void OnAnswered(BundleEnd end);

    /// <summary>
    /// The c-node is gone: this node's word that it had accepted the lease, signed. Null where it had not, or where it runs here and nobody
    /// can be lost.
    /// </summary>
    Gone? GoneOf(Lease lease) => null;

    /// <summary>
    /// A message to the session that nobody else takes, such as one of this hand's own; false where it is not known here.
    /// </summary>
    bool Receive(object message);

    /// <summary>A second has passed.</summary>
    void OnTick();
}

/// <summary>What came of a bundle.</summary>
public record BundleEnd(Lease Lease)
{
    /// <summary>One for each task, in their order; fewer where it is declined.</summary>
    public IReadOnlyList<TaskResult> Results { get; init; } = [];

    /// <summary>
    /// The root over the salted results, for a pen that signs here. <c>null</c> means that the bundle is declined, or signed elsewhere.
    /// </summary>
    public Hash256? Root { get; init; }

    /// <summary>What <see cref="Root"/> was made with.</summary>
    public BundleSalt Salt { get; init; }

    /// <summary>What the c-node signed elsewhere.</summary>
    public Commitment? Signed { get; init; }

    /// <summary>The decline that the c-node signed elsewhere; empty: none.</summary>
    public ReadOnlyMemory<byte> Declined { get; init; }

    /// <summary>Why there is no result, for people.</summary>
    public string? Why { get; init; }

    /// <summary>The worker could not execute it: a broken machine does so with every bundle.</summary>
    public bool IsFault { get; init; }
}
