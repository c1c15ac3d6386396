namespace AkkaCompute.Genetic;

/// <summary>What one task starts with, beside the instance.</summary>
/// <param name="Seed">The island's chance in this round.</param>
/// <param name="Effort">See <see cref="GeneticOptions.Effort"/>.</param>
/// <param name="Immigrants">Tours that the population starts with; fresh ones fill the rest.</param>
public sealed record IslandInput(ulong Seed, int Effort, int Population, int Elite, int Children, IReadOnlyList<Tour> Immigrants);

/// <summary>What one task found.</summary>
/// <param name="Generations">Generations bred.</param>
/// <param name="Restarts">How often the population had converged and was replaced by a fresh one.</param>
/// <param name="Tours">1 or more, distinct, the best first.</param>
public sealed record IslandOutput(long Generations, long Restarts, IReadOnlyList<Tour> Tours);
