using System.Diagnostics.Metrics;
using Akka.Actor;
using AkkaCompute.Actors.Bootstrapping;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Node.Configuration;

namespace AkkaCompute.Tests.Cluster;

/// <summary>The first c-nodes hand in work by themselves while there are newcomers, and only then.</summary>
public sealed class BootstrapTests : IDisposable
{
    private static readonly TimeSpan _often = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task A_newcomer_becomes_trusted_without_any_boss_and_where_there_is_none_the_network_is_idle()
    {
        await using var first = await StartAsync("a", every: _often);
        using var events = new BootstrapEvents(first.Context);
        await IdleAsync(first, events);
        Assert.Equal(0, await HandedInAsync(first));

        // Started as an operator does who is not trusted yet.
        await using var other = await StartAsync(
            "b", settings => settings with { Workers = 1, Standing = Standing.Newcomer, Seeds = [first.Address] },
            wrap: (_, _) => TestNode.Kernels()); // without PostgreSQL, each node has modules of its own
        var newcomer = Assert.Single(other.Workers);
        await Wait.EventuallyAsync(async () => (await first.EarnedAsync([newcomer])).Accepted > 0, "the newcomer's work is vouched for");
        await Wait.EventuallyAsync(
            () => Task.FromResult(first.Context.Rosters.Current.Find(newcomer)!.Standing == Standing.Trusted), () => events.ToString(), 2 * Wait.Long);
        Assert.Equal((0, 0), ((await first.EarnedAsync([newcomer])).Rejected, events["failed"]));
        await IdleAsync(first, events);
        Assert.Equal(events["begun"], await HandedInAsync(first));
    }

