using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>
/// Decisions and entries. Entries are held until an epoch's heads cover them, decisions until all of their results are covered.
/// </summary>
internal sealed class RecordSource : ILineSource
{
    private readonly Dictionary<ChainName, Queue<Entry>> _entries = [];
    private readonly HashSet<Hash256> _covered = []; // results without a decision
    private readonly Dictionary<Hash256, Pending> _waiting = [];
    private readonly List<Pending> _complete = [];

    private sealed record Pending(DecidedLine Line, OpenedLine[] Opened)
    {
        public int Missing;
    }

    public long Held => _entries.Values.Sum(chain => (long)chain.Count);

    public void Take(object @event)
    {
        switch (@event)
        {
            case ChainProtocol.EntriesAppended appended:
                foreach (var bytes in appended.Entries)
                    Add(Parse(bytes));
                break;
            case JobProtocol.Decided decided:
                foreach (var decision in decided.Decisions)
                {
                    if (JudgedBundle.Of(decision) is { } judged)
                        Add(decided.JobId, judged);
                }
                break;
            case JobProtocol.Judged kept: // in the place of what was decided, when the job was forgotten
                foreach (var judged in kept.Bundles)
                    Add(kept.JobId, judged);
                break;
        }
    }

    /// <summary>Decisions come before the entries that they are of.</summary>
    public IEnumerable<ExportLine> Close(RosterDelta delta)
    {
        var lines = new List<ExportLine>();
        var entries = delta.Heads.OrderBy(head => head.Chain).SelectMany(Cover).ToList();
        foreach (var decision in _complete.OrderBy(pending => pending.Line.Job).ThenBy(pending => pending.Line.Bundle))
        {
            lines.Add(decision.Line);
            lines.AddRange(decision.Opened);
        }
        _complete.Clear();
        lines.AddRange(entries.Select(entry => new EntryLine(entry)));
        return lines;
    }

    private static Entry Parse(ReadOnlyMemory<byte> bytes) =>
        Entry.TryParse(bytes.Span, out var entry, out var refused)
            ? entry
            : throw new InvalidDataException($"an entry of the journal: {refused.Message}");

    private void Add(Entry entry)
    {
        var chain = new ChainName(entry.Place.Issuer, entry.Place.Sub);
        if (!_entries.TryGetValue(chain, out var waiting))
            _entries.Add(chain, waiting = []);
        waiting.Enqueue(entry);
    }

    private void Add(JobId job, JudgedBundle judged)
    {
        OpenedLine[] opened = [.. judged.Results.Select(result => new OpenedLine(result.Result, result.Salt, result.At, result.Got))];
        var pending = new Pending(new DecidedLine(job, judged.Bundle, judged.Digests), opened);
        foreach (var line in opened)
        {
            if (_covered.Remove(line.Result))
                continue;
            _waiting[line.Result] = pending;
            pending.Missing++;
        }
        if (pending.Missing == 0)
            _complete.Add(pending);
    }

    /// <summary>The entries of a chain up to its head.</summary>
    private List<Entry> Cover(ChainHead head)
    {
        var covered = new List<Entry>();
        if (_entries.TryGetValue(head.Chain, out var waiting))
        {
            while (waiting.TryPeek(out var entry) && entry.Place.Seq <= head.Seq)
            {
                covered.Add(waiting.Dequeue());
                OnCovered(entry);
            }
            if (waiting.Count == 0)
                _entries.Remove(head.Chain);
        }
        return covered.Count > 0 && covered[^1].Hash == head.Hash
            ? covered
            : throw new InvalidDataException(
                $"the journal lacks entry {head.Seq} of the chain {head.Author}/{head.Sub}, which a record covers.");
    }

    private void OnCovered(Entry entry)
    {
        if (entry.Claims is not Result)
            return;
        if (!_waiting.Remove(entry.Hash, out var pending))
            _covered.Add(entry.Hash);
        else if (--pending.Missing == 0)
            _complete.Add(pending);
    }
}
