using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Nodes that come and go, and clients that only go.</summary>
public sealed class MembershipTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task Twenty_killed_clients_disturb_no_member()
    {
        await using var first = await StartAsync("a");
        await using var second = await StartAsync("b", first);
        await Wait.EventuallyAsync(() => UpIn(first) == 2 && UpIn(second) == 2, "both members are up");
        using var seen = new MemberEvents(first.Context.System);
        for (var i = 0; i < 20; i++)
        {
            using var client = await Child.StartAsync("AkkaCompute.Cluster.Tests.Client", "working: True", (i % 2 == 0 ? first : second).Address);
            await client.KillAsync();
        }
        Assert.Empty(seen.All);
        foreach (var node in (TestNode[])[first, second])
        {
            Assert.Equal(2, UpIn(node));
            Assert.Empty(Akka.Cluster.Cluster.Get(node.Context.System).State.Unreachable);
            Jobs.AssertEchoed(await node.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(200), cancel: Cancel).AllAsync(), 200, ordered: true);
        }
    }

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task The_roster_moves_with_its_history_when_its_node_leaves_and_the_job_goes_on()
    {
        var oldest = await StartAsync("a");
        try
        {
            await using var second = await StartAsync("b", oldest);
            await using var third = await StartAsync("c", oldest);
            await AgreeAsync([oldest, second, third], 9);
            var request = new JobRequest(Jobs.Delay) { Id = JobId.Of(third.Client.Boss, "on"u8), Policy = new Policy.Quorum(2, 5), BundleSize = 1, Limits = Jobs.Short };
            var job = await third.Client.SubmitAsync(request, Cancel);
            var reading = third.Client.MapAsync(request, Enumerable.Repeat(Jobs.Text("10"), 600), cancel: Cancel).AllAsync();
            await Wait.EventuallyAsync(async () => (await job.GetAsync(Cancel)).Progress.Decided > 50, "the job has begun");

            await oldest.DisposeAsync();
            await AgreeAsync([second, third], 6);
            await using var late = await StartAsync("d", second);
            await AgreeAsync([second, third, late], 9);

            var outcomes = await reading;
            Assert.Equal(Enumerable.Range(0, 600).Select(task => (long)task), outcomes.Select(outcome => outcome.Task));
            Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Explain()));
            await job.FinishAsync();
            await AssertOneHistoryAsync(third);
        }
        finally
        {
            await oldest.DisposeAsync();
        }
    }

    /// <summary>
    /// A keeper that does not know yet which epoch it is would take the first entries of a chain as of long ago: no record could cover
    /// them in time.
    /// </summary>
    [Fact(Timeout = 300_000)]
    public async Task Nodes_that_join_at_once_declare_their_workers_in_the_epoch_that_it_is()
    {
        await using var oldest = await StartAsync("a");
        for (var epochs = 0; epochs < 2 * (int)Receipt.Grace; epochs++)
            Jobs.AssertEchoed(await oldest.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(3), cancel: Cancel).AllAsync(), 3, ordered: true);
        var before = oldest.Context.Rosters.Current.Epoch;
        var joined = await Task.WhenAll(Enumerable.Range(0, 3).Select(number => StartAsync($"b{number}", oldest)));
        try
        {
            await AgreeAsync([oldest, .. joined], 12);
            Assert.All(
                joined.SelectMany(node => node.Workers), worker => Assert.True(oldest.Context.Rosters.Current.Find(worker)!.Declared >= before, "declared before it was there"));
            var report = ExportReader.Audit(new MemoryStream(await ExportTests.ExportAsync(oldest)), new Auditor(), null, Cancel);
            Assert.Empty(report.Findings);
        }
        finally
        {
            foreach (var node in joined)
                await node.DisposeAsync();
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_client_goes_on_when_the_only_node_it_was_told_of_has_left()
    {
        var told = await StartAsync("a");
        try
        {
            await using var client = ComputeClient.Connect([told.Address]);
            await client.GetRosterAsync(Cancel);
            await using var later = await StartAsync("b", told);
            await Task.Delay(2 * ComputeClient.ContactsRefresh, Cancel); // by then it has asked who else is there

            await told.DisposeAsync();
            await Wait.EventuallyAsync(() => UpIn(later) == 1, "it has left");
            Assert.True((await client.GetRosterAsync(Cancel).WaitAsync(Wait.Long, Cancel)).Members >= 3);
        }
        finally
        {
            await told.DisposeAsync();
        }
    }

    /// <summary>A rolling restart under a job that takes tasks all the time: its boss program was told of a node that is gone in the end, as all are.</summary>
    [Trait("Category", "Long")]
    [Fact(Timeout = 400_000)]
    public async Task A_job_and_its_boss_go_on_when_every_node_was_replaced()
    {
        string[] seats = ["a", "b", "c"];
        var nodes = new List<TestNode>();
        try
        {
            foreach (var seat in seats)
                nodes.Add(await StartAsync(seat, nodes.FirstOrDefault()));
            await AgreeAsync(nodes, 9);
            await using var client = ComputeClient.Connect([nodes[0].Address]);
            var request = new JobRequest(Jobs.Delay)
            {
                Id = JobId.Of(client.Boss, "on"u8), Policy = new Policy.Quorum(2, 5), BundleSize = 2, Limits = Jobs.Short,
            };
            using var last = new CancellationTokenSource();
            var (fed, read) = (0, 0);
            var reading = ReadAsync();
            await GoesOnAsync();
            for (var i = 0; i < nodes.Count; i++)
            {
                await nodes[i].DisposeAsync();
                nodes[i] = await StartAsync(seats[i], nodes[(i + 1) % nodes.Count]);
                await AgreeAsync(nodes, 9);
                output.WriteLine($"{i + 1} replaced, {Volatile.Read(ref read)} outcomes");
            }
            await GoesOnAsync();
            await last.CancelAsync();
            await reading;
            Assert.Equal(fed, read);

            async Task ReadAsync()
            {
                await foreach (var outcome in client.MapAsync(request, InputsAsync(), ordered: false, Cancel))
                {
                    Assert.True(outcome.Succeeded, outcome.Explain());
                    Interlocked.Increment(ref read);
                }
            }

            async IAsyncEnumerable<ReadOnlyMemory<byte>> InputsAsync()
            {
                for (; !last.IsCancellationRequested; fed++)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
                    yield return Jobs.Text("50");
                }
            }

            Task GoesOnAsync()
            {
                var goal = Volatile.Read(ref read) + 40;
                return Wait.EventuallyAsync(
                    () => reading.IsCompleted ? reading.ContinueWith(_ => Volatile.Read(ref read) >= goal, TaskScheduler.Default) : Task.FromResult(Volatile.Read(ref read) >= goal),
                    () => $"40 more outcomes than {goal - 40}: {Volatile.Read(ref read)}; {reading.Exception}", 2 * Wait.Long);
            }
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    /// <summary>What the journal has of the roster: epochs without a gap, each naming the one before.</summary>
    private static async Task AssertOneHistoryAsync(TestNode node)
    {
        var events = await new EventReader(node.Context.System).ReadAsync("roster", 1, long.MaxValue);
        var records = events.Select(e => Assert.IsType<EpochClosed>(e.Event).Record).ToArray();
        Assert.NotEmpty(records);
        var previous = default(Hash256);
        for (var i = 0; i < records.Length; i++)
        {
            Assert.Equal((ulong)i + 1, records[i].Number.Number);
            Assert.Equal(previous, records[i].Previous);
            previous = records[i].Hash;
        }
        Assert.Equal(records.Length, records.Select(record => record.Beacon).Distinct().Count());
    }

    private static Task AgreeAsync(List<TestNode> nodes, int workers) => Wait.EventuallyAsync(
        () =>
        {
            var rosters = nodes.Select(node => node.Context.Rosters.Current).ToArray();
            return rosters.All(roster => roster.Epoch == rosters[0].Epoch && roster.Beacon == rosters[0].Beacon
                && roster.Members.Length == workers && roster.Members.SequenceEqual(rosters[0].Members));
        },
        $"all {nodes.Count} nodes have the same {workers} workers in their rosters");

    private Task<TestNode> StartAsync(string name, TestNode? seed = null) => TestNode.StartAsync(
        _directory[name],
        settings => settings with { Workers = 3, Slots = 1, Journal = _directory["journal.db"], Seeds = seed is null ? [] : [seed.Address] });

    private static int UpIn(TestNode node) =>
        Akka.Cluster.Cluster.Get(node.Context.System).State.Members.Count(member => member.Status == MemberStatus.Up);

    /// <summary>All that happens to members from now on.</summary>
    private sealed class MemberEvents : IDisposable
    {
        private readonly ActorSystem _system;
        private readonly IActorRef _listener;

        public MemberEvents(ActorSystem system)
        {
            _system = system;
            _listener = system.ActorOf(Props.Create(() => new Listener(All)));
            Akka.Cluster.Cluster.Get(system).Subscribe(
                _listener, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot,
                typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        }

        public ConcurrentQueue<object> All { get; } = new();

        public void Dispose() => _system.Stop(_listener);

        private sealed class Listener : ReceiveActor
        {
            public Listener(ConcurrentQueue<object> all)
            {
                Receive<ClusterEvent.CurrentClusterState>(_ => { });
                ReceiveAny(all.Enqueue);
            }
        }
    }
}
