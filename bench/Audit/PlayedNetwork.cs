using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Bench.Support.Some;

namespace AkkaCompute.Bench.Audit;

/// <summary>A network that plays one job after the other by the rules, written down as an export: six entries a bundle.</summary>
internal sealed class PlayedNetwork
{
    private const string Address = "akka.tcp://AkkaCompute@10.0.0.1:4054", Text = "quorum(2, 4)";
    private const int Bundles = 100, Tasks = 64;
    private const long Credits = 1_000_000_000; // enough for all jobs that anybody may want to play

    private readonly int _first; // all that is made up begins with another number where the seed is another
    private readonly KeyPair _node;
    private readonly HashChainBeacon _beacon;
    private readonly TrustRules _rules = new() { AdmissionBits = 0, PeriodEpochs = 20, HalfLife = 1_600 };
    private readonly RosterState _roster = new();
    private readonly ExportAssembler _assembler = new();
    private readonly PlayedAuthor[] _authors;
    private readonly PlayedAuthor _operator;
    private readonly Dictionary<NodeId, PlayedAuthor> _byId;
    private Stream _file = Stream.Null;
    private long _entries;

    public PlayedNetwork(int workers, int seed = 0)
    {
        _first = seed * 100_000_000;
        _node = KeyPair.FromSeed(Hash(_first + 1).ToBytes());
        _beacon = new HashChainBeacon(Hash(_first + 2).ToBytes(), 1 << 20);
        _operator = new PlayedAuthor(_node);
        _authors =
            [.. Enumerable.Range(_first + 100, workers).Select(number => new PlayedAuthor(KeyPair.FromSeed(Hash(number).ToBytes())))];
        _byId = _authors.ToDictionary(author => author.Id);
    }

    private Checkpoint Checkpoint => new(_roster.Epoch, _roster.Record?.Hash ?? default);

    /// <summary>Writes until there are so many entries; returns how many.</summary>
    public long Write(Stream file, int wanted)
    {
        _file = file;
        Put(new HeaderLine(_rules));
        var capabilities = CapabilitySet.Of("wasm");
        foreach (var author in _authors)
            author.Declare(capabilities);
        _operator.Declare(CapabilitySet.Empty);
        _roster.Announce(new NodeInfo(Address, 2, _node.Public, _beacon.Anchor),
            [.. _authors.Select(author => new Member(author.Id, Address, capabilities, standing: Domain.Draw.Standing.First))]);
        Close();
        foreach (var author in _authors)
        {
            author.Session = author.Sign(new Open(null), Checkpoint).Place.Seq;
            _operator.Sign(new Issuance(author.Id, default, Credits), Checkpoint);
        }
        Close();
        for (var job = 0; _entries < wanted; job++)
            Play(job, _authors[job % _authors.Length]);
        return _entries;
    }

