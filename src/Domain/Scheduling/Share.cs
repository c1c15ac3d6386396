using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Scheduling;

/// <summary>Whose work something is, and how much its boss pays for it.</summary>
/// <param name="Boss">Who is charged.</param>
/// <param name="Job">Jobs of one boss share what the boss has.</param>
/// <param name="Weight">1 to <see cref="MaxWeight"/>: how many times the share of a free job.</param>
public readonly record struct Share(NodeId Boss, JobId Job, int Weight)
{
    /// <summary>The most that a price can buy: a job that pays nothing still has a sixteenth beside one that pays a fortune.</summary>
    public const int MaxWeight = 16;

    /// <summary>A free job has weight 1, and each credit of a task's price adds one.</summary>
    /// <param name="boss">Null where the lease does not say it: then the job stands for itself.</param>
    public static Share Of(NodeId? boss, JobId job, Credits price) =>
        new(boss ?? new NodeId(job.Hash), job, 1 + (int)Math.Min(price.Amount, MaxWeight - 1));
}
