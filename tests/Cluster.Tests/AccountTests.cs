using Akka.Actor;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Ledger;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Accounts as actors: what they answered is there after a restart, and the journal alone shows that nothing was lost.</summary>
public sealed class AccountTests : IDisposable
{
    private static readonly NodeId _boss = NodeId.Of("boss"u8);
    private static readonly NodeId _worker = NodeId.Of("worker"u8);
    private static readonly JobId _job = JobId.Of(_boss, "job"u8);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task What_an_account_answered_survives_a_restart()
    {
        await using (var node = await TestNode.StartAsync(_directory.Path))
        {
            var issuer = node.Context.Issuer();
            for (var i = 0; i < 2; i++)
                await issuer.IssueAsync(_boss, Hash256.Of("first"u8), new Credits(100), TestContext.Current.CancellationToken);
            var other = await Assert.ThrowsAsync<IssueException>(() => issuer.IssueAsync(_boss, Hash256.Of("first"u8), new Credits(101), TestContext.Current.CancellationToken));
            Assert.Contains("100 were issued", other.Message, StringComparison.Ordinal);
            var unsigned = await AskAsync<Refused>(node, new Issue(_boss, Hash256.Of("second"u8), new Credits(100), default, default));
            Assert.Contains("Entry", unsigned.Message, StringComparison.Ordinal);
            await AskAsync<Held>(node, new Hold(_boss, _job, new Credits(60)));
            await AskAsync<Paid>(node, new Pay(_worker, _job, 1, new Credits(25)));
            var refused = await AskAsync<Refused>(node, new Hold(_boss, JobId.Of(_boss, "second"u8), new Credits(41)));
            Assert.Equal(RefusalReason.TooFewCredits, refused.Reason);
        }
        await using var again = await TestNode.StartAsync(_directory.Path);
        Assert.Equal(new Balance(_boss, new Credits(40), new Credits(60)), await again.AskAsync(new GetBalance(_boss)));
        Assert.Equal(new Balance(_worker, new Credits(25), Credits.Zero), await again.AskAsync(new GetBalance(_worker)));
        await AskAsync<Paid>(again, new Pay(_worker, _job, 1, new Credits(25)));
        Assert.Equal(new Balance(_worker, new Credits(25), Credits.Zero), await again.AskAsync(new GetBalance(_worker)));
        Assert.Equal(new CreditsChecked(100, 65, 35, 2, 1, null), await again.AskAsync(new CheckCredits()));
    }

    [Fact(Timeout = 300_000)]
    public async Task From_outside_nobody_moves_credits()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        foreach (var command in new IWire[] { new Issue(_boss, default, new Credits(1), default, default), new Pay(_boss, _job, 1, new Credits(1)), new Refund(_boss, _job, new Credits(1)) })
            Assert.Equal(RefusalReason.UnknownMessage, Assert.IsType<Refused>(await node.AskAsync(command)).Reason);
        Assert.Equal(new CreditsChecked(0, 0, 0, 0, 0, null), await node.AskAsync(new CheckCredits()));
    }

    private static async Task<T> AskAsync<T>(TestNode node, ICommand command) =>
        Assert.IsType<T>(await node.Context.Account.Ask<object>(command, Wait.Long, TestContext.Current.CancellationToken));
}
