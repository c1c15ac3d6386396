using Akka.Actor;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Reputation;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// Signs for a session's c-node: with its key (<see cref="KeyPen"/>), or by passing on what was signed where the key is. Called by the
/// session's actor alone.
/// </summary>
public interface IPen : IDisposable
{
    /// <summary>The session has started. The pen says when it can sign: <see cref="ISessionRef.Opened"/>.</summary>
    void Start(ISessionRef session);

    /// <summary>False while it is not known yet whether the c-node can sign: results wait so long.</summary>
    bool IsSettled { get; }

    /// <summary>Why the session does not take such a lease now, or does not send its result; <c>null</c> where it does.</summary>
    string? Refusal(JobProtocol.Assign assign);

    /// <summary>The salt of the tree over a bundle's results.</summary>
    BundleSalt SaltOf(JobProtocol.Assign assign);

    /// <summary>The c-node's word on a bundle's results; null where it gives none, and passes.</summary>
    Commitment? Commit(BundleEnd end);

    /// <summary>The c-node's word that it passes; empty where it gives none, and the job says that the lease has expired.</summary>
    ReadOnlyMemory<byte> Decline(JobProtocol.Assign assign, BundleEnd? end);

    /// <summary>Signs a reward for each accept of a settlement; <paramref name="asker"/> gets them when they have receipts.</summary>
    void Reward(Vouch settlement, IActorRef asker);

    /// <summary>A job judges results of this c-node no more.</summary>
    void Unpaid(JobProtocol.Unjudged unjudged);

    /// <summary>A message to the session that is the pen's own; false where it is not known here.</summary>
    bool Receive(object message, IActorRef sender);

    /// <summary>A second has passed.</summary>
    void OnTick();
}

/// <summary>The session, as its hand and its pen know it.</summary>
public interface ISessionRef
{
    /// <summary>The session's actor, for messages and answers.</summary>
    IActorRef Actor { get; }

    /// <summary>Tells the session; any thread.</summary>
    void Tell(object message);

    /// <summary>
    /// The c-node can be drawn, by a declaration of this epoch, and signs with this key. On the actor's thread, as all below.
    /// </summary>
    void Opened(Epoch declared, PublicKey key);

    /// <summary>The c-node can't work, not before it is opened again.</summary>
    /// <param name="forGood">It will not be.</param>
    void Closed(string why, bool forGood);

    /// <summary>What is held is not wanted any more.</summary>
    void ReleaseAll();
}
