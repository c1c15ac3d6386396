using System.CommandLine;
using System.Text;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Cli.Network;

/// <summary><c>logs</c>: what the tasks of a job wrote to standard error, and how those ended that did not succeed.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var network = new NetworkOptions();
        var job = JobArgument.Create();
        var follow =
            new Option<bool>("--follow", "-f") { Description = "Goes on until the job has ended. Ctrl-C leaves the job as it is." };
        var task = new Option<long?>("--task") { Description = "Of this task alone.", HelpName = "N" };
        var command = new Command(
            "logs",
            "Writes what each decided task wrote to standard error, the last 4 KB of it, a line each behind 'task N: ', and how it ended "
            + "where it did not succeed.")
        {
            job, follow, task,
        };
        network.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var boss = network.Connect(parsed);
            var followed = boss.Job(JobArgument.Parse(parsed.GetValue(job)!, "JOB"));
            var left = parsed.GetValue(follow) ? long.MaxValue : (await followed.GetAsync(cancel)).Progress.Decided;
            try
            {
                await WriteAsync(followed, left, parsed.GetValue(task), cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return ExitCodes.Cancelled;
            }
            return ExitCodes.Good;
        });
        return command;
    }

    /// <param name="left">Outcomes that are read at the most.</param>
    private static async Task WriteAsync(HttpJob job, long left, long? only, CancellationToken cancel)
    {
        if (left == 0)
            return;
        await foreach (var outcome in job.OutcomesAsync(ordered: false, cancel))
        {
            if (only is null || only == outcome.Task)
                Write(outcome);
            if (--left == 0)
                return;
        }
    }

    private static void Write(Outcome outcome)
    {
        var text = Encoding.UTF8.GetString(outcome.Stderr.Span).TrimEnd('\n');
        if (text.Length > 0)
        {
            foreach (var line in text.Split('\n'))
                Console.WriteLine($"task {outcome.Task}: {Printable(line)}");
        }
        if (!outcome.Succeeded)
            Console.WriteLine($"task {outcome.Task}: {End(outcome)}");
    }

    /// <summary>How it ended, without what it wrote: that is there already.</summary>
    private static string End(Outcome outcome) => Printable((outcome with { Stderr = default }).Explain());

    /// <summary>What a stranger's program writes must not steer the terminal.</summary>
    private static string Printable(string line) => string.Concat(line.Select(one => char.IsControl(one) && one != '\t' ? '?' : one));
}
