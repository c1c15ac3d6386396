namespace AkkaCompute.Genetic;

/// <summary>How the genetic algorithm runs. The same options and instance give the same result, on any machine.</summary>
public sealed record GeneticOptions
{
    /// <summary>The only source of chance.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Islands, which are the tasks of a round; 1 .. 1000.</summary>
    public int Islands { get; init; } = 16;

    /// <summary>Tours on an island; 2 .. 64.</summary>
    public int Population { get; init; } = 30;

    /// <summary>Tours that an island hands back, at most; 1 .. 64. Fewer where the next input could not hold them.</summary>
    public int Elite { get; init; } = 20;

    /// <summary>Of the tours that an island starts the next round with, how many come from another one; 0 .. 63.</summary>
    public int Migrants { get; init; } = 5;

    /// <summary>Children per pair of parents; 1 .. 64.</summary>
    public int Children { get; init; } = 20;

    /// <summary>The work of one task, in thousands of cities looked at; 1 .. 10,000,000. A thousand takes about 10 µs.</summary>
    public int Effort { get; init; } = 10_000;

    /// <summary>Rounds that are run in any case; 1 .. <see cref="MaxRounds"/>.</summary>
    public int MinRounds { get; init; } = 6;

    /// <summary>Rounds after which the job ends even where it still improves; up to 10,000.</summary>
    public int MaxRounds { get; init; } = 60;

    /// <summary>The job ends after so many rounds without a better tour; 1 or more.</summary>
    public int Patience { get; init; } = 5;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its limits; the message names it.</exception>
    public void Check()
    {
        Within(Islands, 1, 1000, nameof(Islands));
        Within(Population, 2, GeneticCodec.MaxPopulation, nameof(Population));
        Within(Elite, 1, GeneticCodec.MaxPopulation, nameof(Elite));
        Within(Migrants, 0, GeneticCodec.MaxPopulation - 1, nameof(Migrants));
        Within(Children, 1, GeneticCodec.MaxChildren, nameof(Children));
        Within(Effort, 1, GeneticCodec.MaxEffort, nameof(Effort));
        Within(MaxRounds, 1, 10_000, nameof(MaxRounds));
        Within(MinRounds, 1, MaxRounds, nameof(MinRounds));
        Within(Patience, 1, int.MaxValue, nameof(Patience));
    }

    private static void Within(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is not within {least} .. {most}");
    }
}
