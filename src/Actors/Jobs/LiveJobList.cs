using Akka.Actor;
using Akka.Cluster.Sharding;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Jobs.Protocol.LiveJobsProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// Answers which jobs are live on this node, some at a time: what the region itself says of all of them is over a frame from some 1,900
/// jobs on.
/// </summary>
internal sealed class LiveJobList(IActorRef jobs)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public void On(GetLiveJobs query, IActorRef asker)
    {
        if (query.Count is < 1 or > MaxJobs)
            asker.Tell(new Refused(RefusalReason.Invalid, $"GetLiveJobs.Count: {query.Count}, from 1 to {MaxJobs}."));
        else
            jobs.Ask<CurrentShardRegionState>(GetShardRegionState.Instance, Timeout).PipeTo(
                asker, success: state => Page(state.Shards.SelectMany(shard => shard.EntityIds), query),
                failure: _ => new Refused(RefusalReason.Unavailable, "The jobs' region does not answer."));
    }

    internal static LiveJobs Page(IEnumerable<string> live, GetLiveJobs query)
    {
        JobId[] after = [.. live.Select(id => new JobId(Hash256.Parse(id))).Where(id => id > query.After).Order().Take(query.Count + 1)];
        return new LiveJobs(after.Length > query.Count ? after[..query.Count] : after, after.Length <= query.Count);
    }
}
