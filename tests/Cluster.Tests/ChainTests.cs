using Akka.Actor;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Authors.Chains;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What a running keeper takes, and what it refuses.</summary>
public sealed class ChainTests : IDisposable
{
    private static readonly JobId _job = new(Hash256.Of("job"u8));
    private readonly TemporaryDirectory _directory = new();
    private readonly KeyPair _key = KeyPair.Generate(), _next = KeyPair.Generate();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NodeId Id => _key.NodeId;

    public void Dispose()
    {
        _key.Dispose();
        _next.Dispose();
        _directory.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_good_gets_a_receipt_of_the_node_and_is_read_back_by_range()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        var (signed, session) = await OpenAsync(node);
        for (var i = 0; i < 300; i++)
            signed.Add(Decline(session, i));
        foreach (var batch in signed[2..].Chunk(70))
        {
            var appended = Assert.IsType<ChainProtocol.Appended>(await AppendAsync(node, batch));
            Assert.Equal(batch.Select(entry => entry.Hash), appended.Receipts.Select(bytes =>
            {
                Assert.True(Receipt.TryParse(bytes.Span, out var receipt, out _));
                Assert.True(receipt.Verify(node.Context.NodeKey.Public));
                return receipt.Entry;
            }));
        }
        Assert.Equal(signed.Select(entry => entry.Text), (await ReadAsync(node, 0, Id)).Select(entry => entry.Text));
        Assert.Equal(signed[123..].Select(entry => entry.Text), (await ReadAsync(node, 123, Id)).Select(entry => entry.Text));
        var page = Assert.IsType<EntryPage>(await node.AskAsync(new GetEntries(Id, 5, 3)));
        Assert.Equal((5L, 3, false), (page.From, page.Entries.Count, page.End));
        Assert.True(Assert.IsType<EntryPage>(await node.AskAsync(new GetEntries(Id, 302, 3))).End);
    }

    /// <summary>Its receipts say the epoch: what it took before would be as of none.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_keeper_takes_nothing_before_its_node_knows_the_epoch()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        var system = node.Context.System;
        using var singleton = Inbox.Create(system);
        using var author = Inbox.Create(system);
        var starting = new NodeContext(system, node.Context.Options);
        starting.Replica = system.ActorOf(Props.Create(() => new RosterReplicaActor(starting.OfRoster(), singleton.Receiver)));
        var keeper = system.ActorOf(Props.Create(() => new ChainActor(Id, starting.OfChains())));

        author.Send(keeper, Reserve.Sign(_key, Id, Hash256.Of("holder"u8), -1));
        author.Send(keeper, new GetEntries(Id, 0, 1));
        Assert.IsType<EntryPage>(await author.ReceiveAsync(Wait.Long));
        Assert.IsType<RosterProtocol.GetRoster>(await singleton.ReceiveAsync(Wait.Long));
        starting.Replica.Tell(new RosterProtocol.RosterSent(new Epoch(1)), singleton.Receiver); // which it has not
        Assert.Equal(Epoch.None, (await starting.Replica.Ask<RosterProtocol.RosterInfo>(new RosterProtocol.GetRosterInfo(), Wait.Long, Cancel)).Epoch);
        author.Send(keeper, new GetEntries(Id, 0, 1));
        Assert.IsType<EntryPage>(await author.ReceiveAsync(Wait.Long));

        starting.Replica.Tell(new RosterProtocol.RosterSent(Epoch.None), singleton.Receiver);
        Assert.IsType<Reserved>(await author.ReceiveAsync(Wait.Long));
        system.Stop(keeper);
        system.Stop(starting.Replica);
        starting.Metrics.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_wrong_is_refused_by_its_reason()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        using var thief = KeyPair.Generate();
        using var stranger = KeyPair.Generate();
        var (_, session) = await OpenAsync(node);
        var good = Decline(session, 0);
        var forged = Entry.Sign(thief, good.Place, good.Claims);
        Assert.Equal(EntryRefusal.BadSignature, await RefusalAsync(node, forged));
        var later = Decline(session, 1);
        Assert.Equal(EntryRefusal.Gap, await RefusalAsync(node, later));
        var text = good.Text.Split('.');
        Assert.Equal(EntryRefusal.SecondEncoding, await RefusalAsync(node, Jobs.Text($"{text[0]}.{text[1]}=.{text[2]}")));
        Assert.IsType<ChainProtocol.Appended>(await AppendAsync(node, good, later));

        var unknown = Entry.Sign(stranger, new EntryPlace(stranger.NodeId, 0, 1, default, Checkpoint.None), new Open(null));
        Assert.Equal(EntryRefusal.UnknownAuthor, Assert.IsType<AppendRefused>(
            await node.AskAsync(new Append(stranger.NodeId, [unknown.Bytes], []))).Reason);
        var future = Entry.Sign(_key, session.Chain.Next(new Checkpoint(new Epoch(1_000_000), default)), good.Claims);
        Assert.Equal(EntryRefusal.BadCheckpoint, await RefusalAsync(node, future));

