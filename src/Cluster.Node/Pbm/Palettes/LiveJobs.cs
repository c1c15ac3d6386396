using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Node.Pbm.Palettes;

/// <summary>
/// The jobs of the cluster, as the regions of its nodes know them: nobody keeps a list of all jobs of all bosses, but every
/// open job has a live actor.
/// </summary>
internal sealed class LiveJobs(NodeContext node)
{
    /// <summary>Jobs of one answer.</summary>
    private const int Most = 1_000;

    private const int AtOnce = 16;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Cluster _cluster = Cluster.Get(node.System);

    public async IAsyncEnumerable<PbmLine> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var members = _cluster.State.Members
            .Where(member => member.HasRole(ComputeNode.Role) && member.Status is MemberStatus.Up or MemberStatus.Leaving)
            .ToArray();
        var found = await Task.WhenAll(members.Select(member => OfNodeAsync(member.Address, cancel)));
        var ids = found.SelectMany(ids => ids ?? []).Distinct().Order(StringComparer.Ordinal).ToArray();
        var jobs = new List<(DateTimeOffset? Created, PbmLine Line)>();
        foreach (var some in ids.Take(Most).Chunk(AtOnce))
            jobs.AddRange(await Task.WhenAll(some.Select(id => OneAsync(id, cancel))));
        foreach (var job in jobs.OrderByDescending(job => job.Created)) // the unknown ones last
            yield return job.Line;
        for (var i = 0; i < members.Length; i++)
        {
            if (found[i] is null)
                yield return new PbmLine($"... {members[i].Address} does not answer: its jobs are not here.", new() { ["noAnswer"] = members[i].Address.ToString() });
        }
        yield return new PbmLine($"Count: {ids.Length} jobs{(ids.Length > Most ? $", {Most} shown" : "")}");
    }

    private async Task<IEnumerable<string>?> OfNodeAsync(Address address, CancellationToken cancel)
    {
        ICanTell region = address == _cluster.SelfAddress
            ? node.Job
            : node.System.ActorSelection($"{address}{node.Job.Path.ToStringWithoutAddress()}");
        try
        {
            var state = await region.Ask<CurrentShardRegionState>(GetShardRegionState.Instance, Timeout, cancel);
            return state.Shards.SelectMany(shard => shard.EntityIds);
        }
        catch (AskTimeoutException)
        {
            return null; // the answer says so
        }
    }

    private async Task<(DateTimeOffset? Created, PbmLine Line)> OneAsync(string id, CancellationToken cancel)
    {
        try
        {
            return JobId.TryParse(id, out var job) && await node.Service.Ask<object>(new JobProtocol.GetJob(job), Timeout, cancel) is JobProtocol.JobInfo info
                ? (info.CreatedAt, JobLines.Short(info))
                : (null, new PbmLine($"{id} | unknown", new() { ["job"] = id, ["status"] = "unknown" }));
        }
        catch (AskTimeoutException)
        {
            return (null, new PbmLine($"{id} | no answer", new() { ["job"] = id, ["status"] = "no answer" }));
        }
    }
}
