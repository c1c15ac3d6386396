using System.CommandLine;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Jobs.Protocol;
using Spectre.Console;

namespace AkkaCompute.Cli.Network;

/// <summary><c>top</c>: the network and one's own jobs, as they are now.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var network = new NetworkOptions();
        var once = new Option<bool>("--once") { Description = "Writes it once, and ends: so too where standard output is no terminal." };
        var command = new Command("top", "Shows the network, what it does now, and your open jobs. Ctrl-C ends it.") { once };
        network.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var boss = network.Connect(parsed);
            if (parsed.GetValue(once) || Console.IsOutputRedirected)
            {
                foreach (var line in Lines(null, await SeenAsync(boss, cancel)))
                    Console.WriteLine(line);
                return ExitCodes.Good;
            }
            try
            {
                await ShowAsync(boss, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // That is how one leaves it.
            }
            return ExitCodes.Good;
        });
        return command;
    }

    private static Task ShowAsync(HttpBoss boss, CancellationToken cancel) => AnsiConsole.Live(new Text("")).StartAsync(async live =>
    {
        Seen? before = null;
        using var timer = new PeriodicTimer(_every);
        do
        {
            var now = await SeenAsync(boss, cancel);
            live.UpdateTarget(new Rows(Lines(before, now).Select(line => new Text(line))));
            before = now;
        }
        while (await timer.WaitForNextTickAsync(cancel));
    });

    private static async Task<Seen> SeenAsync(HttpBoss boss, CancellationToken cancel)
    {
        var network = await boss.GetNetworkAsync(cancel);
        var at = TimeProvider.System.GetUtcNow();
        var jobs = new List<JobProtocol.JobInfo>();
        foreach (var job in (await boss.GetJobsAsync(cancel)).Open)
            jobs.Add(await boss.Job(job).GetAsync(cancel));
        return new Seen(at, network, jobs);
    }

    /// <param name="before">To tell what is done in a second from; <c>null</c> means since the node began.</param>
    private static IEnumerable<string> Lines(Seen? before, Seen now)
    {
        var (network, totals) = (now.Network, now.Network.Totals);
        yield return
            $"epoch {network.Epoch}{(network.Counts ? "" : " (degraded)")}, {network.SinceEpoch.TotalSeconds:0.0} s old; "
            + $"{network.Members} c-nodes, {network.Trusted} trusted; "
            + $"{network.ClusterNodes} cluster nodes, {network.Slots} slots";
        if (before is not null)
        {
            var seconds = (now.At - before.At).TotalSeconds;
            var (tasks, executions) = (totals.Tasks - before.Network.Totals.Tasks, totals.Executions - before.Network.Totals.Executions);
            yield return $"{tasks / seconds:0} tasks/s, {executions / seconds:0} "
                + $"executions/s{(tasks > 0 ? $", {(double)executions / tasks:0.00} a task" : "")}";
        }
        yield return $"this node since its start: {totals.Tasks} tasks, {totals.Executions} executions, {totals.Lies} results that were "
            + "not the agreed ones";
        yield return "";
        foreach (var line in PsCommand.Lines(now.Jobs))
            yield return line;
    }

    private sealed record Seen(DateTimeOffset At, NetworkNow Network, IReadOnlyList<JobProtocol.JobInfo> Jobs);
}
