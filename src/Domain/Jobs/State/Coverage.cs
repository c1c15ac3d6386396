using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>
/// Brings committed results into their workers' chains and those chains' heads into a record, so that a beacon after that may say which of
/// them are checked. A session brings its entries in too: the same bytes are no fork, and there is nothing to wait for. In memory only: who
/// comes back begins anew.
/// </summary>
public sealed class Coverage
{
    /// <summary>What is not answered is sent again after this time.</summary>
    public static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(2);

    /// <summary>How often a chain that the keeper can't take is brought in before its results are lost.</summary>
    public const int MostTries = 30;

    private readonly Dictionary<ChainName, Chain> _chains = [];
    private readonly List<long> _lost = [];

    private sealed class Chain
    {
        /// <summary>Results by their numbers, until a record covers them.</summary>
        public SortedDictionary<long, (long Bundle, Entry Entry)> Results { get; } = [];

        /// <summary>Up to which number they are durable with their keeper.</summary>
        public long Kept { get; set; }
        public DateTimeOffset At { get; set; }
        public int Tries { get; set; }

        /// <summary>The keeper lacks some of them.</summary>
        public bool HasGap { get; set; }
    }

    /// <summary>A result is committed. Idempotent.</summary>
    public void Add(CommittedResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (!Entry.TryParse(result.Commitment.Entry.Span, out var entry, out var refused))
            throw new InvalidOperationException($"A committed result has an entry that is none: {refused.Message}");
        var name = new ChainName(entry.Place.Issuer, entry.Place.Sub);
        if (!_chains.TryGetValue(name, out var chain))
            _chains.Add(name, chain = new Chain());
        if (chain.Results.TryAdd(entry.Place.Seq, (result.Bundle, entry)) && entry.Place.Seq > chain.Kept)
            (chain.At, chain.Tries) = (default, 0);
    }

    /// <summary>What to bring to the keepers now; each batch for one.</summary>
    public IReadOnlyList<ChainProtocol.Append> Next(DateTimeOffset now)
    {
        var batches = new List<ChainProtocol.Append>();
        foreach (var (name, chain) in _chains)
        {
            if (chain.At > now || chain.Results.Count == 0 || chain.Results.Keys.Last() is var last && last <= chain.Kept)
                continue;
            if (++chain.Tries > MostTries)
            {
                Lose(chain, chain.Kept + 1);
                continue;
            }
            chain.At = now + AskAfter;
            var bytes = 0;
            List<ReadOnlyMemory<byte>> entries = [.. chain.Results
                .Where(one => one.Key == last || (chain.HasGap && one.Key > chain.Kept)).Select(one => one.Value.Entry.Bytes)
                .TakeWhile((entry, i) => i < ChainProtocol.MaxEntries && (bytes += entry.Length) <= ChainProtocol.MaxBytes)];
            batches.Add(new ChainProtocol.Append(name.Author, entries, []));
        }
        return batches;
    }

    /// <summary>A keeper has these.</summary>
    /// <returns>Heads that a record is to cover.</returns>
    public IReadOnlyList<ChainHead> OnAppended(ChainProtocol.Appended appended)
    {
        ArgumentNullException.ThrowIfNull(appended);
        var kept = new HashSet<Hash256>();
        foreach (var bytes in appended.Receipts)
        {
            if (Receipt.TryParse(bytes.Span, out var receipt, out _))
                kept.Add(receipt.Entry);
        }
        var heads = new List<ChainHead>();
        foreach (var (name, chain) in _chains.Where(chain => chain.Key.Author == appended.NodeId))
        {
            var last = chain.Results.LastOrDefault(one => one.Key > chain.Kept && kept.Contains(one.Value.Entry.Hash));
            if (last.Value.Entry is not { } entry)
                continue;
            (chain.Kept, chain.Tries, chain.HasGap) = (last.Key, 0, false);
            heads.Add(new ChainHead(name.Author, name.Sub, last.Key, entry.Hash));
        }
        return heads;
    }

    /// <summary>A keeper does not take one: yet, or never.</summary>
    public void OnRefused(ChainProtocol.AppendRefused refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        if (!_chains.TryGetValue(new ChainName(refused.NodeId, refused.Sub), out var chain))
            return;
        if (refused.Reason is EntryRefusal.Gap)
            chain.HasGap = true;
        else if (refused.Reason is not EntryRefusal.BadCheckpoint)
            Lose(chain, refused.Seq);
    }

    /// <summary>A record covers a chain up to this head.</summary>
    /// <returns>The bundles whose results it covers.</returns>
    public IReadOnlyList<long> OnCovered(ChainHead head)
    {
        if (!_chains.TryGetValue(head.Chain, out var chain))
            return [];
        var covered = chain.Results.TakeWhile(one => one.Key <= head.Seq).ToArray();
        foreach (var (seq, _) in covered)
            chain.Results.Remove(seq);
        return [.. covered.Select(one => one.Value.Bundle)];
    }

    /// <summary>Bundles whose results have no place in a chain, since the last call.</summary>
    public IReadOnlyList<long> TakeLost()
    {
        long[] lost = [.. _lost];
        _lost.Clear();
        return lost;
    }

    /// <summary>What comes after an entry that has no place has none either.</summary>
    private void Lose(Chain chain, long from)
    {
        foreach (var (seq, result) in chain.Results.Where(one => one.Key >= from).ToArray())
        {
            chain.Results.Remove(seq);
            _lost.Add(result.Bundle);
        }
    }
}
