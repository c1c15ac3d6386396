using Akka.Actor;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Ledger;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Actors.Tests.Durable;

/// <summary>What durable actors do when their journal takes no writes.</summary>
public sealed class DurableActorTests : IDisposable
{
    private readonly FailingJournal _failing = new();
    private readonly KeyPair _key = KeyPair.Generate();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _failing.Dispose();
        _key.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task A_refused_payment_is_reported_and_the_account_goes_on_with_what_is_durable()
    {
        var account = _failing.System.ActorOf(Props.Create(() => new AccountActor(_key.NodeId, _failing.Node.Durability, _failing.Node.KeyOf)));
        var pay = new AccountProtocol.Pay(_key.NodeId, new JobId(Hash256.Of("job"u8)), 1, new Credits(5));
        await _failing.Journal.OnWrite.Reject();
        account.Tell(pay, ActorRefs.Nobody);
        await _failing.ReportedAsync(1, Cancel);

        await _failing.Journal.OnWrite.Pass();
        var balance = await account.Ask<AccountProtocol.Balance>(new AccountProtocol.GetBalance(_key.NodeId), FailingJournal.Bound, Cancel);
        Assert.Equal(Credits.Zero, balance.Free);
        Assert.IsType<AccountProtocol.Paid>(await account.Ask<object>(pay, FailingJournal.Bound, Cancel));
        balance = await account.Ask<AccountProtocol.Balance>(new AccountProtocol.GetBalance(_key.NodeId), FailingJournal.Bound, Cancel);
        Assert.Equal(new Credits(5), balance.Free);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_failed_payment_is_reported()
    {
        var account = _failing.System.ActorOf(Props.Create(() => new AccountActor(_key.NodeId, _failing.Node.Durability, _failing.Node.KeyOf)));
        await _failing.Journal.OnWrite.Fail();
        account.Tell(new AccountProtocol.Pay(_key.NodeId, new JobId(Hash256.Of("job"u8)), 1, new Credits(5)), ActorRefs.Nobody);
        await _failing.ReportedAsync(1, Cancel);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_refused_entry_is_reported_and_taken_when_it_comes_again()
    {
        _failing.Node.Rosters.Follow();
        var keeper = _failing.System.ActorOf(Props.Create(() => new ChainActor(_key.NodeId, _failing.Node.OfChains())));
        var declare = new Declare(_key.Public, Roles.Boss, CapabilitySet.Empty, null, default, 0);
        var append = new ChainProtocol.Append(_key.NodeId, [ProofOfWork.Declare(_key, declare, Checkpoint.None, 0, 0, Cancel).Bytes], []);
        await _failing.Journal.OnWrite.Reject();
        keeper.Tell(append, ActorRefs.Nobody);
        await _failing.ReportedAsync(1, Cancel);

        await _failing.Journal.OnWrite.Pass();
        Assert.Single(Assert.IsType<ChainProtocol.Appended>(await keeper.Ask<object>(append, FailingJournal.Bound, Cancel)).Receipts);
    }

    /// <summary>Akka goes on after a refused write as if nothing had been asked: the singleton would wait for it for ever.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_refused_epoch_is_reported_and_the_roster_closes_it_when_the_journal_takes_it_again()
    {
        var roster = _failing.Node.OfRoster();
        var singleton = _failing.System.ActorOf(ComputeNode.Supervised(Props.Create(() => new RosterActor(roster)), "roster"));
        var heads = new RosterProtocol.EnterHeads([new ChainHead(_key.NodeId, 0, 0, Hash256.Of("entry"u8))]);
        await _failing.Journal.OnWrite.Reject();
        singleton.Tell(heads, ActorRefs.Nobody);
        await _failing.ReportedAsync(1, Cancel);

        await _failing.Journal.OnWrite.Pass();
        Assert.True(await ClosesAsync(singleton, heads));
    }

    [Fact(Timeout = 300_000)]
    public async Task An_actor_that_cannot_be_read_back_does_not_start_and_the_node_knows_which()
    {
        var props = Props.Create(() => new AccountActor(_key.NodeId, _failing.Node.Durability, _failing.Node.KeyOf));
        var pay = new AccountProtocol.Pay(_key.NodeId, new JobId(Hash256.Of("job"u8)), 1, new Credits(5));
        Assert.IsType<AccountProtocol.Paid>(await _failing.System.ActorOf(props).Ask<object>(pay, FailingJournal.Bound, Cancel));
        Assert.Null(_failing.Node.Journal.Unreadable);

        await _failing.Journal.OnRecovery.Fail();
        await _failing.System.ActorOf(props).WatchAsync(Cancel).WaitAsync(FailingJournal.Bound, Cancel);
        Assert.Equal($"account-{_key.NodeId}", _failing.Node.Journal.Unreadable?.PersistenceId);
        Assert.NotNull(_failing.Node.Journal.Unreadable!.Cause);
    }

    /// <summary>Says again what is wanted, as a replica does, until an epoch has it.</summary>
    private static async Task<bool> ClosesAsync(IActorRef singleton, RosterProtocol.EnterHeads heads)
    {
        using var bound = new CancellationTokenSource(FailingJournal.Bound);
        while (!bound.IsCancellationRequested)
        {
            singleton.Tell(heads, ActorRefs.Nobody);
            try
            {
                if (await singleton.Ask<object>(new RosterProtocol.GetRoster(Epoch.None), TimeSpan.FromMilliseconds(500), Cancel) is RosterProtocol.PartSent)
                    return true;
            }
            catch (AskTimeoutException)
            {
                // It is starting again.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
        }
        return false;
    }
}
