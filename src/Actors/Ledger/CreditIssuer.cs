using System.Security.Cryptography;
using Akka.Actor;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Authors.Chains;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Actors.Ledger;

/// <summary>
/// Issues credits in the name of this cluster node: signs it into the node's own chain, and when that is durable tells the account.
/// A crash in between leaves an entry without credits; the same issue again finishes it. Any thread; one after the other.
/// </summary>
/// <param name="nodeKey">The cluster node's own key.</param>
/// <param name="rules">How much work its declaration costs.</param>
/// <param name="rosters">Whether a record has the node.</param>
/// <param name="chain">The keepers of chains.</param>
/// <param name="account">The accounts.</param>
public sealed class CreditIssuer(
    KeyPair nodeKey, TrustRules rules, RosterView rosters, IActorRef chain, IActorRef account, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), AskFor = TimeSpan.FromSeconds(5),
        Pause = TimeSpan.FromMilliseconds(200);

    private static readonly SemaphoreSlim One = new(1);

    private readonly MainChain _main = new(
        nodeKey.NodeId, _ => nodeKey, new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size)),
        (message, cancel) => Keepers.AskAsync(chain, message, AskFor, cancel), time);
    private Entry? _declaration;

    /// <summary>
    /// Makes the credits, unless it was done before by this key. The first issue of a node takes as long as its proof of work.
    /// </summary>
    /// <exception cref="IssueException">It was not done, and why; where nobody answered in time, the same issue again finds
    /// out.</exception>
    public async Task<Issued> IssueAsync(NodeId to, Hash256 key, Credits amount, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await One.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                return await DoAsync(to, key, amount, either.Token).ConfigureAwait(false);
            }
            finally
            {
                One.Release();
            }
        }
        catch (EntryRefusedException refused)
        {
            throw new IssueException($"The chain of this node does not take it: {refused.Message}", refused);
        }
        catch (OperationCanceledException late) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new IssueException($"No answer in {Patience.TotalSeconds} s. Say the same again with the same key.", late);
        }
    }

    private async Task<Issued> DoAsync(NodeId to, Hash256 key, Credits amount, CancellationToken cancel)
    {
        var before = (Issued)await AskAsync(new GetIssued(to, key), cancel).ConfigureAwait(false);
        if (!before.Amount.IsZero)
            return before.Amount == amount
                ? before
                : throw new IssueException($"{before.Amount} were issued to {to} by this key before, not {amount}.");
        while (rosters.KeyOf(nodeKey.NodeId) is null)
            await Task.Delay(Pause, time, cancel).ConfigureAwait(false); // no record has this node: its word would count for nothing
        var (place, receipts) = await _main.AppendAsync(
            (reserved, stop) => SignAsync(reserved, new Issuance(to, key, amount.Amount), stop), cancel).ConfigureAwait(false);
        return (Issued)await AskAsync(new Issue(to, key, amount, place.Entries[^1].Bytes, receipts[^1].Bytes), cancel)
            .ConfigureAwait(false);
    }

    private async Task SignAsync(ReservedPlace place, Issuance issuance, CancellationToken cancel)
    {
        if (place.Reserved.Author is null)
            place.Add(await DeclareAsync(place.Reserved.Checkpoint, cancel).ConfigureAwait(false));
        place.Sign(nodeKey, issuance);
    }

    /// <summary>
    /// On another thread: 20 bits take some 0.4 s. A node's key is never replaced, so nothing is committed to as the next one.
    /// </summary>
    private async Task<Entry> DeclareAsync(Checkpoint checkpoint, CancellationToken cancel)
    {
        if (_declaration?.Place.Checkpoint == checkpoint)
            return _declaration;
        var declare = new Declare(nodeKey.Public, Roles.Boss, CapabilitySet.Empty, null, default, 0);
        return _declaration = await Task.Run(
            () => ProofOfWork.Declare(nodeKey, declare, checkpoint, rules.AdmissionBits, 0, cancel), cancel).ConfigureAwait(false);
    }

    /// <summary>Asks until there is an answer: both questions may be repeated.</summary>
    private async Task<object> AskAsync(IWire question, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                switch (await account.Ask<object>(question, AskFor, cancel).ConfigureAwait(false))
                {
                    case Issued issued:
                        return issued;
                    case Refused { Reason: not RefusalReason.Unavailable } refused:
                        throw new IssueException(refused.Message);
                }
            }
            catch (AskTimeoutException)
            {
                // Asked again below.
            }
            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }
    }
}

/// <summary>Credits were not issued.</summary>
public sealed class IssueException(string message, Exception? cause = null) : Exception(message, cause);
