using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Genetic;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Demo;

/// <summary>What a demo has found and cost.</summary>
/// <param name="Optimum">The instance's optimal length, where it is known.</param>
/// <param name="Executions">Results that workers gave for these tasks.</param>
/// <param name="Startup">From the command to a node that is ready.</param>
/// <param name="Elapsed">From handing in the job to its last outcome.</param>
/// <param name="Vouches">Vouches recorded, by the boss for workers and by workers for the boss.</param>
/// <param name="OutcomesSha256">See <see cref="OutcomesDigest"/>.</param>
/// <param name="Workers">By number.</param>
internal sealed record DemoSummary(
    DemoSettings Settings, TspInstance Instance, GeneticResult Result, long? Optimum, long Executions,
    TimeSpan Startup, TimeSpan Elapsed, long Vouches, string OutcomesSha256, IReadOnlyList<WorkerSummary> Workers)
{
    public double TasksPerSecond => Result.Tasks / Elapsed.TotalSeconds;

    /// <summary>Executions per task.</summary>
    public double Redundancy => (double)Executions / Result.Tasks;

    /// <summary>How much longer than the optimum the tour is, as a fraction.</summary>
    public double? Gap => Optimum is { } optimum ? ((double)Result.Best.Length / optimum) - 1 : null;
}

/// <summary>One worker's part.</summary>
/// <param name="Accepted">Results of this job that were accepted.</param>
/// <param name="Rejected">Results of this job that were rejected.</param>
/// <param name="Reputation">What it has earned as a worker, over all jobs that its data directory has seen.</param>
internal sealed record WorkerSummary(int Number, NodeId Id, bool Saboteur, int Accepted, int Rejected, Score Reputation);
