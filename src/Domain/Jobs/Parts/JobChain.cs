using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>
/// One of the two sub-chains of the boss that a job brings to their keeper: that of its pages, which the boss signs, and that of
/// its verdicts, which the job signs. Folded from the job's events; the entries without receipt are kept, to be sent again.
/// </summary>
public sealed class JobChain
{
    private readonly Queue<(Entry Entry, ReadOnlyMemory<byte> Named)> _waiting = new();

    private JobChain(ChainState chain, Checkpoint seen) => (State, Seen) = (chain, seen);

    /// <summary>A chain without entries, by what opened it.</summary>
    internal static JobChain Opened(ReadOnlyMemory<byte> opening, PublicKey key) =>
        Entry.TryParse(opening.Span, out var entry, out var refused)
        ? new JobChain(ChainState.Opened(entry, key), entry.Place.Checkpoint)
        : throw new InvalidOperationException($"A job's event has an entry that is none: {refused.Message}");

    /// <summary>The chain with every entry that is durable here.</summary>
    public ChainState State { get; private set; }

    /// <summary>The checkpoint of the last one.</summary>
    public Checkpoint Seen { get; private set; }

    /// <summary>Up to which number receipts are on record here.</summary>
    public long Receipted { get; private set; }

    /// <summary>The entries after that, with those of others that they name.</summary>
    public IReadOnlyCollection<(Entry Entry, ReadOnlyMemory<byte> Named)> Waiting => _waiting;

    /// <summary>Called with every entry that is added from now on, and with the one that it names.</summary>
    public Action<Entry, ReadOnlyMemory<byte>>? Added { get; set; }

    /// <summary>The chain with its next entry.</summary>
    internal void Add(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> named)
    {
        if (!Entry.TryParse(bytes.Span, out var entry, out var refused))
            throw new InvalidOperationException($"A job's event has an entry that is none: {refused.Message}");
        State = ChainRules.Apply(entry, State).Chain;
        Seen = entry.Place.Checkpoint;
        _waiting.Enqueue((entry, named));
        Added?.Invoke(entry, named);
    }

    internal void OnReceipted(long seq)
    {
        Receipted = Math.Max(Receipted, seq);
        while (_waiting.TryPeek(out var next) && next.Entry.Place.Seq <= seq)
            _waiting.Dequeue();
    }

    internal void GiveUp() => _waiting.Clear();
}
