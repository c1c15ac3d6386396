using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Tests.Entries;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

public sealed class ResultsOnRecordTests
{
    private static readonly DateTimeOffset _start = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly KeyPair _node = Sample.Key(90);

    private readonly ResultsOnRecord _results = new();
    private readonly Entry[] _chain = Chain(6);

    /// <summary>A session that lives has brought in what it signed: the job asks once for the last one, not on the way of its outcomes.</summary>
    [Fact]
    public void Of_accepted_results_the_last_one_is_asked_for_and_a_while_later()
    {
        Add(_chain, rejected: []);
        Assert.Empty(Next(0));
        Assert.Empty(Next(4.9));
        Assert.Equal([_chain[^1]], Next(5));
        Assert.Empty(Next(5)); // the answer is on its way
        Kept(_chain[^1]);
        Assert.True(_results.IsEmpty);
        Assert.Equal(0, _results.Lost);
    }

    /// <summary>A liar that never brings its lie in would be rejected by an entry that no audit can check.</summary>
    [Fact]
    public void What_is_rejected_is_brought_in_one_by_one()
    {
        Add(_chain, rejected: [1, 3]);
        Assert.Equal([_chain[1], _chain[3], _chain[5]], Next(5));
        Kept(_chain[5]);
        Assert.False(_results.IsEmpty);
        Kept(_chain[1], _chain[3]);
        Assert.True(_results.IsEmpty);
    }

    /// <summary>Its session died before the keeper had its last results.</summary>
    [Fact]
    public void Where_the_keeper_lacks_some_all_are_brought_in()
    {
        Add(_chain, rejected: []);
        Assert.Equal([_chain[5]], Next(5));
        Refuse(_chain[5], EntryRefusal.Gap);
        Assert.Equal(_chain, Next(10));
        Kept(_chain);
        Assert.True(_results.IsEmpty);
    }

    [Fact]
    public void A_job_that_is_over_does_not_wait_and_ends_though_a_keeper_is_silent()
    {
        Add(_chain, rejected: []);
        Assert.Equal([_chain[5]], Next(0, atOnce: true));
        Assert.Empty(Next(0, atOnce: true));
        for (var tries = 1; tries < ResultsOnRecord.MostTries; tries++)
            Assert.Single(Next(5 * tries, atOnce: true));
        Assert.False(_results.IsEmpty);
        Assert.Empty(Next(5 * ResultsOnRecord.MostTries, atOnce: true));
        Assert.True(_results.IsEmpty);
        Assert.Equal(6, _results.Lost);
    }

    [Theory]
    [InlineData(EntryRefusal.Fork)]
    [InlineData(EntryRefusal.Banned)]
    [InlineData(EntryRefusal.OtherHistory)]
    [InlineData(EntryRefusal.NotOpened)]
    public void What_the_keeper_never_takes_is_lost_and_counted(EntryRefusal why)
    {
        Add(_chain, rejected: [5]);
        Next(5);
        Refuse(_chain[5], EntryRefusal.BadCheckpoint); // not there yet
        Assert.Equal(0, _results.Lost);
        Refuse(_chain[5], why);
        Assert.Equal(1, _results.Lost);
        Assert.Equal([_chain[4]], Next(10));
        Kept(_chain[4]);
        Assert.True(_results.IsEmpty);
    }

    private static Entry[] Chain(int count)
    {
        var key = Sample.Key(50);
        var opening = Entry.Sign(key, new EntryPlace(key.NodeId, EntryPlace.Main, 1, Some.Hash(1), Sample.Checkpoint), new Open(null));
        var session = new ChainOutbox(ChainState.Opened(opening, key.Public), Sample.Checkpoint);
        return [.. Enumerable.Range(0, count).Select(bundle => session.Sign(key, Sample.Checkpoint, new Result(Sample.Job, bundle, 0, new Epoch(11), bundle, 1, Some.Hash(bundle))))];
    }

    private void Add(Entry[] entries, int[] rejected)
    {
        for (var i = 0; i < entries.Length; i++)
            _results.Add(entries[i].Bytes, rejected.Contains(i), _start);
    }

    private Entry[] Next(double second, bool atOnce = false) => [.. _results.Next(_start.AddSeconds(second), atOnce).SelectMany(append => append.Entries).Select(Read)];

    private static Entry Read(ReadOnlyMemory<byte> bytes)
    {
        Assert.True(Entry.TryParse(bytes.Span, out var entry, out _));
        return entry;
    }

    private void Kept(params Entry[] entries) =>
        _results.OnAppended(new Domain.Chains.ChainProtocol.Appended(entries[0].Place.Issuer, [.. entries.Select(entry => Receipt.Sign(_node, entry.Hash, new Epoch(12)).Bytes)]));

    private void Refuse(Entry entry, EntryRefusal why) =>
        _results.OnRefused(new AppendRefused(entry.Place.Issuer, entry.Place.Sub, entry.Place.Seq, why, "why", 0));
}
