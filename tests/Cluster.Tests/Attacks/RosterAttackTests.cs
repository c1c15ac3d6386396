using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Tests.Cluster.Attacks;

/// <summary>A singleton that has a good record, and sends its node another roster than the record commits to.</summary>
public sealed class RosterAttackTests : IDisposable
{
    private static readonly TimeSpan _patient = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task A_roster_that_is_not_the_committed_one_is_refused_and_the_true_one_followed_again()
    {
        await using var node = await TestNode.StartAsync(_directory.Path, settings => settings with { LogLevel = "WARNING" }, configure: options => options with { HeadsEpoch = options.MinEpoch });
        var id = node.Context.NodeKey.NodeId;
        await node.CountsAsync(id);
        await Wait.EventuallyAsync(
            async () =>
            {
                var epoch = node.Context.Rosters.Current.Epoch;
                await Task.Delay(10 * node.Context.Options.MinEpoch, TestContext.Current.CancellationToken);
                return node.Context.Rosters.Current.Epoch == epoch;
            },
            "the singleton has nothing to close an epoch for");
        using var log = Inbox.Create(node.Context.System);
        node.Context.System.EventStream.Subscribe(log.Receiver, typeof(Warning));

        var (state, good) = await NextAsync(node);
        var ours = state.Members.First();
        var friend = new Member(NodeId.Of("friend"u8), ours.NodeAddress, ours.Capabilities, declared: ours.Declared, standing: ours.Standing);
        var head = new ChainHead(ours.Id, 0, 77, Hash256.Of("another"u8));
        Assert.NotEmpty(good.Heads);
        (RosterDelta Delta, string Why)[] swapped =
        [
            (good with { Joined = [.. good.Joined.Append(friend).OrderBy(member => member.Id)] }, "another roster root."),
            (good with { Left = [ours.Id] }, "another roster root."),
            (good with { Joined = [ours with { Standing = AkkaCompute.Domain.Draw.Standing.Newcomer }] }, "another roster root."),
            (good with { NodesGone = [ours.NodeAddress] }, "another root of nodes."),
            (good with { Entered = [new DrawRequest(new JobId(Hash256.Of("job"u8)), 0, 1, 0)] }, "another root of tasks."),
            (good with { Record = new EpochRecord(good.Record.Frozen with { RosterRoot = Hash256.Of("friends"u8) }, good.Record.Shown).With(good.Record.Signatures) },
                "reveals: "),
        ];
        foreach (var (delta, why) in swapped)
        {
            var before = node.Context.Rosters.Current;
            Send(node, delta);
            Assert.Contains(why, await WarningAsync(log, $"{delta.Record}: "), StringComparison.Ordinal);
            // It has asked the true singleton, and is where it was.
            await Wait.EventuallyAsync(() => node.Context.Rosters.Current is var now && !ReferenceEquals(now, before) && now.Epoch == state.Epoch, "the roster again");
            Assert.Equal(state.Record!.Hash, node.Context.Rosters.Current.Record);
            Assert.Equal(state.Members.Count, node.Context.Rosters.Current.Members.Length);
        }

        // The heads are known to the singleton and the audit alone: whoever reads the journal refuses others.
        var reader = await ReplayAsync(node);
        var lost = Assert.Throws<InvalidDataException>(() => reader.Apply(new EpochClosed(good with { Heads = [head] })));
        Assert.Contains("its roots are not those of its changes", lost.Message, StringComparison.Ordinal);

        // The record itself was good: with what it commits to it is taken. Then the true singleton's history is followed again.
        Send(node, good);
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current.Record == good.Record.Hash, "the good record is in force");
        node.Context.Replica.Tell(new RosterReplicaActor.HeadMoved(head), ActorRefs.NoSender);
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current.Record != good.Record.Hash, "the singleton's own next record");
        await node.CountsAsync(id);
        Assert.DoesNotContain(await RosterHistory.ReadAsync(node), epoch => epoch.Closed.Record.Hash == good.Record.Hash);
    }

    /// <summary>The roster as the journal has it, and a next epoch that the node itself has revealed for and signed.</summary>
    private static async Task<(RosterState State, RosterDelta Next)> NextAsync(TestNode node)
    {
        var state = await ReplayAsync(node);
        state.Enter(new ChainHead(NodeId.Of("attack"u8), 0, 1, Hash256.Of("head"u8)));
        var closing = state.Freeze(node.Context.Options.Rules.Hash)!;
        var shown = await node.Context.Replica.Ask<Revealed>(new Freeze(closing.Frozen), _patient, TestContext.Current.CancellationToken);
        Assert.Null(closing.Take(shown.Shown));
        Assert.Null(closing.Take(closing.Reveal().Sign(node.Context.NodeKey)));
        return (state, closing.Finish().Delta);
    }

    private static async Task<RosterState> ReplayAsync(TestNode node)
    {
        var state = new RosterState();
        foreach (var (_, closed) in await new EventReader(node.Context.System).ReadAsync("roster", 1, long.MaxValue))
            state.Apply((EpochClosed)closed);
        return state;
    }

    private static void Send(TestNode node, RosterDelta delta)
    {
        foreach (var part in delta.Split())
            node.Context.Replica.Tell(new PartSent(part), ActorRefs.NoSender);
    }

    private static async Task<string> WarningAsync(Inbox log, string with)
    {
        while (true)
        {
            var text = ((LogEvent)await log.ReceiveAsync(_patient)).Message.ToString()!;
            if (text.Contains(with, StringComparison.Ordinal))
                return text;
        }
    }
}
