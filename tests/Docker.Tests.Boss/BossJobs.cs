using System.Globalization;
using System.Text;
using AkkaCompute.Genetic;

namespace AkkaCompute.Tests.Docker.Boss;

/// <summary>What the boss hands in, for him and for the tests that compare what came back.</summary>
public static class BossJobs
{
    /// <summary>A genetic algorithm of so many rounds, each at least <see cref="RoundPause"/> long.</summary>
    public static GeneticOptions Genetic(int rounds) => new()
    {
        Seed = 7, Islands = 8, Effort = 4_000, MinRounds = rounds, MaxRounds = rounds, Patience = int.MaxValue,
    };

    public static TimeSpan RoundPause { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The pause between two tasks of the map job: some are always with somebody.</summary>
    public static TimeSpan MapPause { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>What the map job may cost. Each task costs one credit for each result, at most 7: enough for an hour.</summary>
    public const long Credits = 1_000_000;

    /// <summary>The input of a task of the map job: so many milliseconds does it take, and the output is the same.</summary>
    public static byte[] MapInput(long task) => Encoding.ASCII.GetBytes((50 + (task % 101)).ToString(CultureInfo.InvariantCulture));
}
