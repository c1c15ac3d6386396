using System.Security.Cryptography;
using Akka.Actor;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Hosting;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Nodes that close epochs together, with one that is late, silent, dead, or dishonest.</summary>
public sealed class EpochTests : IDisposable
{
    private static readonly TimeSpan _patient = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task All_nodes_reveal_and_sign_and_a_late_joiner_is_not_in_the_epoch_that_takes_it_in()
    {
        await using var first = await StartAsync("a");
        await using var second = await StartAsync("b", first);
        await first.CountsAsync(Id(first), Id(second));
        Assert.True(first.Context.Rosters.Current.Counts);
        await using var late = await StartAsync("c", first);
        await first.CountsAsync(Id(first), Id(second), Id(late));

        var history = await RosterHistory.ReadAsync(first);
        var (closed, verdict, before, _) = history[^1];
        Assert.Equal(3, closed.Record.Signatures.Length);
        Assert.Equal(3, before.Committed(closed.Record.Number).Count);
        Assert.Equal("", verdict.Why);
        var joined = history.First(epoch => epoch.Closed.Delta.NodesChanged.Any(node => node.Key.NodeId == Id(late)));
        Assert.Null(joined.Closed.Record.RevealOf(joined.After.Find(Id(late))!.Info!.Anchor));
        Assert.Contains(history, epoch => epoch.Closed.Delta.Heads.Length > 0);
        await Wait.EventuallyAsync(
            () => new[] { first, second, late }.All(node => node.Context.Rosters.Current.Record == first.Context.Rosters.Current.Record),
            "all have the same record");
    }

    [Fact(Timeout = 300_000)]
    public async Task A_node_that_withholds_degrades_the_epoch_is_set_aside_and_comes_back()
    {
        var withheld = 0;
        await using var first = await StartAsync("a", configure: options => options with { RevealWait = TimeSpan.FromSeconds(5) });
        await using var second = await StartAsync("b", first, options => options with
        {
            Withholds = freeze => Volatile.Read(ref withheld) != 0 && freeze.TasksRoot != DrawRequest.Root([]), // whenever something is drawn
        });
        await first.CountsAsync(Id(first), Id(second));
        Volatile.Write(ref withheld, 1);
        var degraded = await VerdictsAsync(first);
        Volatile.Write(ref withheld, 0);
        await first.CountsAsync(Id(first), Id(second));
        Assert.All(await VerdictsAsync(first), verdict => Assert.True(verdict.Counts));

        var history = await RosterHistory.ReadAsync(first);
        var miss = history.First(epoch => epoch.After.Find(Id(second)) is { Misses: 1 });
        Assert.Equal(RecordWorth.Degraded, miss.Verdict.Worth);
        var number = miss.Closed.Record.Number.Number;
        Assert.All(degraded, verdict => Assert.Equal((number, false), (verdict.Epoch, verdict.Counts)));
        Assert.All(history.Where(epoch => epoch.Closed.Record.Number.Number > number && epoch.Closed.Record.Number.Number <= number + 2), epoch =>
        {
            Assert.Equal([Id(first)], epoch.Before.Committed(epoch.Closed.Record.Number).Select(node => node.Id));
            Assert.Single(epoch.Closed.Record.Reveals);
        });
    }

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task A_dishonest_singleton_gets_no_link_twice_and_no_second_signature()
    {
        await using var node = await StartAsync("a");
        await node.CountsAsync(Id(node));
        var (_, _, _, nodes) = (await RosterHistory.ReadAsync(node))[^1];
        var last = (await RosterHistory.ReadAsync(node))[^1].Closed.Record;
        var (one, other) = (Forged(last, "one"), Forged(last, "other"));
        var links = new[] { await RevealAsync(one), await RevealAsync(other), await RevealAsync(one) };
        Assert.Equal(links[0].Reveal, links[2].Reveal);
        Assert.True(links[1].Reveal.Follows(links[0].Reveal));

        var (record, fork) = (new EpochRecord(one, [links[0]]), new EpochRecord(other, [links[1]]));
        using var inbox = Inbox.Create(node.Context.System);
        inbox.Send(node.Context.Replica, new SignRecord(record));
        inbox.Send(node.Context.Replica, new SignRecord(fork));
        inbox.Send(node.Context.Replica, new SignRecord(record));
        for (var i = 0; i < 2; i++)
        {
            var signed = Assert.IsType<RecordSigned>(await inbox.ReceiveAsync(_patient));
            Assert.True(record.Verify(node.Context.NodeKey.Public, signed.Signature));
        }
        Assert.True(record.With([record.Sign(node.Context.NodeKey)]).Verify(last, nodes).Counts);

        // The true singleton's next epoch is degraded: links were used, and the node has signed another record of it. Then it goes on.
        await node.NextEpochAsync();
        var next = (await RosterHistory.ReadAsync(node)).Single(epoch => epoch.Closed.Record.Number == last.Number.Next);
        Assert.Equal(RecordWorth.Degraded, next.Verdict.Worth);
        await node.CountsAsync(Id(node));

        async Task<SignedReveal> RevealAsync(EpochFreeze freeze) =>
            (await node.Context.Replica.Ask<Revealed>(new Freeze(freeze), _patient, Cancel)).Shown;

        EpochFreeze Forged(EpochRecord previous, string roster) =>
            previous.Frozen with { Number = previous.Number.Next, Previous = previous.Hash, RosterRoot = Hash256.Of(System.Text.Encoding.UTF8.GetBytes(roster)) };
    }

