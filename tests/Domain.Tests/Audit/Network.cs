using System.Text;
using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>
/// A small network of real Domain code: two cluster nodes that reveal and sign, c-nodes with their chains, and a journal, of which
/// the export is made. Nothing is checked when it is written: tests write what must be found.
/// </summary>
internal sealed class Network
{
    private static readonly string[] _addresses = [Some.Address(1), Some.Address(2)];

    private readonly int[] _nodes;
    private readonly CapabilitySet _capabilities;
    private readonly RosterState _roster = new();
    private readonly List<object> _journal = [];
    private readonly Auditor _live = new(live: true);
    private readonly ExportAssembler _assembler = new();

    /// <param name="capabilities">Of all authors.</param>
    /// <param name="node">The number of the first cluster node's key; the second one's is the next.</param>
    public Network(int first = 5, int newcomers = 2, TrustRules? rules = null, long credits = 1_000, int node = 1, string capabilities = "wasm kernel:noop@1")
    {
        _capabilities = CapabilitySet.Of(capabilities.Split(' '));
        _nodes = [node, node + 1];
        Operator = new Author(node, Some.Key(node));
        Credits = credits;
        Rules = rules ?? new TrustRules { AdmissionBits = 4, PeriodEpochs = 4, HalfLife = 160, Prior = 0, Rounds = 10 };
        Authors = [.. Enumerable.Range(1, first + newcomers).Select(number => new Author(100 * number))];
        First = first;
        _live.Add(new HeaderLine(Rules));
        foreach (var author in Authors)
            author.Declare(capabilities, Rules.AdmissionBits);
        Operator.Declare("", Rules.AdmissionBits);
        Announce(Authors);
        Close();
        foreach (var author in Authors)
            Issue(author.Id, Credits);
        Close();
        Close();
    }

    public TrustRules Rules { get; }

    /// <summary>What each c-node has to begin with.</summary>
    public long Credits { get; }

    public Author[] Authors { get; private set; }
    public int First { get; }
    public Author Boss => Authors[0];

    /// <summary>The first cluster node, as an author of entries.</summary>
    public Author Operator { get; }
    public RosterState Roster => _roster;
    public TrustPeriod? Period => _live.Period;
    public List<object> Journal => _journal;

    /// <summary>Why the fold of a running cluster has stopped; null where it has not.</summary>
    public AuditFinding? LiveBreak => _live.IsBroken ? _live.Findings[^1] : null;

    public Checkpoint Checkpoint => new(_roster.Epoch, _roster.Record?.Hash ?? default);

    /// <summary>The roster of the epoch that is open.</summary>
    public EpochRoster Frozen => new(_roster.Epoch, _roster.Record!.Beacon, _roster.Members.ToArray(), [], _roster.Record.Hash);

    public Hash256 BeaconOf(Epoch epoch) =>
        _journal.OfType<EpochClosed>().Single(closed => closed.Record.Number == epoch).Record.Beacon;

    public static PublicKey[] Keys => [Some.Key(1).Public, Some.Key(2).Public];

    /// <param name="authors">Who works.</param>
    /// <param name="keyOf">The key that a cluster node says they have; by default the one that they have.</param>
    public void Announce(IEnumerable<Author> authors, Func<Author, PublicKey?>? keyOf = null)
    {
        foreach (var (address, i) in _addresses.Select((address, i) => (address, i)))
        {
            var members = authors.Where(author => author.Number / 100 % 2 == i).Select(author => new Member(
                author.Id, address, _capabilities, null, Epoch.None,
                author.Number / 100 <= First ? Standing.First : Standing.Newcomer)
            {
                Key = keyOf is null ? author.Rotated : keyOf(author),
            });
            Assert.False(_roster.Announce(new NodeInfo(address, 2, Some.Key(_nodes[i]).Public, Some.Beacon(_nodes[i]).Anchor), [.. members]).IsRefusal);
        }
    }

    /// <summary>Another c-node, of the first cluster node or the second: its entries are kept from now on.</summary>
    public Author Come(int number)
    {
        var author = new Author(100 * number);
        Authors = [.. Authors, author];
        return author;
    }

    public Entry Issue(NodeId to, long amount, int key = 1) => Operator.Sign(new Issuance(to, Some.Hash(key), amount), Checkpoint);

    /// <summary>Writes an event to the journal.</summary>
    public void Write(object @event)
    {
        _journal.Add(@event);
        foreach (var line in _assembler.Add(@event))
            _live.Add(line);
        if (@event is EpochClosed)
            _live.CloseEpoch();
    }

    /// <summary>What was signed goes to the journal, and an epoch covers it.</summary>
    public EpochClosed Close(params int[] silent)
    {
        foreach (var author in Authors.Append(Operator))
        {
            var subs = author.Unsaved.Select(entry => entry.Place.Sub).Distinct().ToArray();
            if (author.Save(_roster.Epoch) is not { } appended)
                continue;
            Write(appended);
            foreach (var sub in subs)
                Assert.False(_roster.Enter(author.Head(sub)).IsRefusal);
        }
        if (_roster.Work == RosterWork.None)
            Assert.False(_roster.Enter(Some.Request((int)_roster.Epoch.Number + 5_000)).IsRefusal); // or no epoch would pass
        var closed = Finish(silent);
        _roster.Apply(closed);
        Write(closed);
        if (_live.Period is { } period && period.Epoch == closed.Record.Number)
            Assert.False(_roster.SetStandings(period.Epoch, period.Root, period.Changes, Rules.PeriodEpochs).IsRefusal);
        return closed;
    }

    private EpochClosed Finish(int[] silent)
    {
        var closing = _roster.Freeze(Rules.Hash)!;
        foreach (var node in closing.Committed.Where(node => !silent.Contains(NumberOf(node.Key))))
            Assert.Null(closing.Take(closing.Frozen.Sign(Some.Key(NumberOf(node.Key)), Some.Beacon(NumberOf(node.Key)).Reveal(node.Revealed + 1))));
        var record = closing.Reveal();
        foreach (var node in closing.Committed.Where(node => !silent.Contains(NumberOf(node.Key))))
            Assert.Null(closing.Take(record.Sign(Some.Key(NumberOf(node.Key)))));
        return closing.Finish();
    }

    private int NumberOf(PublicKey key) => _nodes.Single(number => Some.Key(number).Public == key);

    /// <summary>The export of the journal, line by line.</summary>
    /// <param name="kinds">The kinds of lines; null: those of this version.</param>
    public List<byte[]> Lines(LineKinds? kinds = null)
    {
        var assembler = new ExportAssembler(kinds);
        List<byte[]> lines = [ExportText.Write(new HeaderLine(Rules)).ToArray()];
        foreach (var line in _journal.SelectMany(assembler.Add))
            lines.Add(ExportText.Write(line).ToArray());
        return lines;
    }

    public AuditReport Audit(TrustedParty? trusted = null, Policies? policies = null, Func<CodeAdmission, bool?>? admits = null) =>
        Audit(Lines(), trusted, policies, admits);

    public static AuditReport Audit(
        IEnumerable<byte[]> lines, TrustedParty? trusted = null, Policies? policies = null, Func<CodeAdmission, bool?>? admits = null)
    {
        var auditor = new Auditor(trusted, policies: policies, admits: admits);
        foreach (var line in lines)
        {
            if (!auditor.Add(line))
                break;
        }
        return auditor.End();
    }

    public static string Text(byte[] line) => Encoding.UTF8.GetString(line);
}
