using AkkaCompute.Authors.Chains;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using Delegate = AkkaCompute.Domain.Entries.Delegate;

namespace AkkaCompute.Tests.Cluster.Attacks;

/// <summary>Bosses that are gone, or withdraw, while work for which they pay is out: what their workers come to, and what is on record.</summary>
public sealed class AbsentBossTests(HostileFixture fixture) : IClassFixture<HostileFixture>
{
    private const long Price = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TestNode Node => fixture.Node;

    [Fact(Timeout = 300_000)]
    public async Task A_boss_that_vanishes_is_stood_for_by_its_delegate_to_the_end()
    {
        await using var held = await fixture.HoldAsync("vanished", Price);
        var (boss, bossKey, workers) = (held.Boss.NodeId, held.Boss.Public, held.Holders.Select(holder => holder.NodeId).ToArray());
        var before = await BalancesAsync(workers);
        var signed = (await ChainTests.ReadAsync(Node, 0, boss)).Count;
        await held.VanishAsync();
        held.Answer();
        var job = Node.Client.Job(held.Job.Id);
        var outcomes = await job.OutcomesAsync(cancel: Cancel).AllAsync();
        Assert.All(outcomes, outcome => Assert.Equal($"vanished/{outcome.Task}", Jobs.Text(outcome.Output)));
        var end = await job.FinishAsync();

        Assert.Equal(workers.Order(), end.Workers.Select(worker => worker.Worker).Order());
        Assert.All(end.Workers, worker => Assert.Equal((HeldBundle.Tasks, 0), (worker.Accepted, worker.Rejected)));
        Assert.Equal(before.Select(balance => balance + (Price * HeldBundle.Tasks)), await BalancesAsync(workers));
        Assert.Equal(HeldBundle.Issued - (2 * Price * HeldBundle.Tasks), await BalanceAsync(boss));
        await AssertConservedAsync();

        // What its chains have had since is by the delegate alone.
        var entries = await ChainTests.ReadAsync(Node, 0, boss);
        var grant = entries.Single(entry => entry.Claims is Delegate);
        Assert.Equal(["accept", "accept", "settle"], entries[signed..].Select(entry => entry.Claims.Type));
        Assert.All(entries[signed..], entry =>
        {
            Assert.Equal(grant.Place.Seq, entry.Place.Sub);
            Assert.True(entry.Verify(((Delegate)grant.Claims).Key));
            Assert.False(entry.Verify(bossKey));
        });
        await VouchTests.AssertThankedAsync(Node.Client, boss, 2 * HeldBundle.Tasks, 0);
        var (_, explained) = await AuditAsync(boss);
        Assert.Equal(2, explained.Entries.Count(entry => entry.Says == "Paid"));
        foreach (var worker in workers)
            Assert.Contains((await AuditAsync(worker)).Explained.Entries, entry => entry.By == boss && entry is { Says: "accepted", Weight: > 0 });
    }

    /// <summary>
    /// It never sees what it does not pay: outputs are shown when their bundle is decided, and then they are paid. What was drawn costs it
    /// as much as if it had been done, and the pool has that.
    /// </summary>
    [Fact(Timeout = 300_000)]
    public async Task A_boss_that_cancels_saves_nothing_of_what_was_drawn_and_who_is_not_paid_says_so()
    {
        var pool = await BalanceAsync(AccountProtocol.Pool);
        await using var held = await fixture.HoldAsync("cancelled", Price, free: HeldBundle.Tasks);
        var (answered, silent) = (held.Holders[0], held.Holders[1]);
        var result = await held.AnswerAsync(answered);
        await held.Job.CancelAsync(Cancel);
        var end = await held.Job.FinishAsync();
        held.Answer();

        Assert.Equal((HeldBundle.Tasks, 2 * HeldBundle.Tasks), (end.Decided, end.Workers.Sum(worker => worker.Accepted)));
        Assert.Equal(HeldBundle.Tasks, (await held.Job.OutcomesAsync(cancel: Cancel).AllAsync()).Count);
        const long Drawn = 2 * Price * HeldBundle.Tasks; // of each of two bundles
        Assert.Equal(HeldBundle.Issued - (2 * Drawn), await BalanceAsync(held.Boss.NodeId));
        Assert.Equal(pool + Drawn, await BalanceAsync(AccountProtocol.Pool));
        await AssertConservedAsync();
        await AssertUnpaidAsync(held, [answered], [result]);
        Assert.DoesNotContain(await ChainTests.ReadAsync(Node, 0, silent.NodeId), entry => entry.Claims is Reward { Verdict: RewardVerdict.Unpaid, Job: var job } && job == held.Job.Id);
    }

