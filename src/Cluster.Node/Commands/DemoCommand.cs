using System.CommandLine;
using System.Globalization;
using AkkaCompute.Demo;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Hosting;

namespace AkkaCompute.Node.Commands;

/// <summary><c>demo</c>: the demonstration of src/Demo, on a node of this process.</summary>
internal static class DemoCommand
{
    private static readonly DemoSettings Standard = new();

    public static Command Create()
    {
        var file = new Argument<string?>("file.tsp")
        {
            Description =
                "A TSPLIB file (EUC_2D, CEIL_2D, GEO, ATT or EXPLICIT); by default the capitals of the 48 contiguous United States.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var workers = Options.Workers(Standard.Workers);
        var slots = Options.Slots();
        var seed = Options.Text("--seed", "N", "The source of chance: the same seed and input give the same outcomes.", text =>
            ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new FormatException($"--seed: '{text}' is not a whole number within 0 .. {ulong.MaxValue}."));
        seed.DefaultValueFactory = _ => Standard.Seed;
        var effort = Options.Number(
            "--effort", "The work of a task, in thousands of cities looked at: a thousand takes about 10 µs.", 1, DemoSettings.MaxEffort,
            Standard.Effort);
        var saboteurs = Options.Number("--saboteurs", "How many of the workers lie.", 0, SettingTable.MaxWorkers, 0);
        var quorum = Options.Text<Policy.Quorum?>(
            "--quorum", "M,CAP", "M identical results of at most CAP executions a task; by default 2,7, with saboteurs 3,7.", ParseQuorum);
        var policy = Options.Text<Policy?>(
            "--policy", "TEXT", "How results are checked, such as \"credibility(0.001, 0.2)\" or \"none\"; in place of --quorum.",
            ParsePolicy);
        var data = Options.Text<string?>(
            "--data", "DIR", "Where everything durable is; by default a temporary directory.", text => Options.Path("--data", text));
        var svg = Options.Text("--svg", "FILE", "Where the drawing of the tour goes.", text => Options.Path("--svg", text));
        svg.DefaultValueFactory = _ => Standard.Svg;
        var json = Options.Text<string?>("--json", "FILE", "Where a summary for machines goes.", text => Options.Path("--json", text));
        var level = Options.LogLevel(Standard.LogLevel);
        var stay =
            new Option<bool>("--stay") { Description = "Keep the network and its page up, and search on with other seeds, until Ctrl-C." };

        var command = new Command("demo", "Solves a travelling salesman problem on sandboxed workers in this process.")
        {
            file, workers, slots, seed, effort, saboteurs, quorum, policy, data, svg, json, stay, level,
        };
        command.SetAction((parsed, cancel) => RunAsync(
            Standard with
            {
                File = parsed.GetValue(file),
                Workers = parsed.GetValue(workers),
                Slots = parsed.GetValue(slots),
                Seed = parsed.GetValue(seed),
                Effort = parsed.GetValue(effort),
                Saboteurs = parsed.GetValue(saboteurs),
                Chosen = parsed.GetValue(policy) ?? parsed.GetValue(quorum),
                DataDirectory = parsed.GetValue(data),
                Svg = parsed.GetValue(svg)!,
                Json = parsed.GetValue(json),
                LogLevel = parsed.GetValue(level)!,
                Stay = parsed.GetValue(stay),
            },
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(DemoSettings settings, CancellationToken cancel)
    {
        if (settings.Saboteurs > settings.Workers)
            throw new UserErrorException(
                $"--saboteurs: {settings.Saboteurs} is over the {settings.Workers} of --workers.") { ExitCode = CommandLine.WrongUsage };
        try
        {
            return await Demonstration.RunAsync(settings, DemoNode.StartAsync, cancel);
        }
        catch (DemoException wrong)
        {
            throw new UserErrorException(wrong.Message, wrong);
        }
    }

    private static Policy ParsePolicy(string text) =>
        Policies.Known.Parse(text, out var flaw) ?? throw new FormatException($"--policy: {flaw}");

    private static Policy.Quorum ParseQuorum(string text) =>
        Policy.TryParse($"{Policy.Quorum.Name}({string.Join(", ", text.Split(','))})", out var policy) && policy is Policy.Quorum quorum
            ? quorum
            : throw new FormatException($"--quorum: '{text}' is not M,CAP with 1 ≤ M ≤ CAP ≤ {Policy.MaxCap}.");
}
