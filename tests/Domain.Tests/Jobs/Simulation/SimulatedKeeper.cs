using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>Keeps the boss's chains by the real rules: whatever crashes, no second entry for a place ever comes in.</summary>
internal sealed class SimulatedKeeper
{
    private static readonly KeyPair _node = Some.Key(1);
    private static readonly Epoch _now = new(2);

    private readonly Network _network;
    private readonly SimulatedJob _job;
    private readonly Dictionary<long, ChainState> _chains = [];
    private readonly Dictionary<(long Sub, long Seq), Entry> _entries = [];

    public SimulatedKeeper(Network network, SimulatedJob job, SomeBoss boss)
    {
        (_network, _job) = (network, job);
        _chains[0] = ((Appended)ChainRules.Start(boss.Declaration, new AdmissionRules(0), _now)).Chain;
        Assert.Null(Take(boss.Opening, []));
        Assert.Null(Take(boss.Grant, []));
        Sub = boss.Grant.Place.Seq;
    }

    /// <summary>The delegate's chain.</summary>
    public long Sub { get; }

    /// <summary>All entries of the delegate, in order.</summary>
    public IEnumerable<Entry> Verdicts => _entries.Where(entry => entry.Key.Sub == Sub && entry.Key.Seq > 0).OrderBy(entry => entry.Key.Seq).Select(entry => entry.Value);

    public void Append(ChainProtocol.Append append)
    {
        var named = append.Named.Select(Parse).ToDictionary(entry => entry.Hash);
        var receipts = new List<ReadOnlyMemory<byte>>();
        foreach (var entry in append.Entries.Select(Parse))
        {
            if (Take(entry, named) is { } refused)
            {
                Assert.Equal(EntryRefusal.Gap, refused.Reason); // by reordering, and no other
                _network.Send(() => _job.Writers(writers => writers.OnRefused(new ChainProtocol.AppendRefused(
                    append.NodeId, entry.Place.Sub, entry.Place.Seq, refused.Reason, refused.Message, _chains[entry.Place.Sub].Head.Seq + 1))));
                break;
            }
            receipts.Add(Receipt.Sign(_node, entry.Hash, _now).Bytes);
        }
        _network.Send(() => _job.Writers(writers => writers.OnAppended(receipts)));
    }

    private EntryRefused? Take(Entry entry, Dictionary<Hash256, Entry> named)
    {
        var key = (entry.Place.Sub, entry.Place.Seq);
        if (_entries.TryGetValue(key, out var kept))
        {
            Assert.True(kept.Equals(entry), $"{entry} and {kept} are a fork.");
            return null;
        }
        if (Counterparts.NamedBy(entry.Claims) is { } name)
            Assert.Null(Counterparts.Match(entry, named[name]));
        switch (ChainRules.Append(entry, _chains[0], _chains.GetValueOrDefault(entry.Place.Sub), _now))
        {
            case EntryRefused refused:
                return refused;
            case Appended appended:
                _chains[entry.Place.Sub] = appended.Chain;
                if (appended.Opened is { } opened)
                    _chains[opened.Head.Sub] = opened;
                break;
        }
        _entries.Add(key, entry);
        return null;
    }

    private static Entry Parse(ReadOnlyMemory<byte> bytes)
    {
        Assert.True(Entry.TryParse(bytes.Span, out var entry, out _));
        return entry;
    }
}
