using System.Globalization;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Bench.Support;

/// <summary>What can be said after the name of a bench. What is not said, each bench decides by itself.</summary>
internal sealed record BenchArguments
{
    public const string Usage =
        "[--json FILE] [--rounds N] [--tasks N] [--workers N,N,…] [--policy none|quorum|TEXT] [--draw now|next] [--bundle N] [--part NAME]";

    /// <summary>Where the figures go besides the console.</summary>
    public string? Json { get; private init; }

    /// <summary>How often each thing is measured; the median counts.</summary>
    public int? Rounds { get; private init; }

    public int? Tasks { get; private init; }

    /// <summary>Registered workers, one measurement for each number.</summary>
    public IReadOnlyList<int>? Workers { get; private init; }

    public Policy Policy { get; private init; } = new Policy.None();

    public DrawMode Draw { get; private init; } = DrawMode.Now;

    /// <summary>Tasks a bundle; null: by their measured time.</summary>
    public int? Bundle { get; private init; }

    /// <summary>One part of the bench alone, where it has parts.</summary>
    public string? Part { get; private init; }

    /// <summary>Null where something is not understood.</summary>
    public static BenchArguments? Parse(IReadOnlyList<string> words)
    {
        var arguments = new BenchArguments();
        for (var i = 0; i < words.Count; i += 2)
        {
            if (i + 1 == words.Count || arguments.With(words[i], words[i + 1]) is not { } more)
                return null;
            arguments = more;
        }
        return arguments;
    }

    private BenchArguments? With(string option, string value) => option switch
    {
        "--json" => this with { Json = value },
        "--rounds" when Count(value) is { } rounds => this with { Rounds = rounds },
        "--tasks" when Count(value) is { } tasks => this with { Tasks = tasks },
        "--workers" when value.Split(',').Select(Count).ToArray() is var counts && counts.All(count => count is not null) =>
            this with { Workers = [.. counts.Select(count => count!.Value)] },
        "--policy" when value == "none" => this with { Policy = new Policy.None() },
        "--policy" when value == "quorum" => this with { Policy = new Policy.Quorum(2, 7) },
        "--policy" when Policy.TryParse(value, out var policy) => this with { Policy = policy },
        "--draw" when value == "now" => this with { Draw = DrawMode.Now },
        "--draw" when value == "next" => this with { Draw = DrawMode.Next },
        "--bundle" when Count(value) is { } bundle && bundle <= JobSpec.MaxBundle => this with { Bundle = bundle },
        "--part" => this with { Part = value },
        _ => null,
    };

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;
}
