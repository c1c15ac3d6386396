using AkkaCompute.Authors.Chains;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using static AkkaCompute.Domain.Chains.ChainProtocol;
using Delegate = AkkaCompute.Domain.Entries.Delegate;

namespace AkkaCompute.Tests.Cluster.Attacks;

/// <summary>Entries that a running keeper does not take: a stolen delegate's, and rewards that were not earned or were counted before.</summary>
public sealed class RecordAttackTests(HostileFixture fixture) : IClassFixture<HostileFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TestNode Node => fixture.Node;

    /// <summary>The node that has a job can read its delegate's key: it may do with it what the boss wrote down, and no more.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_stolen_delegate_is_refused_whatever_the_boss_did_not_write_down()
    {
        await using var held = await fixture.HoldAsync("stolen");
        var worker = held.Holders[0];
        var (key, chain) = await StealAsync(held);
        using var stolen = key;
        var grant = (Delegate)chain.Opening!.Claims;
        var result = HeldBundle.Sign(worker, worker.NodeId, held.Claims(worker.NodeId));
        var accept = new Accept(held.Job.Id, worker.NodeId, result.Hash, HeldBundle.Tasks, grant.Policy, [], 0);

        Assert.Equal(EntryRefusal.WrongPolicy, await RefusalAsync(accept with { Policy = "none" }));
        Assert.Equal(EntryRefusal.OverBudget, await RefusalAsync(accept with { Pay = grant.Budget + 1 }));
        Assert.Equal(EntryRefusal.WrongJob, await RefusalAsync(accept with { Job = new JobId(Hash256.Of("another"u8)) }));
        Assert.Equal(EntryRefusal.WrongChain, await RefusalAsync(held.Claims(worker.NodeId)));
        Assert.Equal(EntryRefusal.OutOfRange, await RefusalAsync(new Settlement(held.Job.Id, 1, 0, 0)));
        Assert.Equal(EntryRefusal.OverBudget, await RefusalAsync(new Settlement(held.Job.Id, 0, grant.Budget + 1, 0)));
        Assert.Equal(EntryRefusal.WrongCounterpart, await RefusalAsync(accept)); // a result that it does not show
        Assert.Equal(EntryRefusal.WrongCounterpart, await RefusalAsync(accept with { Tasks = HeldBundle.Tasks + 1 }, result));
        Assert.Equal(EntryRefusal.AboutItself, await RefusalAsync(accept with { Worker = held.Boss.NodeId }));

        await held.FinishAsync();
        chain = (await StealAsync(held)).Chain;
        Assert.True(chain.Settled);
        Assert.Equal(EntryRefusal.DelegateEnded, await RefusalAsync(accept, result));

        async Task<EntryRefusal> RefusalAsync(Claims claims, Entry? named = null)
        {
            var entry = Entry.Sign(stolen, chain.Next(Node.Context.Rosters.Checkpoint), claims);
            return Assert.IsType<AppendRefused>(await Node.AskAsync(new Append(
                held.Boss.NodeId, [entry.Bytes], named is null ? [] : [named.Bytes]))).Reason;
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_delegate_signs_nothing_after_its_last_epoch()
    {
        using var boss = KeyPair.Generate();
        using var delegated = KeyPair.Generate();
        var job = JobId.Of(boss.NodeId, "last"u8);
        var (place, _) = await MainChain(boss).AppendAsync(
            (place, _) =>
            {
                place.Sign(boss, new Declare(boss.Public, Roles.Boss, CapabilitySet.Empty, null, Hash256.Of("next"u8), 0));
                place.Sign(boss, new Delegate(delegated.Public, job, "quorum(2, 5)", 0, place.Reserved.Checkpoint.Epoch.Next));
                return Task.CompletedTask;
            },
            Cancel);
        var grant = place.Entries[^1];
        var chain = new ChainOutbox(ChainState.Opened(grant, boss.Public), grant.Place.Checkpoint);
        var last = ((Delegate)grant.Claims).Last;
        Assert.IsType<ChainProtocol.Appended>(await AppendAsync(0));
        while (Node.Context.Rosters.Current.Epoch <= last)
            await Node.NextEpochAsync();
        Assert.Equal(EntryRefusal.DelegateEnded, Assert.IsType<AppendRefused>(await AppendAsync(1)).Reason);

        Task<object> AppendAsync(int bundle) => Node.AskAsync(new Append(
            boss.NodeId,
            [chain.Sign(delegated, grant.Place.Checkpoint, new Expired(job, bundle, 0, Epoch.None, Node.Workers[0])).Bytes], []));
    }

    /// <summary>The thief is faster than the job: the chain ends, and the job with it; the boss, who has not signed it, is not banned.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_stolen_delegate_that_signs_first_ends_its_job_and_bans_nobody()
    {
        await using var held = await fixture.HoldAsync("faster");
        var (key, chain) = await StealAsync(held);
        using (key)
        {
            var claims = held.Claims(held.Holders[0].NodeId);
            var entry = Entry.Sign(key, chain.Next(Node.Context.Rosters.Checkpoint), new Expired(claims.Job, 0, 0, claims.Epoch, held.Others[0].NodeId));
            Assert.IsType<ChainProtocol.Appended>(await Node.AskAsync(new Append(held.Boss.NodeId, [entry.Bytes], [])));
        }
        await held.FinishAsync(); // what was decided stays
        await Wait.EventuallyAsync(
            async () => (await new EventReader(Node.Context.System).ReadAsync($"chain-{held.Boss.NodeId}", 1, long.MaxValue)).Any(row => row.Event is ForkProven),
            "the fork is on record");
        Assert.False(Node.Context.Rosters.IsBanned(held.Boss.NodeId));
        var ended = (await EventsOfAsync(held.Job.Id)).OfType<JobProtocol.ChainEnded>().Single();
        Assert.Matches($"^({EntryRefusal.Fork}|{EntryRefusal.OtherHistory}): ", ended.Why); // of its first entry, or of the next one

        // The boss goes on, with another job and another delegate.
        await using var client = ComputeClient.Of(Node.Context, new ComputeClientOptions { Key = held.Boss });
        Jobs.AssertEchoed(await client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(4), cancel: Cancel).AllAsync(), 4, ordered: true);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_reward_is_taken_once_and_only_from_whom_the_verdict_is_about()
    {
        await using var held = await fixture.HoldAsync("rewards");
        var (worker, other) = (held.Holders[0], held.Holders[1]);
        await held.FinishAsync();
        var accept = (await ChainTests.ReadAsync(Node, 0, held.Boss.NodeId)).Single(entry => entry.Claims is Accept { Worker: var about } && about == worker.NodeId);
        List<Entry> entries = [];
        await Wait.EventuallyAsync(
            async () => (entries = await ChainTests.ReadAsync(Node, 0, worker.NodeId)).Any(entry => Rewards(entry, accept)), "the reward is in the worker's chain");

        // The same entry again has its receipt again, and nothing grows.
        var reward = entries.Single(entry => Rewards(entry, accept));
        var again = Assert.IsType<ChainProtocol.Appended>(await Node.AskAsync(new Append(worker.NodeId, [reward.Bytes], [accept.Bytes])));
        Assert.True(Receipt.TryParse(again.Receipts.Single().Span, out var receipt, out _));
        Assert.Equal(reward.Hash, receipt.Entry);
        Assert.Single(await ChainTests.ReadAsync(Node, 0, worker.NodeId), entry => Rewards(entry, accept));

        // Of another worker's verdict, of a boss whose verdict it is not, as if it had been rejected, and of oneself.
        var paid = (Reward)reward.Claims;
        Assert.Equal(EntryRefusal.WrongCounterpart, await RefusalAsync(other, paid, accept));
        Assert.Equal(EntryRefusal.WrongCounterpart, await RefusalAsync(worker, paid with { Boss = other.NodeId }, accept));
        Assert.Equal(EntryRefusal.WrongCounterpart, await RefusalAsync(worker, paid with { Verdict = RewardVerdict.WronglyRejected }, accept));
        Assert.Equal(EntryRefusal.AboutItself, await RefusalAsync(worker, paid with { Boss = worker.NodeId }, accept));
    }

    private static bool Rewards(Entry entry, Entry verdict) => entry.Claims is Reward reward && reward.Entry == verdict.Hash;

    /// <summary>Signs a reward into a new chain of its author's, and says why it is not taken.</summary>
    private async Task<EntryRefusal> RefusalAsync(KeyPair author, Reward reward, Entry named)
    {
        var (place, _) = await MainChain(author).AppendAsync(
            (place, _) =>
            {
                place.Sign(author, new Open(null));
                return Task.CompletedTask;
            },
            Cancel);
        var chain = ChainState.Opened(place.Entries[^1], author.Public);
        var entry = Entry.Sign(author, chain.Next(place.Reserved.Checkpoint), reward);
        return Assert.IsType<AppendRefused>(await Node.AskAsync(new Append(author.NodeId, [entry.Bytes], [named.Bytes]))).Reason;
    }

    private MainChain MainChain(KeyPair author) =>
        new(author.NodeId, _ => author, Hash256.Of("attacker"u8), (message, _) => Node.AskAsync(message), TimeProvider.System);

    /// <summary>As the operator of the job's node could: from its journal.</summary>
    private async Task<(KeyPair Key, ChainState Chain)> StealAsync(HeldBundle held)
    {
        var seed = (await EventsOfAsync(held.Job.Id)).OfType<JobProtocol.Created>().Single().DelegateSeed;
        var entries = await ChainTests.ReadAsync(Node, 0, held.Boss.NodeId);
        var grant = entries.Single(entry => entry.Claims is Delegate granted && granted.Job == held.Job.Id);
        var chain = entries.Where(entry => entry.Place.Sub == grant.Place.Seq)
            .Aggregate(ChainState.Opened(grant, held.Boss.Public), (state, entry) => Domain.Chains.ChainRules.Apply(entry, state).Chain);
        return (KeyPair.FromSeed(seed.Span), chain);
    }

    private async Task<IEnumerable<object>> EventsOfAsync(JobId job) =>
        (await new EventReader(Node.Context.System).ReadAsync($"job-{job}", 1, long.MaxValue)).Select(row => row.Event);
}
