using AkkaCompute.Domain.Verification;
using AkkaCompute.Genetic;

namespace AkkaCompute.Demo;

/// <summary>What the user says about a demo.</summary>
public sealed record DemoSettings
{
    /// <summary>A TSPLIB file; <c>null</c> means the capitals of the 48 contiguous United States.</summary>
    public string? File { get; init; }

    /// <summary>c-nodes, at least one.</summary>
    public int Workers { get; init; } = 9;

    /// <summary>Bundles that run at once.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;

    /// <summary>The genetic algorithm's only source of chance.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The largest <see cref="Effort"/>.</summary>
    public const int MaxEffort = GeneticCodec.MaxEffort;

    /// <summary>
    /// The work of one task, in thousands of cities looked at, 1 to <see cref="MaxEffort"/>: a thousand takes about 10 µs.
    /// </summary>
    public int Effort { get; init; } = new GeneticOptions().Effort;

    /// <summary>How many of the workers lie: the last ones.</summary>
    public int Saboteurs { get; init; }

    /// <summary>How the user wants results checked; <c>null</c> means the standard quorum.</summary>
    public Policy? Chosen { get; init; }

    /// <summary>Where everything durable is; <c>null</c> means a temporary directory, deleted at the end.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where the drawing of the tour goes.</summary>
    public string Svg { get; init; } = "tour.svg";

    /// <summary>Where the summary for machines goes; <c>null</c> means nowhere.</summary>
    public string? Json { get; init; }

    /// <summary>Whether the network stays up after the search, and searches on with the next seeds, until the user ends it.</summary>
    public bool Stay { get; init; }

    /// <summary>Akka's log level: a log would disturb the display.</summary>
    public string LogLevel { get; init; } = "OFF";

    /// <summary>Two agree by default; where some lie, three, so that no two of them could ever push a lie through.</summary>
    public Policy Policy => Chosen ?? new Policy.Quorum(Saboteurs > 0 ? 3 : 2, 7);

    /// <summary>Whether a worker lies, by its number from 0.</summary>
    public bool IsSaboteur(int worker) => worker >= Workers - Saboteurs;
}
