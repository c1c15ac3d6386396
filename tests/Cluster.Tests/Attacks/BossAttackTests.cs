using AkkaCompute.Authors.Chains;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using static AkkaCompute.Domain.Chains.ChainProtocol;
using Delegate = AkkaCompute.Domain.Entries.Delegate;

namespace AkkaCompute.Tests.Cluster.Attacks;

/// <summary>A boss that would rather judge its workers itself than leave it to the policy: with its own key, beside its delegate.</summary>
public sealed class BossAttackTests(HostileFixture fixture) : IClassFixture<HostileFixture>
{
    private const long Price = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TestNode Node => fixture.Node;

    [Fact(Timeout = 300_000)]
    public async Task A_boss_that_judges_its_workers_itself_is_refused_and_they_are_paid_by_the_policy()
    {
        await using var held = await fixture.HoldAsync("rejected", Price);
        var (boss, worker) = (held.Boss, held.Holders[0]);
        var result = await held.AnswerAsync(worker);
        var grant = (Delegate)(await ChainTests.ReadAsync(Node, 0, boss.NodeId)).Single(entry => entry.Claims is Delegate).Claims;

        var (place, _) = await Main(boss).AppendAsync((place, _) => Sign(place, boss, new Open(held.Job.Id)), Cancel);
        var chain = ChainState.Opened(place.Entries[^1], boss.Public);
        Claims[] own =
        [
            new Reject(held.Job.Id, worker.NodeId, result.Hash, HeldBundle.Tasks, grant.Policy, [Hash256.Of("evidence"u8)]),
            new Accept(held.Job.Id, worker.NodeId, result.Hash, HeldBundle.Tasks, grant.Policy, [], grant.Budget), // all of the escrow to a friend
            new Expired(held.Job.Id, 0, 0, ((Result)result.Claims).Epoch, held.Holders[1].NodeId),
            new Settlement(held.Job.Id, 0, grant.Budget, 0),
        ];
        foreach (var claims in own)
        {
            var entry = Entry.Sign(boss, chain.Next(place.Reserved.Checkpoint), claims);
            Assert.Equal(EntryRefusal.WrongChain, Assert.IsType<AppendRefused>(await Node.AskAsync(
                new Append(boss.NodeId, [entry.Bytes], claims is Accept or Reject ? [result.Bytes] : []))).Reason);
        }

        // Nor does it give itself a delegate that settles before its job does.
        using var friend = KeyPair.Generate();
        var refused = await Assert.ThrowsAsync<EntryRefusedException>(
            () => Main(boss).AppendAsync((place, _) => Sign(place, boss, grant with { Key = friend.Public }), Cancel));
        Assert.StartsWith($"{EntryRefusal.WrongKey}: ", refused.Message, StringComparison.Ordinal);

        var end = await held.FinishAsync();
        Assert.All(end.Workers, tally => Assert.Equal(0, tally.Rejected));
        Assert.Equal((2L * HeldBundle.Tasks, 0L), await Node.EarnedAsync(held.Holders.Select(holder => holder.NodeId)));
        foreach (var holder in held.Holders)
            Assert.Equal(Price * HeldBundle.Tasks, Assert.IsType<AccountProtocol.Balance>(await Node.AskAsync(new AccountProtocol.GetBalance(holder.NodeId))).Free.Amount);

        var auditor = new Auditor(explain: worker.NodeId);
        var report = ExportReader.Audit(new MemoryStream(await ExportTests.ExportAsync(Node)), auditor, null, Cancel);
        Assert.Empty(report.Findings);
        var counted = Assert.Single(auditor.Explanation!.Entries, entry => entry.By == boss.NodeId);
        Assert.Equal(("accepted", true), (counted.Says, counted.Weight > 0));
    }

    private static Task Sign(ReservedPlace place, KeyPair key, Claims claims)
    {
        place.Sign(key, claims);
        return Task.CompletedTask;
    }

    private MainChain Main(KeyPair author) => new(author.NodeId, _ => author, Hash256.Of("attacker"u8), (message, _) => Node.AskAsync(message), TimeProvider.System);
}
