using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic;

/// <summary>Runs the tasks of one round on <see cref="GeneticModule"/>, wherever that is.</summary>
/// <param name="inputs">One per task.</param>
/// <returns>The outputs of all tasks, in the order of the inputs.</returns>
public delegate Task<IReadOnlyList<ReadOnlyMemory<byte>>> Evolve(IReadOnlyList<ReadOnlyMemory<byte>> inputs, CancellationToken ct);

/// <summary>How far a job is, after each round.</summary>
/// <param name="Round">Rounds done.</param>
/// <param name="MaxRounds">Rounds that there are at most.</param>
/// <param name="TasksDone">Tasks done, over all rounds.</param>
/// <param name="BestLength">The length of the best tour so far.</param>
/// <param name="RoundsWithoutImprovement">Rounds since that length last fell.</param>
public sealed record RoundReport(int Round, int MaxRounds, int TasksDone, long BestLength, int RoundsWithoutImprovement);

/// <summary>What a job found.</summary>
/// <param name="Best">The best tour. A genetic algorithm can not know whether it is the optimum.</param>
/// <param name="Rounds">Rounds run.</param>
/// <param name="Tasks">Tasks run.</param>
/// <param name="Generations">Generations that the islands bred, all together.</param>
public sealed record GeneticResult(Tour Best, int Rounds, int Tasks, long Generations);

/// <summary>An island handed back what no island can have found. The message names round and island.</summary>
public sealed class IslandOutputException(int round, int island, string problem, Exception? inner)
    : Exception($"round {round}, island {island}: {problem}", inner)
{
    /// <summary>Counted from 1.</summary>
    public int Round { get; } = round;

    /// <summary>Counted from 0: the index of the task in its round.</summary>
    public int Island { get; } = island;
}

/// <summary>
/// The boss program of the island model: each round every island evolves as one task, then the best tours migrate. It
/// looks at a round only when all of its outputs are there, by their index, so that the order of arrival changes nothing.
/// </summary>
public sealed class GeneticJob
{
    private readonly TspInstance _instance;
    private readonly GeneticOptions _options;
    private readonly int _elite;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its limits.</exception>
    public GeneticJob(TspInstance instance, GeneticOptions options)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_instance, _options) = (instance, options);
        _elite = Math.Min(options.Elite, Math.Min(options.Population, GeneticCodec.MaxImmigrants(instance)));
    }

    /// <summary>Runs rounds until the stop rule of <see cref="GeneticOptions"/> ends them.</summary>
    /// <exception cref="IslandOutputException">A task's output is none.</exception>
    public async Task<GeneticResult> RunAsync(Evolve evolve, IProgress<RoundReport>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(evolve);
        IReadOnlyList<IReadOnlyList<Tour>> settlers = [.. Enumerable.Repeat<IReadOnlyList<Tour>>([], _options.Islands)];
        Tour? best = null;
        int round = 0, quiet = 0;
        long generations = 0;
        while (round < _options.MaxRounds && (round < _options.MinRounds || quiet < _options.Patience))
        {
            ct.ThrowIfCancellationRequested();
            round++;
            var outputs = Decode(round, await evolve(Inputs(round, settlers), ct));
            generations += outputs.Sum(o => o.Generations);
            var found = outputs.Select(o => o.Tours[0]).Aggregate((a, b) => Tour.Compare(a, b) <= 0 ? a : b);
            quiet = best is null || found.Length < best.Length ? 0 : quiet + 1;
            best = best is null || Tour.Compare(found, best) < 0 ? found : best;
            settlers = Migrate(round, outputs);
            progress?.Report(new RoundReport(round, _options.MaxRounds, round * _options.Islands, best.Length, quiet));
        }
        return new GeneticResult(best!, round, round * _options.Islands, generations);
    }

    private ReadOnlyMemory<byte>[] Inputs(int round, IReadOnlyList<IReadOnlyList<Tour>> settlers) =>
        [.. settlers.Select((tours, island) => (ReadOnlyMemory<byte>)GeneticCodec.EncodeInput(_instance, new IslandInput(
            SeedOf(round, island), _options.Effort, _options.Population, _elite, _options.Children, tours)))];

    private IslandOutput[] Decode(int round, IReadOnlyList<ReadOnlyMemory<byte>> outputs)
    {
        if (outputs.Count != _options.Islands)
            throw new InvalidOperationException($"round {round}: {outputs.Count} outputs came back for {_options.Islands} tasks");
        var decoded = new IslandOutput[outputs.Count];
        for (var island = 0; island < decoded.Length; island++)
        {
            try
            {
                decoded[island] = GeneticCodec.DecodeOutput(_instance, _elite, outputs[island].Span);
            }
            catch (FormatException e)
            {
                throw new IslandOutputException(round, island, e.Message, e);
            }
        }
        return decoded;
    }

    /// <summary>Every island keeps its own best and takes those of one other, another one each round.</summary>
    private IReadOnlyList<Tour>[] Migrate(int round, IslandOutput[] outputs)
    {
        var islands = outputs.Length;
        var next = new IReadOnlyList<Tour>[islands];
        for (var island = 0; island < islands; island++)
        {
            var other = islands == 1 ? 0 : (island + 1 + ((round - 1) % (islands - 1))) % islands;
            var own = outputs[island].Tours.Take(Math.Max(1, _elite - _options.Migrants));
            var migrants = outputs[other].Tours.Where(t => outputs[island].Tours.All(o => Tour.Compare(o, t) != 0)).Take(_options.Migrants);
            next[island] = [.. own.Concat(migrants).Take(_elite)];
        }
        return next;
    }

    /// <summary>SplitMix64's finalizer over the job's seed, the round and the island.</summary>
    private ulong SeedOf(int round, int island)
    {
        unchecked
        {
            var z = _options.Seed + (0x9e3779b97f4a7c15UL * (((ulong)round << 20) + (ulong)island + 1));
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
            return z ^ (z >> 31);
        }
    }
}
