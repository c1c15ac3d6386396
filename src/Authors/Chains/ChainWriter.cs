using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Authors.Chains;

/// <summary>
/// How an author signs into one sub-chain of its own: it signs, keeps what it must not lose, queues, and flushes; and passes on what
/// the keeper answers. For one thread at a time; flush it from a timer too, as that is what sends again.
/// </summary>
/// <param name="outbox">The chain as its author has it.</param>
/// <param name="key">The key of this chain.</param>
/// <param name="seen">The latest epoch record that is known here.</param>
/// <param name="keyOf">The key of a cluster node; null where it is not known: its receipts don't count then.</param>
/// <param name="send">Takes a message to the keeper of the author's chains.</param>
/// <param name="warn">Told of a receipt that does not count, for people.</param>
/// <param name="takesUnknown">Whether a receipt of a node whose key is not known here counts all the same: outside the cluster nobody has
/// the keys of all.</param>
public sealed class ChainWriter(
    ChainOutbox outbox, KeyPair key, Func<Checkpoint> seen, Func<NodeId, PublicKey?> keyOf, Action<Append> send,
    TimeProvider time, Action<string> warn, bool takesUnknown = false)
{
    /// <summary>The chain, with all that was signed.</summary>
    public ChainState Chain => outbox.Chain;

    /// <summary>Who verifies what this signs.</summary>
    public PublicKey Key => key.Public;

    /// <summary>Entries without receipt.</summary>
    public int Waiting => outbox.Waiting;

    /// <summary>Why the chain can't go on, if it can't.</summary>
    public AppendRefused? Broken => outbox.Broken;

    /// <summary>Signs the next entry, some 20 µs. It goes out when it is queued, which must be in the order of signing.</summary>
    /// <exception cref="ArgumentException">The chain does not take it; nothing has changed.</exception>
    public Entry Sign(Claims claims) => outbox.Sign(key, seen(), claims);

    /// <summary>What was signed is kept, where it has to be: it may go out.</summary>
    /// <param name="named">The entry that it names: a verdict's result, a reward's verdict.</param>
    public void Queue(Entry entry, ReadOnlyMemory<byte> named = default) => outbox.Queue(entry, named);

    /// <summary>Sends what waits, unless a batch is under way.</summary>
    public void Flush()
    {
        if (outbox.Next(time.GetUtcNow()) is { } batch)
            send(batch);
    }

    /// <summary>The entries that have their receipts now, in order; then sends what waits.</summary>
    public IReadOnlyList<(Entry Entry, Receipt Receipt)> OnAppended(ChainProtocol.Appended appended)
    {
        var done = new List<(Entry, Receipt)>();
        foreach (var bytes in appended.Receipts)
        {
            if (Receipt.TryParse(bytes.Span, out var receipt, out _) && outbox.IsNext(receipt) && Verify(receipt))
                done.Add((outbox.OnReceipt(receipt), receipt));
        }
        Flush();
        return done;
    }

    /// <summary>A refusal; true if it breaks the chain, then the reason is <see cref="Broken"/>.</summary>
    public bool OnRefused(AppendRefused refused)
    {
        if (Broken is not null)
            return false;
        outbox.OnRefused(refused, time.GetUtcNow());
        if (Broken is null)
            Flush();
        return Broken is not null;
    }

    private bool Verify(Receipt receipt)
    {
        if (keyOf(receipt.Node) is { } node ? receipt.Verify(node) : takesUnknown)
            return true;
        warn(
            $"A receipt of {receipt.Node} does not count: "
            + $"{(keyOf(receipt.Node) is null ? "its key is not known" : "it is not signed by it")}.");
        return false;
    }
}
