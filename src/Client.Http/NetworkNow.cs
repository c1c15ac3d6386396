using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Client.Http;

/// <summary>The network as a node sees it.</summary>
/// <param name="Counts">The epoch is not degraded.</param>
/// <param name="Members">c-nodes in the roster.</param>
/// <param name="Slots">Tasks that the cluster runs at once.</param>
/// <param name="SinceEpoch">The age of the epoch's record.</param>
/// <param name="Totals">Of the node that answers, since it began.</param>
public sealed record NetworkNow(
    long Epoch, bool Counts, int Members, int Trusted, int ClusterNodes, int Slots, TimeSpan SinceEpoch, NetworkNow.Work Totals)
{
    /// <summary>What was done for the jobs of one node.</summary>
    /// <param name="Tasks">Those that were decided.</param>
    /// <param name="Executions">Results that went into these decisions.</param>
    /// <param name="Lies">Results of tasks that were not the agreed ones.</param>
    public sealed record Work(long Tasks, long Executions, long Lies);

    /// <exception cref="RefusedException">It is no such answer.</exception>
    internal static NetworkNow Read(ReadOnlyMemory<byte> json)
    {
        var fields = JsonFields.Parse(json, "Answer");
        var totals = fields.Object("totals");
        return new(
            fields.Whole("epoch"), fields.Flag("counts"), fields.Int("members"), fields.Int("trusted"), fields.Int("clusterNodes"),
            fields.Int("slots"),
            TimeSpan.FromMilliseconds(fields.Whole("sinceEpochMs")),
            new(totals.Whole("tasks"), totals.Whole("executions"), totals.Whole("lies")));
    }
}
