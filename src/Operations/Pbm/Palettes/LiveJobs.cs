using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Cluster;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using static AkkaCompute.Domain.Jobs.Protocol.LiveJobsProtocol;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary>
/// The jobs of the cluster, as its nodes know them: nobody keeps a list of all jobs of all bosses, but every
/// open job has a live actor.
/// </summary>
internal sealed class LiveJobs(NodeContext node)
{
    /// <summary>Jobs of one answer; the next ones are asked for by the last id of it.</summary>
    private const int Most = 1_000;

    private const int AtOnce = 16;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Cluster _cluster = Cluster.Get(node.System);

    /// <param name="after">Jobs after this id, by id; the default for the first ones.</param>
    public async IAsyncEnumerable<PbmLine> ListAsync(JobId after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var members = _cluster.State.Members
            .Where(member => member.HasRole(ComputeNode.Role) && member.Status is MemberStatus.Up or MemberStatus.Leaving)
            .ToArray();
        var found = await Task.WhenAll(members.Select(member => OfNodeAsync(member.Address, cancel)));
        var ids = found.SelectMany(ids => ids ?? []).Distinct().Order().ToArray();
        JobId[] shown = [.. ids.Where(id => id > after).Take(Most)];
        var jobs = new List<(DateTimeOffset? Created, PbmLine Line)>();
        foreach (var some in shown.Chunk(AtOnce))
            jobs.AddRange(await Task.WhenAll(some.Select(id => OneAsync(id, cancel))));
        foreach (var job in jobs.OrderByDescending(job => job.Created)) // the unknown ones last
            yield return job.Line;
        for (var i = 0; i < members.Length; i++)
        {
            if (found[i] is null)
                yield return new PbmLine(
                    $"... {members[i].Address} does not answer: its jobs are not here.",
                    new() { ["noAnswer"] = members[i].Address.ToString() });
        }
        var isAll = shown.Length == ids.Length;
        var more = shown.Length > 0 && shown[^1] != ids[^1] ? $"; more with -a {shown[^1]}" : "";
        yield return new PbmLine($"Count: {ids.Length} jobs{(isAll ? "" : $", {shown.Length} shown")}{more}");
    }

    /// <summary>Some at a time: all of them may be more than a frame takes. Null where the node does not answer.</summary>
    private async Task<IReadOnlyList<JobId>?> OfNodeAsync(Address address, CancellationToken cancel)
    {
        ICanTell service = address == _cluster.SelfAddress
            ? node.Service
            : node.System.ActorSelection($"{address}{node.Service.Path.ToStringWithoutAddress()}");
        var all = new List<JobId>();
        try
        {
            while (await service.Ask<object>(
                new GetLiveJobs(all.LastOrDefault(), MaxJobs), Timeout, cancel) is LiveJobsProtocol.LiveJobs some)
            {
                all.AddRange(some.Jobs);
                if (some.End)
                    return all;
            }
        }
        catch (AskTimeoutException)
        {
            // the answer says so
        }
        return null;
    }

    private async Task<(DateTimeOffset? Created, PbmLine Line)> OneAsync(JobId id, CancellationToken cancel)
    {
        try
        {
            return await node.Service.Ask<object>(new JobProtocol.GetJob(id), Timeout, cancel) is JobProtocol.JobInfo info
                ? (info.CreatedAt, JobLines.Short(info))
                : (null, new PbmLine($"{id} | unknown", new() { ["job"] = id.ToString(), ["status"] = "unknown" }));
        }
        catch (AskTimeoutException)
        {
            return (null, new PbmLine($"{id} | no answer", new() { ["job"] = id.ToString(), ["status"] = "no answer" }));
        }
    }
}