    [Fact(Timeout = 300_000)]
    public async Task The_singleton_moves_in_the_middle_of_a_close_and_no_epoch_is_lost_repeated_or_forked()
    {
        var withheld = 0;
        var asked = new TaskCompletionSource();
        var oldest = await StartAsync("a", configure: options => options with { RevealWait = TimeSpan.FromSeconds(3) });
        try
        {
            await using var second = await StartAsync("b", oldest, options => options with
            {
                Withholds = _ =>
                {
                    if (Volatile.Read(ref withheld) == 0)
                        return false;
                    asked.TrySetResult();
                    return true;
                },
            });
            await using var third = await StartAsync("c", oldest);
            await oldest.CountsAsync(Id(oldest), Id(second), Id(third));
            Volatile.Write(ref withheld, 1);
            oldest.MoveHead();
            await asked.Task.WaitAsync(Cancel);
            await oldest.DisposeAsync(); // while its singleton waits for the second node
            Volatile.Write(ref withheld, 0);
            await third.CountsAsync(Id(second), Id(third));
            var history = await RosterHistory.ReadAsync(third); // reads every record after the one before
            Assert.Equal(history.Count, history.Select(epoch => epoch.Closed.Record.Beacon).Distinct().Count());
            Assert.Contains(history, epoch => epoch.After.Find(Id(second)) is { Misses: > 0 });
        }
        finally
        {
            await oldest.DisposeAsync();
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_node_renews_its_chain_before_it_ends()
    {
        await using var node = await StartAsync("a", configure: options => options with { ChainLength = 12, RenewChainBefore = 8 });
        for (var i = 0; i < 30; i++)
            await node.NextEpochAsync();
        await node.CountsAsync(Id(node));
        var history = await RosterHistory.ReadAsync(node);
        Assert.InRange(history.SelectMany(epoch => epoch.Closed.Record.Reveals).Select(reveal => reveal.Anchor).Distinct().Count(), 3, 30);
        Assert.All(history.Skip(2), epoch => Assert.Equal("", epoch.Verdict.Why));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_node_with_other_rules_ends()
    {
        await using var first = await StartAsync("a");
        await first.CountsAsync(Id(first));
        await using var other = await NodeHost.StartAsync(
            new NodeSettings
            {
                DataDirectory = _directory["b"], Port = 0, Workers = 1, Slots = 1, LogLevel = "OFF", Journal = _directory["journal.db"], Seeds = [first.Address],
            },
            configure: options => options with { Rules = new TrustRules { Prior = 7 } }, cancel: Cancel);
        await other.Ended.WaitAsync(Wait.Long, Cancel);
        await first.CountsAsync(Id(first));
    }

    /// <summary>Has one bundle done by both workers: the epoch that drew it, and whether it counts for them.</summary>
    private static async Task<IReadOnlyList<(ulong Epoch, bool Counts)>> VerdictsAsync(TestNode node)
    {
        var request = new JobRequest(Jobs.Echo) { Policy = new Policy.Quorum(2, 2), Draw = DrawMode.Next, BundleSize = 4, Id = JobId.Of(node.Client.Boss, RandomNumberGenerator.GetBytes(8)) };
        Jobs.AssertEchoed(await node.Client.MapAsync(request, Jobs.Numbers(4), cancel: Cancel).AllAsync(), 4, ordered: true);
        var events = await new EventReader(node.Context.System).ReadAsync($"job-{request.Id}", 1, long.MaxValue);
        var decision = events.Select(row => row.Event).OfType<JobProtocol.Decided>().SelectMany(decided => decided.Decisions).Single();
        Assert.Equal(2, decision.Verdicts.Count);
        return [.. decision.Verdicts.Select(verdict => (decision.Epoch, verdict.Counts))];
    }

    private Task<TestNode> StartAsync(
        string name, TestNode? seed = null, Func<ComputeNodeOptions, ComputeNodeOptions>? configure = null) => TestNode.StartAsync(
        _directory[name],
        settings => settings with { Workers = 1, Slots = 1, Journal = _directory["journal.db"], Seeds = seed is null ? [] : [seed.Address] },
        configure: options =>
        {
            options = options with { HeadsEpoch = options.MinEpoch };
            return configure?.Invoke(options) ?? options;
        });

    private static NodeId Id(TestNode node) => node.Context.NodeKey.NodeId;
}
