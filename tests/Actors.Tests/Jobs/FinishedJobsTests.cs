using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Configuration;
using AkkaCompute.Actors.Jobs;
using AkkaCompute.Actors.Jobs.Retention;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Tests.Jobs;

public sealed class FinishedJobsTests : IDisposable
{
    private const int Jobs = (3 * FinishedJobs.PageSize) + 7;

    private readonly ActorSystem _system = ActorSystem.Create("finished", Configuration);

    private static Config Configuration => ConfigurationFactory
        .ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = cluster, remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 } }")
        .WithFallback(WireSerializer.Configuration)
        .WithFallback(ClusterSharding.DefaultConfig())
        .WithFallback(ClusterClientReceptionist.DefaultConfig())
        .WithFallback(DistributedPubSub.DefaultConfig());

    public void Dispose() => _system.Dispose();

    /// <summary>The oldest ones first, some at a time, and all of them in the end.</summary>
    [Fact]
    public async Task A_journal_of_many_finished_jobs_takes_bounded_memory_and_none_is_left_out()
    {
        var events = new Events();
        var finished = new FinishedJobs(events, _system, most: FinishedJobs.PageSize);
        var found = new HashSet<JobId>();
        for (var sweeps = 0; ; sweeps++)
        {
            var some = await finished.BeforeAsync(DateTimeOffset.MaxValue, TestContext.Current.CancellationToken);
            if (some.Count == 0)
                break;
            Assert.True(sweeps < 10);
            Assert.InRange(some.Count, 1, 2 * FinishedJobs.PageSize);
            Assert.Equal(events.At(found.Count), some[0].At);
            Assert.Equal(some.Count, (await finished.BeforeAsync(DateTimeOffset.MaxValue, TestContext.Current.CancellationToken)).Count); // nothing was erased: no more
            foreach (var job in some)
            {
                Assert.True(found.Add(job.Id));
                events.Erase(job.Id);
                finished.Remove(job.Id);
            }
        }
        Assert.Equal(Jobs, found.Count);
    }

    /// <summary>A journal in which every second event is the last one of a job.</summary>
    private sealed class Events : IStoredEvents
    {
        private readonly List<StoredMark> _marks = [];
        private readonly HashSet<string> _erased = [];

        public Events()
        {
            for (var i = 0; i < Jobs; i++)
                _marks.Add(new StoredMark(2 * (i + 1), JobActor.PersistenceIdOf(new JobId(Hash256.Of(BitConverter.GetBytes(i)))), At(i)));
        }

        public DateTimeOffset At(int job) => DateTimeOffset.UnixEpoch.AddSeconds(job);

        public void Erase(JobId id) => _erased.Add(JobActor.PersistenceIdOf(id));

        public Task<long> EndAsync(CancellationToken cancel) => Task.FromResult(_marks[^1].Place);

        public Task<IReadOnlyList<StoredMark>> FindAsync(int serializer, string manifest, long after, int most, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<StoredMark>>([.. _marks.Where(mark => mark.Place > after && !_erased.Contains(mark.PersistenceId)).Take(most)]);

        public Task RewriteAsync(string persistenceId, Func<StoredEvent, StoredEvent?> rewrite, CancellationToken cancel) => throw new NotSupportedException();
    }
}
