using System.CommandLine;
using System.Globalization;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Verification;
using Spectre.Console;

namespace AkkaCompute.Cli.Network;

/// <summary>
/// <c>estimate</c>: what a job would cost under each policy, and how often it would be wrong; from formulas, and with a network from those
/// who are there.
/// </summary>
internal static class EstimateCommand
{
    private const decimal Epsilon = 0.001m;

    public static Command Create()
    {
        var policies = new Option<string[]>("--policy")
        {
            Description = "A policy as text, such as \"credibility(0.001, 0.2)\"; again for more. By default those that are usual, and "
                + "credibility for --error.",
            HelpName = "TEXT", AllowMultipleArgumentsPerToken = false,
        };
        var error = Number("--error", "ε: the share of wrong outcomes that may be.", Epsilon, 0, 1);
        var colluders =
            Number("--colluders", "f: the share of the trusted that collude.", Policy.Credibility.DefaultColluders, 0, 0.499999999m);
        var answering = Number(
            "--answering", "a: the share of the honest that answer. With --network, as a node there has measured it.",
            Policy.Credibility.DefaultAnswering, 0.000000001m, 1);
        var trusted = Whole("--trusted", "Trusted c-nodes that can be drawn.", 100, 0);
        var newcomers = Whole("--newcomers", "Newcomers that can be drawn.", 0, 0);
        var slots = Whole("--slots", "Tasks that the cluster runs at once.", 100, 1);
        var tasks = Whole("--tasks", "Tasks of the job.", 1_000, 1);
        var time = Number("--task-time", "Seconds that a task takes.", 1, 0, 3_600);
        var command = new Command("estimate", "Says what a job would cost under each policy, and how often it would be wrong.")
        {
            policies, error, colluders, answering, trusted, newcomers, slots, tasks, time,
        };
        var network = new Option<string?>("--network")
        {
            Description = "The address of a gateway: who is there, in place of --trusted, --newcomers and --slots.", HelpName = "URL",
        };
        command.Add(network);
        command.SetAction(async (parsed, cancel) =>
        {
            var f = parsed.GetValue(colluders);
            var there = parsed.GetValue(network) is { } address
                ? await NetworkSize.AskAsync(NetworkOptions.Parse(address), f, cancel)
                : new NetworkSize(parsed.GetValue(trusted), parsed.GetValue(newcomers), parsed.GetValue(slots), parsed.GetValue(answering));
            var isSaid = parsed.GetResult(answering) is { Implicit: false };
            var input = new EstimateInput(
                there.Trusted, there.Newcomers, there.Slots, parsed.GetValue(tasks),
                TimeSpan.FromSeconds((double)parsed.GetValue(time)), f, isSaid ? parsed.GetValue(answering) : there.Answering);
            Write(
                Chosen(parsed.GetValue(policies), parsed.GetValue(error), input).Select(policy => PolicyEstimate.Of(policy, input)), input);
            return ExitCodes.Good;
        });
        return command;
    }

    private static IEnumerable<Policy> Chosen(string[]? texts, decimal error, EstimateInput input) => texts is { Length: > 0 }
        ? texts.Select(text => Policies.Known.Parse(text, out var flaw) ?? throw new UsageException($"--policy: {flaw}"))
        : [new Policy.None(), new Policy.Quorum(2, 7), new Policy.Quorum(3, 7),
            new Policy.Credibility(error, input.Colluders, input.Answering),
            new Policy.Checked(error, input.Colluders, answering: input.Answering)];

    private static void Write(IEnumerable<PolicyEstimate> estimates, EstimateInput input)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{input.Tasks} tasks of {Text(input.TaskTime)} on {input.Slots} slots; {input.Trusted} trusted, {input.Newcomers} newcomers; "
            + $"f = {input.Colluders}, a = {input.Answering}"));
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("policy").NoWrap()).AddColumn("wrong")
            .AddColumn("unsure")
            .AddColumn("runs").AddColumn("attacked").AddColumn("at most").AddColumn(new TableColumn("takes").NoWrap());
        PolicyEstimate[] all = [.. estimates];
        foreach (var estimate in all.Where(estimate => estimate.Refused is null))
        {
            table.AddRow(
                estimate.Policy.Text, Text(estimate.Error), Text(estimate.Unsure), Text(estimate.Honest), Text(estimate.Attacked),
                $"{estimate.Most}", Text(estimate.Wait));
        }
        if (table.Rows.Count > 0)
            AnsiConsole.Write(table);
        foreach (var estimate in all.Where(estimate => estimate.Refused is not null))
            Console.WriteLine(estimate.Refused);
        Console.WriteLine(
            "wrong, unsure, attacked: if a share f of the trusted tell one lie together. runs: executions a task where nobody lies.");
        Console.WriteLine("takes: on free slots, without draws, leases and the network.");
    }

    private static string Text(double number) => number switch
    {
        0 => "0",
        < 0.001 => number.ToString("0.0e0", CultureInfo.InvariantCulture),
        _ => number.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static string Text(TimeSpan time) => time.TotalSeconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        < 7_200 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h"),
    };

    private static Option<decimal> Number(string name, string about, decimal usual, decimal least, decimal most) => Option(
        name, about, usual, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"),
        text =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number >= least
                && number <= most
                ? number
                : null);

    private static Option<int> Whole(string name, string about, int usual, int least) => Option(
        name, about, usual, $"a whole number from {least}",
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number : null);

    private static Option<T> Option<T>(string name, string about, T usual, string kind, Func<string, T?> parse)
        where T : struct => new(name)
        {
            Description = about, HelpName = "N", DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (parse(text) is { } number)
                    return number;
                result.AddError($"{name}: '{text}' is not {kind}.");
                return usual;
            },
        };
}
