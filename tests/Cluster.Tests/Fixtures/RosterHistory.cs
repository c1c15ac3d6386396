using AkkaCompute.Authors.Chains;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What the journal has of the roster, checked as an auditor would: from the first epoch on, with nothing but the events.</summary>
internal static class RosterHistory
{
    private static long _heads;

    /// <summary>All epochs, without a gap or a wrong record, with what each is worth and the cluster nodes after it.</summary>
    public static async Task<IReadOnlyList<(EpochClosed Closed, RecordVerdict Verdict, NodeSet Before, NodeSet After)>> ReadAsync(TestNode node)
    {
        var history = new List<(EpochClosed, RecordVerdict, NodeSet, NodeSet)>();
        var (previous, nodes, state) = ((EpochRecord?)null, NodeSet.Empty, new RosterState());
        foreach (var (_, e) in await new EventReader(node.Context.System).ReadAsync("roster", 1, long.MaxValue))
        {
            var closed = Assert.IsType<EpochClosed>(e);
            var verdict = closed.Record.Verify(previous, nodes);
            Assert.True(verdict.Worth != RecordWorth.Wrong, $"{closed.Record}: {verdict.Why}");
            state.Apply(closed); // all roots
            history.Add((closed, verdict, nodes, state.Nodes));
            (previous, nodes) = (closed.Record, state.Nodes);
        }
        return history;
    }

    /// <summary>A chain has grown: an epoch is to be closed.</summary>
    public static void MoveHead(this TestNode node) => node.Context.Replica.Tell(
        new RosterReplicaActor.HeadMoved(new ChainHead(NodeId.Of("test"u8), 0, Interlocked.Increment(ref _heads), Hash256.Of("entry"u8))),
        Akka.Actor.ActorRefs.NoSender);

    /// <summary>Closes an epoch: a chain has grown. Waits until this node has one after it.</summary>
    public static async Task<Epoch> NextEpochAsync(this TestNode node)
    {
        var before = node.Context.Rosters.Current.Epoch;
        node.MoveHead();
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current.Epoch > before, $"an epoch after {before}");
        return node.Context.Rosters.Current.Epoch;
    }

    /// <summary>Closes an epoch that an audit is to see: the author's main chain has grown by a true entry.</summary>
    public static async Task GrowAsync(this TestNode node, KeyPair author)
    {
        var before = node.Context.Rosters.Current.Epoch;
        var main = new MainChain(author.NodeId, _ => author, Hash256.Of("grow"u8), (message, _) => node.AskAsync(message), TimeProvider.System);
        await main.AppendAsync(
            (place, _) =>
            {
                if (place.Reserved.Author is null)
                    place.Sign(author, new Declare(author.Public, Roles.Boss, CapabilitySet.Empty, null, Hash256.Of("next"u8), 0));
                place.Sign(author, new Open(null));
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current.Epoch > before, $"an epoch after {before}");
    }

    /// <summary>Closes epochs until one counts and all of these nodes have revealed in it.</summary>
    public static Task CountsAsync(this TestNode node, params NodeId[] nodes) => Wait.EventuallyAsync(
        async () =>
        {
            await node.NextEpochAsync();
            var (closed, verdict, before, _) = (await ReadAsync(node))[^1];
            return verdict.Counts && nodes.All(id => before.Find(id)?.Info is { } info && closed.Record.RevealOf(info.Anchor) is not null);
        },
        $"an epoch counts, revealed by {nodes.Length} nodes");
}
