using Akka.Actor;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>A bundle's results on their way to the job.</summary>
internal static class ResultParts
{
    /// <summary>Bytes of results in one message, so that it fits a frame of 128 KB whatever the last one adds.</summary>
    private const int PartBytes = 60 * 1024;

    /// <summary>Sends them in as many parts as they need, the last with the worker's signature.</summary>
    public static void Send(NodeId worker, Assign assign, IReadOnlyList<TaskResult> results, Commitment commitment, IActorRef job, IActorRef self)
    {
        var parts = Cut(results);
        for (var part = 0; part < parts.Count; part++)
        {
            job.Tell(new BundleResult(
                assign.JobId, assign.Bundle, assign.Attempt, worker, part, parts.Count, parts[part],
                part == parts.Count - 1 ? commitment : null), self);
        }
    }

    private static List<IReadOnlyList<TaskResult>> Cut(IReadOnlyList<TaskResult> results)
    {
        var parts = new List<IReadOnlyList<TaskResult>>();
        var part = new List<TaskResult>();
        var bytes = 0;
        foreach (var result in results)
        {
            var size = result.Output.Length + result.Listing.Length + result.Stderr.Length + 32;
            if (part.Count > 0 && bytes + size > PartBytes)
            {
                parts.Add(part);
                part = [];
                bytes = 0;
            }
            part.Add(result);
            bytes += size;
        }
        parts.Add(part);
        return parts;
    }
}
