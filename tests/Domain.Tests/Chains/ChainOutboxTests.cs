using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;
using CsCheck;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Domain.Tests.Chains;

public sealed class ChainOutboxTests
{
    private static readonly DateTimeOffset _start = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Author _author = new();

    [Fact]
    public void One_batch_is_under_way_and_goes_again_when_it_is_not_answered()
    {
        var first = Queue();
        var batch = _author.Session.Next(_start)!;
        Assert.Equal([first.Bytes], batch.Entries);
        var second = Queue();
        Assert.Null(_author.Session.Next(_start));
        var again = _author.Session.Next(_start + ChainOutbox.RetryAfter)!;
        Assert.Equal([first.Bytes, second.Bytes], again.Entries);
        Receipted(first);
        Receipted(second);
        Assert.Equal(0, _author.Session.Waiting);
        Assert.Null(_author.Session.Next(_start + TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_receipt_for_another_entry_takes_nothing_away()
    {
        var (first, second) = (Queue(), Queue());
        Assert.False(_author.Session.IsNext(Receipt.Sign(Sample.Key(80), second.Hash, Author.Now)));
        Assert.True(_author.Session.IsNext(Receipt.Sign(Sample.Key(80), first.Hash, Author.Now)));
    }

    [Fact]
    public void A_batch_keeps_to_the_limits_of_a_message()
    {
        for (var i = 0; i < MaxEntries + 1; i++)
            Queue();
        var batch = _author.Session.Next(_start)!;
        Assert.Null(AppendVerdict.Limit(batch));
        Assert.InRange(batch.Entries.Count, 1, MaxEntries);
    }

    [Fact]
    public void A_claim_that_the_chain_does_not_take_is_not_signed()
    {
        var head = _author.Session.Chain;
        var thrown = Assert.Throws<ArgumentException>(() => _author.Sign(new Open(null)));
        Assert.Contains("belongs in the main chain", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _author.Sign(new Settlement(Sample.Job, 0, 0, 0)));
        Assert.Equal(head, _author.Session.Chain);
    }

    [Fact]
    public void A_checkpoint_never_goes_back()
    {
        _author.Sign(Sample.All[8]);
        var entry = _author.Session.Sign(_author.Key, Checkpoint.None, Sample.All[8]);
        Assert.Equal(Sample.Checkpoint, entry.Place.Checkpoint);
    }

    [Theory]
    [InlineData(EntryRefusal.Gap, 1, false)]
    [InlineData(EntryRefusal.BadCheckpoint, 1, false)]
    [InlineData(EntryRefusal.Gap, 0, true)] // entries that had receipts are gone
    [InlineData(EntryRefusal.RevokedKey, 1, true)]
    [InlineData(EntryRefusal.Banned, 1, true)]
    public void Some_refusals_go_away_and_others_end_the_chain(EntryRefusal reason, long expected, bool breaks)
    {
        Queue();
        _author.Session.Next(_start);
        _author.Session.OnRefused(new AppendRefused(_author.Id, 1, 1, reason, "", expected), _start);
        Assert.Equal(breaks, _author.Session.Broken is not null);
        Assert.Equal(breaks, _author.Session.Next(_start + ChainOutbox.RetryAfter) is null);
    }

    [Fact]
    public void A_refusal_of_another_chain_is_none_of_its_business()
    {
        Queue();
        _author.Session.OnRefused(new AppendRefused(_author.Id, 7, 1, EntryRefusal.Banned, "", 1), _start);
        Assert.Null(_author.Session.Broken);
    }

    /// <summary>Whatever messages and answers are lost, all entries come in, each once and in order.</summary>
    [Fact]
    public void Losses_lose_nothing() => Gen.Select(Gen.Int[0, 3].Array[1, 60], Gen.Int[1, 30]).Sample((steps, count) =>
    {
        var author = new Author();
        var node = Sample.Key(80);
        Entry[] signed = [.. Enumerable.Range(0, count).Select(_ => author.Sign(Sample.All[8]))];
        var (queued, now) = (0, _start);
        foreach (var step in steps.Concat(Enumerable.Repeat(0, 4 * count)))
        {
            if (queued < count)
                author.Session.Queue(signed[queued++]);
            now += ChainOutbox.RetryAfter;
            if (author.Session.Next(now) is not { } batch || step == 1) // the batch is lost
                continue;
            var verdict = author.Append(batch);
            Assert.Empty(verdict.Unknown);
            if (step == 2) // the answer is lost
                continue;
            foreach (var (entry, @in) in verdict.Durable)
            {
                var receipt = Receipt.Sign(node, entry, @in);
                if (author.Session.IsNext(receipt))
                    author.Session.OnReceipt(receipt);
            }
            foreach (var refused in verdict.Refused)
                author.Session.OnRefused(refused, now);
        }
        Assert.Null(author.Session.Broken);
        Assert.Equal(0, author.Session.Waiting);
        Assert.Equal(2 + count, author.Kept.Count);
        Assert.Equal(signed[^1].Hash, author.Kept.Chains[1].State.Head.Hash);
    }, iter: 200);

    private Entry Queue()
    {
        var entry = _author.Sign(Sample.All[8]);
        _author.Session.Queue(entry);
        return entry;
    }

    private void Receipted(Entry entry) =>
        Assert.Equal(entry, _author.Session.OnReceipt(Receipt.Sign(Sample.Key(80), entry.Hash, Author.Now)));
}
