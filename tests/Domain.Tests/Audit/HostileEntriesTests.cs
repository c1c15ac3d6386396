using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>
/// Whatever is signed by whom: what keepers take breaks no audit and stops no trust fold, however late the heads come into a record.
/// </summary>
public sealed class HostileEntriesTests
{
    private const int Authors = 4, Steps = 400, StepsPerEpoch = 8;

    private readonly Network _network = new(first: 2, newcomers: 0);
    private readonly RecentEntries _recent = new();
    private readonly List<Entry> _taken = [];
    private readonly Dictionary<ChainName, ChainHead> _heads = [];
    private readonly Dictionary<EntryRefusal, int> _refused = [];

    private IEnumerable<EpochRecord> Records => _network.Journal.OfType<EpochClosed>().Select(closed => closed.Record);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void What_a_keeper_takes_breaks_no_history(int seed)
    {
        Play(seed, HashOf);
        Assert.True(_taken.Count > Steps / 10, $"{_taken.Count} of {Steps} were taken.");
        Assert.Contains(EntryRefusal.OtherHistory, _refused.Keys);
        Assert.Contains(EntryRefusal.BadCheckpoint, _refused.Keys);
        var report = _network.Audit();
        Assert.False(report.IsBroken, report.Findings.Count > 0 ? report.Findings[^1].ToString() : "");
        Assert.DoesNotContain(report.Findings, found => found.Why.Contains("another history", StringComparison.Ordinal));
        SameTrust(report);
    }

    /// <summary>What a keeper of before took is in its journal.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_a_keeper_that_looked_at_no_record_took_is_blamed_and_breaks_no_history(int seed)
    {
        Play(seed, null);
        var report = _network.Audit();
        Assert.False(report.IsBroken, report.Findings.Count > 0 ? report.Findings[^1].ToString() : "");
        Assert.Contains(report.Findings, found => found.Why.Contains("another history", StringComparison.Ordinal));
        SameTrust(report);
    }

    private void SameTrust(AuditReport report)
    {
        Assert.Null(_network.LiveBreak);
        Assert.Equal(_network.Period!.Root, report.Period!.Root);
        Assert.Equal(_network.Period.Root, report.TrustRoot);
        Assert.True(report.Credits.IsConserved);
    }

    /// <param name="recordOf">What keepers know of records; null: they believe every entry.</param>
    private void Play(int seed, Func<Epoch, Hash256?>? recordOf)
    {
        var random = new Random(seed);
        HostileAuthor[] authors = [.. Enumerable.Range(0, Authors).Select(i => new HostileAuthor(500 + i, random))];
        for (var step = 0; step < Steps; step++)
        {
            var author = authors[random.Next(Authors)];
            var entry = author.Sign(() => Seen(random), _network.Roster.Epoch, _network.Rules.AdmissionBits, _taken);
            HandIn(author, entry, recordOf ?? (_ => entry.Place.Checkpoint.Hash));
            if (step % StepsPerEpoch == 0)
                Close(random.Next(3) == 0 ? _ => true : _ => random.Next(4) == 0); // most heads come late
        }
        Close(_ => true);
        while (_network.Roster.Epoch.Number % _network.Rules.PeriodEpochs != 1)
            _network.Close();
    }

    private void HandIn(HostileAuthor author, Entry entry, Func<Epoch, Hash256?> recordOf)
    {
        var named = Counterparts.NamedBy(entry.Claims) is { } name ? _taken.Where(other => other.Hash == name).Select(other => other.Bytes) : [];
        var verdict = AppendVerdict.Of(
            author.Kept, new Append(author.Id, [entry.Bytes], [.. named]), _recent, _network.Rules.Admission, _network.Roster.Epoch, recordOf);
        author.Kept = verdict.Next;
        foreach (var refused in verdict.Refused)
            _refused[refused.Reason] = _refused.GetValueOrDefault(refused.Reason) + 1;
        foreach (var taken in verdict.Taken)
        {
            author.OnTaken(taken);
            _taken.Add(taken);
            _network.Write(new EntriesAppended(author.Id, [taken.Bytes], _network.Roster.Epoch));
            var head = author.Kept.Chains[taken.Place.Sub].State.Head;
            _heads[head.Chain] = head;
        }
    }

    private void Close(Func<ChainHead, bool> comes)
    {
        foreach (var head in _heads.Values.Where(comes).ToArray())
        {
            Assert.False(_network.Roster.Enter(head).IsRefusal);
            _heads.Remove(head.Chain);
        }
        _network.Close();
    }

    private Checkpoint Seen(Random random)
    {
        var epoch = _network.Roster.Epoch;
        return random.Next(10) switch
        {
            0 => new Checkpoint(epoch, Some.Hash(1)),
            1 => new Checkpoint(epoch.Next, Some.Hash(1)),
            2 => new Checkpoint(Epoch.None, Some.Hash(1)),
            3 => At((ulong)random.Next((int)epoch.Number)),
            _ => At(epoch.Number),
        };
    }

    private Checkpoint At(ulong number) => new(new Epoch(number), HashOf(new Epoch(number))!.Value);

    private Hash256? HashOf(Epoch epoch) =>
        epoch == Epoch.None ? default(Hash256) : Records.FirstOrDefault(record => record.Number == epoch)?.Hash;
}
