using AkkaCompute.Authors.Chains;
using AkkaCompute.Authors.Light;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Actors.Tests.Chains;

public sealed class MainChainTests
{
    private static readonly KeyPair _key = KeyPair.FromSeed(Hash256.Of("author"u8).ToBytes());
    private static readonly KeyPair _node = KeyPair.FromSeed(Hash256.Of("node"u8).ToBytes());

    private readonly List<IWire> _asked = [];
    private readonly List<string?> _waits = [];
    private MainChain? _chain;

    /// <summary>Another signature for the place would be a fork, and each reservation is a row in the journal.</summary>
    [Fact]
    public async Task Who_has_opened_too_many_chains_brings_the_same_entry_in_again_and_says_what_it_waits_for()
    {
        _chain = new MainChain(_key.NodeId, _ => _key, Hash256.Of("holder"u8), (message, _) => Task.FromResult(Answer(message)), new InstantTime());
        var (_, receipts) = await _chain.AppendAsync((place, _) =>
        {
            place.Sign(_key, new Open(null));
            return Task.CompletedTask;
        }, TestContext.Current.CancellationToken);

        Assert.Single(receipts);
        Assert.Single(_asked.OfType<Reserve>());
        var brought = _asked.OfType<Append>().Select(append => append.Entries.Single().ToArray()).ToArray();
        Assert.Equal(3, brought.Length);
        Assert.All(brought, bytes => Assert.Equal(brought[0], bytes));
        Assert.Equal([null, "wait", "wait"], _waits);
    }

    /// <summary>The keeper is silent until the one who asked has gone away. The next one's entry is for the place after it.</summary>
    [Fact]
    public async Task What_was_signed_for_a_place_is_brought_in_before_anything_else_is_signed()
    {
        var taken = new List<Entry>();
        var silent = true;
        using var gone = new CancellationTokenSource();
        var chain = new MainChain(_key.NodeId, _ => _key, Hash256.Of("holder"u8), (message, _) => Task.FromResult(Keep(message)), new InstantTime());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chain.AppendAsync((place, _) => Sign(place, new Open(null)), gone.Token));
        silent = false;
        var (mine, receipts) = await chain.AppendAsync((place, _) => Sign(place, new Open(new JobId(Hash256.Of("job"u8)))), TestContext.Current.CancellationToken);

        Assert.Single(receipts);
        Assert.Equal([null, new JobId(Hash256.Of("job"u8))], taken.Select(entry => ((Open)entry.Claims).Job));
        Assert.Equal(taken[1], mine.Entries.Single());
        Assert.Equal(taken.Count, _asked.OfType<Append>().Select(append => Hash256.Of(append.Entries[0].Span)).Distinct().Count()); // one for a place

        Task Sign(ReservedPlace place, Claims claims)
        {
            place.Sign(_key, claims);
            return Task.CompletedTask;
        }