    /// <summary>The job decides before it hears of it, so that the boss sees outcomes: it is charged for them all the same.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_boss_that_revokes_its_key_saves_nothing_and_who_is_not_paid_says_so()
    {
        await using var held = await fixture.HoldAsync("revoked", Price);
        var (holders, boss) = (held.Holders, held.Boss.NodeId);
        var (before, pool) = (await BalancesAsync(holders.Select(holder => holder.NodeId)), await BalanceAsync(AccountProtocol.Pool));
        await new MainChain(boss, _ => held.Boss, Hash256.Of("revoke"u8), (message, _) => Node.AskAsync(message), TimeProvider.System).AppendAsync(
            (place, _) =>
            {
                place.Sign(held.NextKey, new Revoke(held.NextKey.Public));
                return Task.CompletedTask;
            },
            Cancel);
        held.Answer();
        await held.Job.FinishAsync();

        const long Charged = 2 * Price * HeldBundle.Tasks;
        Assert.Equal(before, await BalancesAsync(holders.Select(holder => holder.NodeId)));
        Assert.Equal(HeldBundle.Issued - Charged, await BalanceAsync(boss));
        Assert.Equal(pool + Charged, await BalanceAsync(AccountProtocol.Pool));
        await AssertConservedAsync();
        Assert.DoesNotContain(await ChainTests.ReadAsync(Node, 0, boss), entry => entry.Claims is Accept or Settlement);
        await AssertUnpaidAsync(held, holders, []);
    }

    /// <summary>These workers, and no others, have said that they were not paid, each of one result; the audit counts it, and finds nothing wrong.</summary>
    private async Task AssertUnpaidAsync(HeldBundle held, IReadOnlyList<KeyPair> workers, IEnumerable<Entry> results)
    {
        var boss = held.Boss.NodeId;
        var rewards = new List<Entry>();
        foreach (var worker in workers)
        {
            await Wait.EventuallyAsync(
                async () => (await ChainTests.ReadAsync(Node, 0, worker.NodeId)).Any(IsUnpaid), "the worker says that it was not paid");
            rewards.Add(Assert.Single(await ChainTests.ReadAsync(Node, 0, worker.NodeId), IsUnpaid));
        }
        Assert.All(results, result => Assert.Contains(rewards, reward => ((Reward)reward.Claims).Entry == result.Hash));
        using var author = KeyPair.Generate();
        for (ulong i = 0; i <= Receipt.Grace; i++) // no verdict is on its way any more
            await Node.GrowAsync(author);
        var unpaid = rewards.Select(reward => (reward.Hash, reward.Place.Issuer)).Order().ToArray();
        await Wait.EventuallyAsync(
            async () =>
            {
                await Node.GrowAsync(author); // the job's own last entry may have come into a record late
                var (_, explained) = await AuditAsync(boss);
                return unpaid.SequenceEqual(explained.Entries.Where(entry => entry.Says == "Unpaid").Select(entry => (entry.Entry, entry.By)).Order());
            },
            "the audit counts each of them once");

        bool IsUnpaid(Entry entry) => entry.Claims is Reward { Verdict: RewardVerdict.Unpaid } reward && reward.Job == held.Job.Id && reward.Boss == boss;
    }

    private async Task<(AuditReport Report, Explanation Explained)> AuditAsync(NodeId explain)
    {
        var auditor = new Auditor(TrustedParty.Of([Node.Context.Options.NodeKey.Public]), explain);
        var report = ExportReader.Audit(new MemoryStream(await ExportTests.ExportAsync(Node)), auditor, null, Cancel);
        Assert.Empty(report.Findings);
        Assert.Equal(AuditVerdict.True, report.Verdict);
        return (report, auditor.Explanation!);
    }

    private async Task<IReadOnlyList<long>> BalancesAsync(IEnumerable<NodeId> accounts)
    {
        var balances = new List<long>();
        foreach (var account in accounts)
            balances.Add(await BalanceAsync(account));
        return balances;
    }

    private async Task<long> BalanceAsync(NodeId account) =>
        Assert.IsType<AccountProtocol.Balance>(await Node.AskAsync(new AccountProtocol.GetBalance(account))).Free.Amount;

    private async Task AssertConservedAsync()
    {
        var check = Assert.IsType<CreditsChecked>(await Node.AskAsync(new CheckCredits()));
        Assert.Equal((null, check.Issued, 0L), (check.Violation, check.Free, check.InEscrow));
    }
}