    [Fact(Timeout = 300_000)]
    public async Task One_job_is_open_at_a_time_also_after_a_restart_and_a_draining_node_hands_in_nothing()
    {
        JobId left;
        await using (var node = await StartAsync("a", settings => settings with { Bootstrap = null }, newcomer: 3))
        {
            // As a crash in the middle leaves it: handed in, and not all of its tasks.
            await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = node.Context.Options.Workers[0].Keys.Key });
            var job = await client.SubmitAsync(new JobRequest(Jobs.Echo) { Label = BootstrapJobs.Label }, Cancel);
            await job.AddAsync(Jobs.Numbers(1), Cancel);
            left = job.Id;
        }
        await using (var again = await StartAsync("a", newcomer: 3))
            await RunAsync(again, left);

        // Each of the three has handed in one or more by now.
        await using var tired = await StartAsync("a", newcomer: 3, mostJobs: 1);
        using var events = new BootstrapEvents(tired.Context);
        tired.Context.System.ActorSelection("/user/bootstrap").Tell(BootstrapActor.Due.Instance);
        await Wait.EventuallyAsync(() => events["idle"] == 1, "nobody is left who may hand in");
        Assert.Equal(0, events["begun"]);
    }

    /// <summary>Of two newcomers the beacon draws one, and gives it the places of all jobs.</summary>
    [Fact(Timeout = 300_000)]
    public async Task The_jobs_are_for_the_cohort_of_the_season_and_no_job_has_another()
    {
        await using var node = await StartAsync("a", settings => settings with { Workers = 5 }, newcomer: 3, more: 4);
        var rosters = node.Context.Rosters;
        await Wait.EventuallyAsync(
            () => Task.FromResult(rosters.Current.Members.Count(member => member.CanBeDrawn(rosters.Current.Epoch)) == 5), "all can be drawn");
        using var events = new BootstrapEvents(node.Context);
        for (var number = 1; number <= 6; number++)
        {
            node.Context.System.ActorSelection("/user/bootstrap").Tell(BootstrapActor.Due.Instance);
            await Wait.EventuallyAsync(() => Task.FromResult(events["finished"] == number), () => events.ToString());
        }
        var season = Assert.IsType<Cohort>(await node.Context.Seasons.CurrentAsync());
        Assert.Equal(new Epoch(1), season.Season);
        NodeId[] newcomers = [.. node.Workers.Skip(3).OrderBy(season.LotOf)];
        Assert.True((await node.EarnedAsync([newcomers[0]])).Accepted > 0);
        Assert.Equal(0, (await node.EarnedAsync([newcomers[1]])).Accepted); // 12 bundles were not by chance all the other's

        var request = new JobRequest(Jobs.Echo) { Policy = new Policy.Quorum(3, 5), BundleSize = 1, Cohort = season with { Beacon = default } };
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.SubmitAsync(request, Cancel));
        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        Assert.Contains($"is not that of the season, which is {season}", refused.Message, StringComparison.Ordinal);
    }

    private static async Task RunAsync(TestNode again, JobId left)
    {
        using var events = new BootstrapEvents(again.Context);
        var actor = again.Context.System.ActorSelection("/user/bootstrap");
        for (var number = 1; number <= 4; number++)
        {
            actor.Tell(BootstrapActor.Due.Instance);
            actor.Tell(BootstrapActor.Due.Instance); // while it is busy
            await Wait.EventuallyAsync(() => Task.FromResult(events["finished"] == number), () => events.ToString());
        }
        Assert.Equal(JobStatus.Finished, (await again.Client.Job(left).GetAsync(Cancel)).Progress.Status);
        Assert.True((await again.EarnedAsync([again.Workers[3]])).Accepted > 0);
        Assert.Equal((4, 1, 0), (events["begun"], events.MostOpen, events["failed"]));

        await again.Context.Workers.Ask<WorkersActor.DrainState>(new WorkersActor.Drain(ReturnLeases: false), Wait.Long, Cancel);
        actor.Tell(BootstrapActor.Due.Instance);
        await actor.Ask<ActorIdentity>(new Identify(null), Wait.Long, Cancel); // what came before it is done
        Assert.Equal(4, events["begun"]);
    }

    /// <summary>It was due ten times, and no epoch has closed meanwhile.</summary>
    private static async Task IdleAsync(TestNode node, BootstrapEvents events)
    {
        var (idle, begun, epoch) = (0L, 0L, node.Context.Rosters.Current.Epoch);
        await Wait.EventuallyAsync(
            () =>
            {
                if (events["begun"] != begun || node.Context.Rosters.Current.Epoch != epoch)
                    (idle, begun, epoch) = (events["idle"], events["begun"], node.Context.Rosters.Current.Epoch);
                return Task.FromResult(events["idle"] >= idle + 10);
            },
            () => events.ToString());
    }

    /// <summary>Jobs that the c-nodes of a node have handed in and that have ended; fails where one is open.</summary>
    private static async Task<long> HandedInAsync(TestNode node)
    {
        var ended = 0L;
        foreach (var worker in node.Workers)
        {
            var jobs = Assert.IsType<BossProtocol.JobList>(await node.AskAsync(new BossProtocol.GetJobs(worker)));
            Assert.Empty(jobs.Open);
            ended += jobs.Finished;
        }
        return ended;
    }

    /// <param name="newcomer">The number of a c-node that is one.</param>
    /// <param name="more">Of another one.</param>
    /// <param name="every">By default never in the time of a test: it says itself when it is due.</param>
    private Task<TestNode> StartAsync(
        string name, Func<NodeSettings, NodeSettings>? change = null, int newcomer = -1, int more = -1, TimeSpan? every = null, long mostJobs = 100_000,
        Func<int, ISandbox, ISandbox>? wrap = null) => TestNode.StartAsync(
        _directory[name],
        settings =>
        {
            settings = settings with { Workers = 4, Journal = _directory["journal.db"], Bootstrap = TimeSpan.FromMinutes(1) };
            return change?.Invoke(settings) ?? settings;
        },
        wrap,
        options => options with
        {
            HeadsEpoch = options.MinEpoch,
            Rules = options.Rules with { PeriodEpochs = 32, Prior = 0 },
            Bootstrap = options.Bootstrap is null ? null : options.Bootstrap with
            {
                Every = every ?? TimeSpan.FromHours(1), Tasks = 2, Turns = 1 << 16, MostJobs = mostJobs,
            },
            Workers = [.. options.Workers.Select((worker, number) => worker with { IsNewcomer = worker.IsNewcomer || number == newcomer || number == more })],
        });

    /// <summary>What a node counts of its bootstrap jobs.</summary>
    private sealed class BootstrapEvents : IDisposable
    {
        private readonly Dictionary<string, long> _counted = [];
        private readonly MeterListener _listener = new();

        public BootstrapEvents(NodeContext node)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == node.Metrics.Meter && instrument.Name == "akkacompute.bootstrap.jobs")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            {
                lock (_counted)
                {
                    var name = (string)tags[0].Value!;
                    _counted[name] = _counted.GetValueOrDefault(name) + count;
                    MostOpen = Math.Max(MostOpen, Open);
                }
            });
            _listener.Start();
        }

        public long MostOpen { get; private set; }

        public long Open => this["begun"] - this["finished"] - this["failed"];

        public long this[string name]
        {
            get
            {
                lock (_counted)
                    return _counted.GetValueOrDefault(name);
            }
        }

        public override string ToString() => string.Join(", ", ((string[])["begun", "finished", "failed", "idle"]).Select(name => $"{name} {this[name]}"));

        public void Dispose() => _listener.Dispose();
    }
}