        object Keep(IWire message)
        {
            _asked.Add(message);
            if (message is not Append append)
                return new Reserved(_key.NodeId, 7 + taken.Count, Hash256.Of([(byte)taken.Count]), new Checkpoint(new Epoch((ulong)_asked.Count), default), TimeSpan.FromSeconds(30), null);
            if (silent)
            {
                gone.Cancel();
                throw new TimeoutException();
            }
            Assert.True(Entry.TryParse(append.Entries[0].Span, out var entry, out _));
            taken.Add(entry);
            return new ChainProtocol.Appended(_key.NodeId, [Receipt.Sign(_node, entry.Hash, new Epoch(1)).Bytes]);
        }
    }

    /// <summary>
    /// A keeper that names another entry before a place, or a place once more, gets no second entry for it: whether the first one was taken, lost to
    /// somebody else, or on its way.
    /// </summary>
    [Theory]
    [InlineData("taken")]
    [InlineData("lost")]
    [InlineData("silent")]
    public async Task A_place_that_is_signed_already_is_not_signed_again(string first)
    {
        var before = Hash256.Of("before"u8);
        var appended = new List<Append>();
        using var gone = new CancellationTokenSource();
        var chain = new MainChain(_key.NodeId, _ => _key, Hash256.Of("holder"u8), (message, _) => Task.FromResult(Keep(message)), new InstantTime());
        if (first == "taken")
            await chain.AppendAsync(Sign, TestContext.Current.CancellationToken);
        else if (first == "silent")
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chain.AppendAsync(Sign, gone.Token));
        before = first == "lost" ? before : Hash256.Of("another"u8);
        var refused = await Assert.ThrowsAsync<EntryRefusedException>(() => chain.AppendAsync(Sign, TestContext.Current.CancellationToken));
        Assert.StartsWith("Place 7 of the main chain of ", refused.Message, StringComparison.Ordinal);
        Assert.Single(appended.Select(append => Hash256.Of(append.Entries[0].Span)).Distinct());

        Task Sign(ReservedPlace place, CancellationToken cancel)
        {
            place.Sign(_key, new Open(null));
            return Task.CompletedTask;
        }

        object Keep(IWire message)
        {
            if (message is not Append append)
                return new Reserved(_key.NodeId, 7, before, new Checkpoint(new Epoch(1), default), TimeSpan.FromSeconds(30), null);
            appended.Add(append);
            if (first == "lost")
                return new AppendRefused(_key.NodeId, EntryPlace.Main, 7, EntryRefusal.OtherHistory, "somebody else had it", 8);
            if (first == "taken")
                return new ChainProtocol.Appended(_key.NodeId, [Receipt.Sign(_node, Hash256.Of(append.Entries[0].Span), new Epoch(1)).Bytes]);
            gone.Cancel();
            throw new TimeoutException();
        }
    }

    /// <summary>A node that names an epoch far away would never have to cover the entry, as nothing is due before then.</summary>
    [Theory]
    [InlineData(100 + MainChain.MaxEpochsAhead, true)]
    [InlineData(101 + MainChain.MaxEpochsAhead, false)]
    [InlineData((1UL << 53) - 1, false)]
    [InlineData(1UL, true)]
    public async Task A_receipt_whose_epoch_is_far_beyond_the_record_that_was_verified_is_none(ulong epoch, bool counts)
    {
        using var patience = new CancellationTokenSource();
        var chain = new MainChain(
            _key.NodeId, _ => _key, Hash256.Of("holder"u8), (message, _) => Task.FromResult(Keep(message)), new InstantTime(), new Verified());
        var appending = chain.AppendAsync((place, _) =>
        {
            place.Sign(_key, new Open(null));
            return Task.CompletedTask;
        }, patience.Token);
        if (counts)
        {
            Assert.Equal(new Epoch(epoch), Assert.Single((await appending).Receipts).Epoch);
            return;
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => appending);
        Assert.Contains($"names epoch {epoch}, more than {MainChain.MaxEpochsAhead} after epoch 100", chain.Waits, StringComparison.Ordinal);

        object Keep(IWire message)
        {
            _asked.Add(message);
            if (message is not Append append)
                return new Reserved(_key.NodeId, 7, Hash256.Of("before"u8), new Checkpoint(new Epoch(100), default), TimeSpan.FromSeconds(30), null);
            if (_asked.Count > 5)
                patience.Cancel();
            return new ChainProtocol.Appended(_key.NodeId, [Receipt.Sign(_node, Hash256.Of(append.Entries[0].Span), new Epoch(epoch)).Bytes]);
        }
    }

    private object Answer(IWire message)
    {
        _asked.Add(message);
        if (message is not Append append)
            return new Reserved(_key.NodeId, 7, Hash256.Of("before"u8), new Checkpoint(new Epoch(1), default), TimeSpan.FromSeconds(30), null);
        _waits.Add(_chain!.Waits);
        return _asked.OfType<Append>().Count() < 3
            ? new AppendRefused(_key.NodeId, EntryPlace.Main, 7, EntryRefusal.TooManyOpenings, "wait", 7)
            : new ChainProtocol.Appended(_key.NodeId, [Receipt.Sign(_node, Hash256.Of(append.Entries[0].Span), new Epoch(1)).Bytes]);
    }

    /// <summary>The record of epoch 100 was verified, and receipts of the one node count.</summary>
    private sealed class Verified : IRecordVerifier
    {
        public Checkpoint Seen => new(new Epoch(100), default);

        public PublicKey? KeyOf(NodeId node) => node == _node.NodeId ? _node.Public : null;

        public Task<Checkpoint?> VerifyAsync(Checkpoint said, CancellationToken cancel) => Task.FromResult<Checkpoint?>(Seen);

        public Task<ShownHead?> HeadAsync(ChainName chain, CancellationToken cancel) => Task.FromResult<ShownHead?>(null);

        public void Warn(string what) => Assert.Fail(what);

        public Task<string?> LookAsync(CancellationToken cancel) => Task.FromResult<string?>(null);
    }

    /// <summary>Delays are over at once, and no time passes.</summary>
    private sealed class InstantTime : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
                ThreadPool.QueueUserWorkItem(_ => callback(state));
            return new NoTimer();
        }

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
