using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster.Closing;
using AkkaCompute.Domain.Tests.Entries;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Domain.Tests.Chains;

/// <summary>How many chains a c-node may open: a burst, and then a rate.</summary>
public sealed class OpeningTests
{
    private const int Most = 32, Period = RosterBudgets.OpeningEpochs;

    private readonly Author _author = new(); // it has opened one
    private readonly RecentEntries _recent = new();
    private AuthorChains _folded;

    public OpeningTests() => _folded = AuthorChains.Empty(_author.Id).Apply(new EntriesAppended(
        _author.Id, [_author.Kept.Declaration!.Value.Entry.Bytes, _author.Kept.Chains[1].State.Opening!.Bytes], Author.Now));

    [Fact]
    public void A_proof_of_work_buys_no_more_chains_at_once_than_the_budget()
    {
        Assert.Equal((Most - 2, EntryRefusal.TooManyOpenings), Open(Author.Now)); // the last one is kept for a delegate
        Assert.Equal(Most, _author.Kept.Chains.Count); // with the main chain
    }

    [Fact]
    public void Then_it_is_a_rate()
    {
        Assert.Equal(Most - 1, Open(At(5, 0)).Opened);
        Assert.Equal(0, Open(At(5, 0)).Opened);
        Assert.Equal(0, Open(At(6, -1)).Opened);
        var total = 0;
        for (var epoch = 0; epoch < 4 * Period; epoch += 16)
            total += Open(At(6, epoch)).Opened;
        Assert.InRange(total, 4 * Most * 8 / 10, 4 * Most * 11 / 10);
        Assert.Equal(Most - 1, Open(At(20, 0)).Opened); // after a long pause the burst again
    }

    /// <summary>Whoever brings both in again would else open a chain each time.</summary>
    [Fact]
    public void A_jobs_chain_and_its_delegate_are_opened_both_or_neither()
    {
        Open(Author.Now);
        var before = _author.Kept.Chains.Count;
        Assert.Equal(EntryRefusal.TooManyOpenings, Append(new Open(Sample.Job), Author.Now).Refused.Single().Reason);
        Assert.Empty(Append(new Open(Sample.Job), Author.Now, Most + 1).Refused);
        Assert.Empty(Append(new Domain.Entries.Delegate(Sample.Key(9).Public, Sample.Job, "none", 50, new Epoch(40)), Author.Now, Most + 1).Refused);
        Assert.Equal(before + 2, _author.Kept.Chains.Count);
    }

    [Fact]
    public void What_was_opened_is_durable_again_and_other_entries_go_on()
    {
        Open(Author.Now);
        var opening = _author.Kept.Chains[_author.Kept.Main!.Head.Seq].State.Opening!;
        Assert.Equal(opening.Hash, Assert.Single(Append(opening, Author.Now, Most).Durable).Entry);
        var declare = (Declare)_author.Kept.Declaration!.Value.Entry.Claims;
        Assert.Empty(Append(declare with { Capabilities = CapabilitySet.Of("js") }, Author.Now).Refused);
    }

    [Fact]
    public void A_trusted_author_opens_more_and_a_second_without_a_record_counts_as_an_epoch()
    {
        var budgets = new RosterBudgets { ChainOpenings = 512 };
        Assert.Equal(512, budgets.OpeningsOf(trusted: false, TimeSpan.FromSeconds(0.9)));
        Assert.Equal(8_192, budgets.OpeningsOf(trusted: true, TimeSpan.Zero));
        Assert.Equal(516, budgets.OpeningsOf(trusted: false, TimeSpan.FromSeconds(8)));
        Assert.Equal(1_024, budgets.OpeningsOf(trusted: false, TimeSpan.FromDays(1)));
    }

    [Fact]
    public void The_count_follows_from_the_journal_alone()
    {
        for (var i = 0; i < 20; i++)
            Append(new Open(null), At(1, -5));
        for (var i = 0; i < 5; i++)
            Append(new Open(null), At(1, 5));
        Assert.Equal(new Openings(1, 5, 21), _author.Kept.Opened);
        Assert.Equal(_author.Kept.Opened, _folded.Opened);
    }

    private static Epoch At(int period, int epoch) => new((ulong)(period * Period + epoch));

    private (int Opened, EntryRefusal Refused) Open(Epoch now)
    {
        for (var opened = 0; ; opened++)
        {
            if (Append(new Open(null), now).Refused is [var refused])
                return (opened, refused.Reason);
        }
    }

    private AppendVerdict Append(Claims claims, Epoch now, int most = Most) =>
        Append(Entry.Sign(_author.Key, _author.Kept.Main!.Next(Sample.Checkpoint), claims), now, most);

    private AppendVerdict Append(Entry entry, Epoch now, int most)
    {
        var verdict = AppendVerdict.Of(_author.Kept, new Append(_author.Id, [entry.Bytes], []), _recent, Author.Rules, now, Author.Record, openings: most);
        _author.Kept = verdict.Next;
        if (verdict.Taken.Count > 0)
            _folded = _folded.Apply(new EntriesAppended(_author.Id, [entry.Bytes], verdict.Next.Last));
        return verdict;
    }
}
