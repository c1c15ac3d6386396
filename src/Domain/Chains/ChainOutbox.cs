using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Domain.Chains;

/// <summary>
/// One chain as its author has it: the entries that have no receipt yet, in order, and which of them are on their way. One batch is
/// under way at a time; what is not answered goes again, the same bytes.
/// </summary>
public sealed class ChainOutbox
{
    /// <summary>A batch that is not answered for so long goes again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(3);

    private readonly Queue<(Entry Entry, ReadOnlyMemory<byte> Named)> _waiting = new();
    private Checkpoint _seen;
    private int _sent;
    private DateTimeOffset _again = DateTimeOffset.MinValue;

    /// <param name="chain">Where the author's own entries have come to.</param>
    /// <param name="seen">The checkpoint of the last of them.</param>
    public ChainOutbox(ChainState chain, Checkpoint seen) => (Chain, _seen) = (chain, seen);

    /// <summary>The chain with all that was signed.</summary>
    public ChainState Chain { get; private set; }

    /// <summary>Entries without receipt.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Why the chain can't go on, if it can't: sent no more.</summary>
    public AppendRefused? Broken { get; private set; }

    /// <summary>Signs the next entry. It goes out when it is queued: an author that must not lose it keeps it first.</summary>
    /// <param name="seen">The latest epoch record that the author knows.</param>
    /// <exception cref="ArgumentException">The chain does not take it; the message names the claim. Nothing has changed.</exception>
    public Entry Sign(KeyPair key, Checkpoint seen, Claims claims)
    {
        if (seen.Epoch < _seen.Epoch)
            seen = _seen;
        var entry = Entry.Sign(key, Chain.Next(seen), claims);
        if (ChainRules.Check(entry, Chain, seen.Epoch) is { } refused)
            throw new ArgumentException($"{refused.Reason}: {refused.Message}", nameof(claims));
        Chain = ChainRules.Apply(entry, Chain).Chain;
        _seen = seen;
        return entry;
    }

    /// <summary>What was signed may go out now. In the order in which it was signed.</summary>
    /// <param name="named">The entry that it names, if it names one.</param>
    public void Queue(Entry entry, ReadOnlyMemory<byte> named = default) => _waiting.Enqueue((entry, named));

    /// <summary>The batch to send now; null while there is nothing to send or one is under way.</summary>
    public Append? Next(DateTimeOffset now)
    {
        if (_waiting.Count == 0 || Broken is not null || (_sent > 0 && now < _again))
            return null;
        var entries = new List<ReadOnlyMemory<byte>>();
        var named = new Dictionary<Hash256, ReadOnlyMemory<byte>>();
        var bytes = 0;
        foreach (var (entry, other) in _waiting)
        {
            bytes += entry.Bytes.Length + other.Length;
            if (entries.Count == MaxEntries || (entries.Count > 0 && bytes > MaxBytes))
                break;
            entries.Add(entry.Bytes);
            if (Counterparts.NamedBy(entry.Claims) is { } name && !other.IsEmpty)
                named[name] = other;
        }
        (_sent, _again) = (entries.Count, now + RetryAfter);
        return new Append(Chain.Head.Author, entries, [.. named.Values]);
    }

    /// <summary>Whether a receipt is for the first entry that waits: only then it is worth verifying.</summary>
    public bool IsNext(Receipt receipt) => _waiting.TryPeek(out var first) && first.Entry.Hash == receipt.Entry;

    /// <summary>The first entry that waits has its receipt, which the caller has verified.</summary>
    /// <exception cref="ArgumentException">It is for another one.</exception>
    public Entry OnReceipt(Receipt receipt)
    {
        if (!IsNext(receipt))
            throw new ArgumentException($"{receipt} is not for the entry that waits.", nameof(receipt));
        _sent = Math.Max(0, _sent - 1);
        return _waiting.Dequeue().Entry;
    }

    /// <summary>A gap and a checkpoint to come go away when it is sent again; anything else breaks the chain for good.</summary>
    public void OnRefused(AppendRefused refused, DateTimeOffset now)
    {
        if (refused.Sub != Chain.Head.Sub || !_waiting.TryPeek(out var first))
            return;
        switch (refused.Reason)
        {
            case EntryRefusal.Gap when refused.Expected >= first.Entry.Place.Seq:
                _sent = 0; // receipts have been lost, or batches have overtaken each other
                break;
            case EntryRefusal.BadCheckpoint:
                _again = now + (RetryAfter / 10); // the keeper's node is an epoch behind
                break;
            default:
                Broken = refused;
                break;
        }
    }
}
