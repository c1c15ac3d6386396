using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.File;

/// <summary>
/// Makes the lines of an export out of a journal's events, in the journal's order. Entries are held until an epoch's heads cover
/// them, decisions until all of their results are covered. Nothing secret is looked at.
/// </summary>
public sealed class ExportAssembler
{
    private readonly Dictionary<ChainName, Queue<Entry>> _entries = [];
    private readonly HashSet<Hash256> _covered = []; // results without a decision
    private readonly Dictionary<Hash256, Pending> _waiting = [];
    private readonly List<Pending> _complete = [];
    private readonly Dictionary<string, NodeId> _nodeAt = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, NodeLine> _nodes = [];

    private sealed record Pending(DecidedLine Line, OpenedLine[] Opened)
    {
        public int Missing;
    }

    /// <summary>Entries that no epoch has covered yet.</summary>
    public long Held => _entries.Values.Sum(chain => (long)chain.Count);

    /// <summary>An event of any actor; returns the lines of an epoch when it is one's end. What is not for the export is passed over.</summary>
    /// <exception cref="InvalidDataException">The journal is damaged: an entry that can't be read, or one that is missing.</exception>
    public IReadOnlyList<ExportLine> Add(object @event)
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
            case EpochClosed closed:
                return Close(closed.Delta);
        }
        return [];
    }

    private static Entry Parse(ReadOnlyMemory<byte> bytes) =>
        Entry.TryParse(bytes.Span, out var entry, out var refused) ? entry : throw new InvalidDataException($"an entry of the journal: {refused.Message}");

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

    private List<ExportLine> Close(RosterDelta delta)
    {
        List<ExportLine> lines = [new EpochLine(delta.Record)];
        lines.AddRange(delta.Joined.OrderBy(member => member.Id).Select(member => new JoinedLine(member)));
        lines.AddRange(delta.Left.Order().Select(id => new LeftLine(id)));
        lines.AddRange(delta.Standings.Select(change => new StandingLine(change)));
        lines.AddRange(delta.Bans.Select(ban => new BanLine(ban)));
        lines.AddRange(Nodes(delta));
        lines.AddRange(delta.Entered.Order().Select(request => new DrawLine(request)));
        lines.AddRange(delta.Heads.OrderBy(head => head.Chain).Select(head => new HeadLine(head)));

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
            : throw new InvalidDataException($"the journal lacks entry {head.Seq} of the chain {head.Author}/{head.Sub}, which a record covers.");
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

    /// <summary>Cluster nodes by their keys: a change of address alone is none.</summary>
    private List<ExportLine> Nodes(RosterDelta delta)
    {
        var gone = new SortedSet<NodeId>();
        foreach (var address in delta.NodesGone.Concat(delta.NodesChanged.Select(info => info.Address)))
        {
            if (_nodeAt.Remove(address, out var id) && delta.NodesChanged.All(info => info.Key.NodeId != id))
                gone.Add(id);
        }
        var changed = new SortedDictionary<NodeId, NodeLine>();
        foreach (var info in delta.NodesChanged)
        {
            var (id, line) = (info.Key.NodeId, new NodeLine(info.Key, info.Anchor));
            foreach (var old in _nodeAt.Where(at => at.Value == id).Select(at => at.Key).ToArray())
                _nodeAt.Remove(old);
            _nodeAt[info.Address] = id;
            if (_nodes.GetValueOrDefault(id) != line)
                changed[id] = line;
            _nodes[id] = line;
        }
        foreach (var id in gone)
            _nodes.Remove(id);
        return [.. changed.Values, .. gone.Select(id => new GoneLine(id))];
    }
}