        var reward = session.Sign(_key, Checkpoint.None, new Reward(_job, stranger.NodeId, RewardVerdict.Unpaid, good.Hash, 0));
        Assert.Equal(EntryRefusal.WrongCounterpart, await RefusalAsync(node, reward));
        Assert.Equal(EntryRefusal.WrongCounterpart, Assert.IsType<AppendRefused>(
            await node.AskAsync(new Append(Id, [reward.Bytes], [good.Bytes]))).Reason);
        Assert.IsType<Refused>(await node.AskAsync(new Append(Id, [], [])));
    }

    /// <summary>The keeper has forgotten the entries themselves, and reads its journal.</summary>
    [Fact(Timeout = 300_000)]
    public async Task After_a_restart_the_same_again_has_the_same_receipt_and_a_fork_bans()
    {
        List<Entry> signed;
        ChainOutbox session;
        ReadOnlyMemory<byte> receipt;
        await using (var node = await TestNode.StartAsync(_directory.Path))
        {
            (signed, session) = await OpenAsync(node);
            for (var i = 0; i < 20; i++)
                signed.Add(Decline(session, i));
            receipt = Assert.IsType<ChainProtocol.Appended>(await AppendAsync(node, [.. signed[2..]])).Receipts[4];
        }
        await using (var node = await TestNode.StartAsync(_directory.Path))
        {
            Assert.Equal(receipt, Assert.Single(Assert.IsType<ChainProtocol.Appended>(await AppendAsync(node, signed[6])).Receipts));
            var fork = Entry.Sign(_key, signed[6].Place, new Domain.Entries.Decline(_job, 9_999, 0, Epoch.None));
            Assert.Equal(EntryRefusal.Fork, await RefusalAsync(node, fork));
            Assert.Equal(EntryRefusal.Banned, await RefusalAsync(node, Decline(session, 20)));
        }
        await using (var node = await TestNode.StartAsync(_directory.Path))
            Assert.Equal(EntryRefusal.Banned, await RefusalAsync(node, signed[6]));
    }

    /// <summary>
    /// A job that has moved brings in again all that it has no word of. A keeper that had moved too read its journal once for each entry: that
    /// took more than a minute, in which the job stood still.
    /// </summary>
    [Fact(Timeout = 300_000)]
    public async Task After_a_restart_a_batch_that_comes_again_is_answered_at_once_from_memory_or_the_journal()
    {
        Entry[] declines;
        await using (var node = await TestNode.StartAsync(_directory.Path))
        {
            var (_, session) = await OpenAsync(node);
            declines = [.. Enumerable.Range(0, 300).Select(bundle => Decline(session, bundle))];
            foreach (var decline in declines) // an event each: the keeper's snapshot has most of them
                Assert.IsType<ChainProtocol.Appended>(await AppendAsync(node, decline));
        }
        await using var again = await TestNode.StartAsync(_directory.Path);
        Entry[][] batches = [declines[..100], declines[^30..]];
        foreach (var batch in batches)
        {
            Assert.Equal(batch.Select(entry => entry.Hash), Assert.IsType<ChainProtocol.Appended>(await AppendAsync(again, batch)).Receipts.Select(bytes =>
            {
                Assert.True(Receipt.TryParse(bytes.Span, out var receipt, out _));
                return receipt.Entry;
            }));
        }
    }

    /// <summary>Two programs with one key: each opens chains in the other's main chain, and none is banned for it.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Programs_that_share_a_key_wait_for_each_other()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        var programs = Enumerable.Range(0, 4).Select(number => MainChain(node, number)).ToArray();
        var places = await Task.WhenAll(programs.Select(async main =>
        {
            var opened = new List<long>();
            for (var i = 0; i < 3; i++)
            {
                var (place, _) = await main.AppendAsync(SignOpenAsync, Cancel);
                opened.Add(place.Entries[^1].Place.Seq);
            }
            return opened;
        }));
        Assert.Equal(Enumerable.Range(1, 12).Select(number => (long)number), places.SelectMany(place => place).Order());
    }

    [Fact(Timeout = 300_000)]
    public async Task A_worker_signs_what_it_did_and_a_restart_opens_another_chain()
    {
        var length = 0;
        for (var run = 1; run <= 2; run++)
        {
            await using var node = await TestNode.StartAsync(_directory.Path, settings => settings with { Workers = 1 });
            using var boss = KeyPair.Generate();
            await using var client = Actors.Client.ComputeClient.Of(node.Context, new Actors.Client.ComputeClientOptions { Key = boss });
            var request = new Actors.Client.JobRequest(Jobs.Echo) { Policy = Jobs.None, BundleSize = 4 };
            Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(40), cancel: Cancel).AllAsync(), 40, ordered: true);
            var worker = node.Workers[0];
            List<Entry> entries = [];
            await Wait.EventuallyAsync(
                async () => (entries = await ReadAsync(node, 0, worker)).Count(entry => entry.Claims is Result) >= 10 * run, "the results are in the chain");
            Assert.IsType<Domain.Entries.Declare>(entries[0].Claims);
            Assert.Single(entries, entry => entry.Claims is Domain.Entries.Declare);
            var opened = entries.Where(entry => entry.Claims is Open).ToArray();
            Assert.Equal(run, opened.Length);
            var results = entries.Skip(length).Where(entry => entry.Claims is Result).ToArray();
            Assert.All(results, result => Assert.Equal(opened[^1].Place.Seq, result.Place.Sub));
            Assert.Equal(Enumerable.Range(0, 10).Select(bundle => (long)bundle), results.Select(result => ((Result)result.Claims).Bundle).Order());
            length = entries.Count;
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_rotated_worker_goes_on_with_its_next_key_and_a_revoked_one_ends()
    {
        NodeId worker;
        await using (var node = await TestNode.StartAsync(_directory.Path, settings => settings with { Workers = 2 }))
        {
            worker = node.Workers[0];
            Assert.Null(await ComputeNode.ChangeKeyAsync(node.Context, worker, revoke: false, Cancel));
            await Wait.EventuallyAsync(
                async () => (await ReadAsync(node, 0, worker)).Count(entry => entry.Claims is Open) == 2, "it has opened another chain");
            var entries = await ReadAsync(node, 0, worker);
            var rotate = Assert.IsType<Rotate>(entries[2].Claims);
            Assert.True(entries[3].Verify(rotate.Key));
            Assert.Equal(worker, node.Workers[0]);
        }
        await using (var node = await TestNode.StartAsync(_directory.Path, settings => settings with { Workers = 2 }))
        {
            Assert.Equal(worker, node.Workers[0]);
            Assert.Null(await ComputeNode.ChangeKeyAsync(node.Context, worker, revoke: true, Cancel));
            Assert.IsType<Revoke>((await ReadAsync(node, 0, worker))[^1].Claims);
            await Wait.EventuallyAsync(() => node.Context.Rosters.Current.Find(worker) is null, "the roster has it no more");
            Assert.Contains("revoked", await ComputeNode.ChangeKeyAsync(node.Context, worker, revoke: false, Cancel), StringComparison.Ordinal);
            Assert.Contains("does not have", await ComputeNode.ChangeKeyAsync(node.Context, Id, revoke: false, Cancel), StringComparison.Ordinal);
        }
    }

    /// <summary>The author declares itself and opens a chain; what it signed, and the chain.</summary>
    private async Task<(List<Entry> Signed, ChainOutbox Session)> OpenAsync(TestNode node)
    {
        var (place, _) = await MainChain(node, 0).AppendAsync(SignOpenAsync, Cancel);
        return ([.. place.Entries], new ChainOutbox(ChainState.Opened(place.Entries[^1], _key.Public), place.Reserved.Checkpoint));
    }

    private MainChain MainChain(TestNode node, int program) =>
        new(Id, _ => _key, Hash256.Of([(byte)program]), (message, _) => node.AskAsync(message), TimeProvider.System);

    private Task SignOpenAsync(ReservedPlace place, CancellationToken cancel)
    {
        if (place.Reserved.Author is null)
            place.Sign(_key, new Domain.Entries.Declare(_key.Public, Roles.Boss, CapabilitySet.Empty, null, _next.NodeId.Hash, 0));
        place.Sign(_key, new Open(null));
        return Task.CompletedTask;
    }

    private Entry Decline(ChainOutbox session, int bundle) =>
        session.Sign(_key, Checkpoint.None, new Domain.Entries.Decline(_job, bundle, 0, Epoch.None));

    private Task<object> AppendAsync(TestNode node, params Entry[] entries) =>
        node.AskAsync(new Append(Id, [.. entries.Select(entry => entry.Bytes)], []));

    private Task<EntryRefusal> RefusalAsync(TestNode node, Entry entry) => RefusalAsync(node, entry.Bytes);

    private async Task<EntryRefusal> RefusalAsync(TestNode node, ReadOnlyMemory<byte> entry) =>
        Assert.IsType<AppendRefused>(await node.AskAsync(new Append(Id, [entry], []))).Reason;

    /// <summary>All entries of an author from one on, page by page.</summary>
    internal static async Task<List<Entry>> ReadAsync(TestNode node, long from, NodeId author)
    {
        var entries = new List<Entry>();
        while (true)
        {
            var page = Assert.IsType<EntryPage>(await node.AskAsync(new GetEntries(author, from + entries.Count, 10_000)));
            foreach (var bytes in page.Entries)
            {
                Assert.True(Entry.TryParse(bytes.Span, out var entry, out _));
                entries.Add(entry);
            }
            if (page.End)
                return entries;
        }
    }
}
