using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>
/// Results that a job has decided on, and of which it does not know that they are in their workers' chains. A session brings in what it
/// signs; but it may die before, or never mean to. So the job brings them in too, the same bytes: what is there already is said so, and who
/// has signed something else in that place has forked. Of accepted results the last of a chain is enough, for each names the one before;
/// those with something rejected are brought in one by one.
/// </summary>
public sealed class ResultsOnRecord
{
    /// <summary>What a session has signed is in its chain by then.</summary>
    public static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(5);

    /// <summary>How often a result that the keeper can't take yet is brought in before it is given up.</summary>
    public const int MostTries = 12;

    private readonly Dictionary<(NodeId Worker, long Sub), Chain> _chains = [];

    private sealed record Waiting(Entry Entry, bool IsRejected);

    private sealed class Chain
    {
        public SortedDictionary<long, Waiting> Results { get; } = [];
        public DateTimeOffset At { get; set; }
        public int Tries { get; set; }

        /// <summary>The keeper lacks some of them.</summary>
        public bool HasGap { get; set; }
    }

    /// <summary>Results that will never be in a chain, as far as the job knows: they count for nothing.</summary>
    public long Lost { get; private set; }

    /// <summary>All are on record, or given up.</summary>
    public bool IsEmpty => _chains.Count == 0;

    /// <summary>A verdict on a result is durable.</summary>
    public void Add(ReadOnlyMemory<byte> result, bool isRejected, DateTimeOffset now)
    {
        if (result.IsEmpty || !Entry.TryParse(result.Span, out var entry, out _))
            return; // a job that nobody checks has none
        var (issuer, sub, seq) = (entry.Place.Issuer, entry.Place.Sub, entry.Place.Seq);
        if (!_chains.TryGetValue((issuer, sub), out var chain))
            _chains.Add((issuer, sub), chain = new Chain { At = now + AskAfter });
        chain.Results[seq] = new Waiting(entry, isRejected);
    }

    /// <summary>What to bring in now; each batch for one keeper.</summary>
    /// <param name="atOnce">The job is over: nothing is waited for.</param>
    public IReadOnlyList<ChainProtocol.Append> Next(DateTimeOffset now, bool atOnce)
    {
        var batches = new List<ChainProtocol.Append>();
        foreach (var ((worker, sub), chain) in _chains.ToArray())
        {
            if (chain.At > now && !(atOnce && chain.Tries == 0))
                continue;
            if (chain.Tries == MostTries)
            {
                GiveUp(worker, sub, long.MinValue);
                continue;
            }
            (chain.Tries, chain.At) = (chain.Tries + 1, now + AskAfter);
            var last = chain.Results.Keys.Last();
            var bytes = 0;
            List<ReadOnlyMemory<byte>> entries = [.. chain.Results
                .Where(one => chain.HasGap || one.Value.IsRejected || one.Key == last).Select(one => one.Value.Entry.Bytes)
                .TakeWhile((entry, i) => i < ChainProtocol.MaxEntries && (bytes += entry.Length) <= ChainProtocol.MaxBytes)];
            batches.Add(new ChainProtocol.Append(worker, entries, []));
        }
        return batches;
    }

    /// <summary>A keeper has these.</summary>
    public void OnAppended(ChainProtocol.Appended appended)
    {
        ArgumentNullException.ThrowIfNull(appended);
        var kept = new HashSet<Hash256>();
        foreach (var bytes in appended.Receipts)
        {
            if (Receipt.TryParse(bytes.Span, out var receipt, out _))
                kept.Add(receipt.Entry);
        }
        foreach (var (key, chain) in _chains.Where(chain => chain.Key.Worker == appended.NodeId).ToArray())
        {
            foreach (var (seq, result) in chain.Results.Where(one => kept.Contains(one.Value.Entry.Hash)).ToArray())
            {
                chain.Results.Remove(seq);
                foreach (var before in chain.Results.Where(one => one.Key < seq && !one.Value.IsRejected).Select(one => one.Key).ToArray())
                    chain.Results.Remove(before);
                chain.Tries = 0;
            }
            if (chain.Results.Count == 0)
                _chains.Remove(key);
        }
    }

    /// <summary>A keeper does not take one: yet, or never.</summary>
    public void OnRefused(ChainProtocol.AppendRefused refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        if (!_chains.TryGetValue((refused.NodeId, refused.Sub), out var chain))
            return;
        if (refused.Reason is EntryRefusal.Gap)
            chain.HasGap = true;
        else if (refused.Reason is not EntryRefusal.BadCheckpoint)
            GiveUp(refused.NodeId, refused.Sub, refused.Seq);
    }

    /// <summary>What comes after a result that has no place has none either, but where the other one is kept it may.</summary>
    private void GiveUp(NodeId worker, long sub, long seq)
    {
        var chain = _chains[(worker, sub)];
        Lost += seq == long.MinValue ? chain.Results.Count : chain.Results.Remove(seq) ? 1 : 0;
        if (seq == long.MinValue || chain.Results.Count == 0)
            _chains.Remove((worker, sub));
    }
}