    private void Play(int number, PlayedAuthor boss)
    {
        var id = new JobId(Hash(_first + 1_000_000 + number));
        using var key = KeyPair.FromSeed(Hash(_first + 2_000_000 + number).ToBytes());
        var sub = boss.Sign(new Open(id), Checkpoint).Place.Seq;
        var grant = boss.Sign(new Domain.Entries.Delegate(key.Public, id, Text, 1_000, new Epoch(1 << 30)), Checkpoint).Place.Seq;
        boss.Sign(
            new Submit(id, default, "wasm", Text, DrawMode.Next, 5, 0, 0, 0, Bundles * Tasks, Tasks, default, 1_000), Checkpoint, sub);
        _roster.Enter(new DrawRequest(id, 0, Bundles, 0));
        Close();
        var roster = new EpochRoster(_roster.Epoch, _roster.Record!.Beacon, _roster.Members.ToArray(), []);

        var digest = TaskResult.Exit(0, Hash(number).ToBytes(), default, 0, default).Digest();
        Hash256?[] digests = [.. Enumerable.Repeat(digest, Tasks)];
        var results = new (PlayedAuthor Worker, Entry Entry)[Bundles][];
        for (var bundle = 0; bundle < Bundles; bundle++)
        {
            var (b, salt) = (bundle, new BundleSalt(Hash(bundle)));
            var group = CloseGroup.Select(roster, Ring.Target(roster.Beacon, id.Hash, (ulong)b, 0), 2, new Eligibility("wasm", boss.Id));
            results[b] = [.. group.Select(member => _byId[member.Id]).Select(worker => (worker, worker.Sign(
                new Result(id, b, 0, roster.Epoch, b * Tasks, Tasks, ResultBatch.Build(worker.Id, b * Tasks, 0, salt, digests).Root),
                Checkpoint, worker.Session)))];
        }
        Close();
        _assembler.Add(new JobProtocol.Decided(id, [.. results.Select((two, b) => new Decision(b, 0, roster.Epoch.Number,
            [.. Enumerable.Range(0, Tasks)
                .Select(i => new Outcome(
                    b * Tasks + i, OutcomeStatus.Exited, 0, TrapKind.None, NoResultReason.None, Hash(number).ToBytes(), default))],
            [.. two.Select(one => new Verdict(one.Worker.Id, Tasks, 0, 0, true, one.Entry.Bytes, new BundleSalt(Hash(b)), [], []))]))]));
        foreach (var two in results)
        {
            foreach (var (one, other) in ((int, int)[])[(0, 1), (1, 0)])
            {
                var accept = boss.Sign(
                    new Accept(id, two[one].Worker.Id, two[one].Entry.Hash, Tasks, Text, [two[other].Entry.Hash], 5), Checkpoint, grant,
                    key);
                two[one].Worker.Sign(new Reward(id, boss.Id, RewardVerdict.Paid, accept.Hash, 5), Checkpoint, two[one].Worker.Session);
            }
        }
        boss.Sign(new Settlement(id, 1_000, 0, 0), Checkpoint, grant, key);
        Close();
    }

    private void Close()
    {
        foreach (var author in _authors.Append(_operator).Where(author => author.Unsaved.Count > 0))
        {
            _assembler.Add(new ChainProtocol.EntriesAppended(author.Id, [.. author.Unsaved.Select(entry => entry.Bytes)], _roster.Epoch));
            foreach (var sub in author.Unsaved.Select(entry => entry.Place.Sub).Distinct())
                _roster.Enter(author.Head(sub));
            _entries += author.Unsaved.Count;
            author.Unsaved.Clear();
        }
        var closing = _roster.Freeze(_rules.Hash)!;
        foreach (var node in closing.Committed)
            closing.Take(closing.Frozen.Sign(_node, _beacon.Reveal(node.Revealed + 1)));
        closing.Take(closing.Reveal().Sign(_node));
        var closed = closing.Finish();
        _roster.Apply(closed);
        foreach (var line in _assembler.Add(closed))
            Put(line);
    }

    private void Put(ExportLine line)
    {
        _file.Write(ExportText.Write(line).Span);
        _file.WriteByte((byte)'\n');
    }
}

/// <summary>A c-node with its chains.</summary>
internal sealed class PlayedAuthor(KeyPair key)
{
    private readonly Dictionary<long, ChainState> _chains = [];

    public NodeId Id => key.NodeId;
    public long Session { get; set; }
    public List<Entry> Unsaved { get; } = [];

    public ChainHead Head(long sub) => _chains[sub].Head;

    public void Declare(CapabilitySet capabilities)
    {
        var entry = ProofOfWork.Declare(
            key, new Declare(key.Public, Roles.Boss | Roles.Worker, capabilities, null, default, 0), Checkpoint.None, 0, 0, default);
        _chains[EntryPlace.Main] = ChainRules.Apply(entry).Chain;
        Unsaved.Add(entry);
    }

    public Entry Sign(Claims claims, Checkpoint checkpoint, long sub = EntryPlace.Main, KeyPair? with = null)
    {
        var entry = Entry.Sign(with ?? key, _chains[sub].Next(checkpoint), claims);
        var (chain, opened) = ChainRules.Apply(entry, _chains[sub]);
        _chains[sub] = chain;
        if (opened is not null)
            _chains[opened.Head.Sub] = opened;
        Unsaved.Add(entry);
        return entry;
    }
}
