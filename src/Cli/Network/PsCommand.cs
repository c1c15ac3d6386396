using System.CommandLine;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Cli.Network;

/// <summary><c>ps</c>: this key's open jobs.</summary>
internal static class PsCommand
{
    public static Command Create()
    {
        var network = new NetworkOptions();
        var json = new Option<bool>("--json") { Description = "Writes each job as JSON, a line each." };
        var command = new Command("ps", "Lists your open jobs.") { json };
        network.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var boss = network.Connect(parsed);
            var jobs = await boss.GetJobsAsync(cancel);
            var infos = new List<JobProtocol.JobInfo>();
            foreach (var job in jobs.Open)
                infos.Add(await boss.Job(job).GetAsync(cancel));
            if (parsed.GetValue(json))
                infos.ForEach(info => Console.WriteLine(System.Text.Encoding.UTF8.GetString(JobJson.Write(info).Span)));
            else
                Write(infos, jobs.Finished);
            return ExitCodes.Good;
        });
        return command;
    }

    /// <summary>Lines that a script can cut too: no table, which a narrow terminal would break.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<JobProtocol.JobInfo> infos)
    {
        if (infos.Count > 0)
            yield return $"{"JOB",-64} {"STATE",-9} {"TASKS",-17} {"FAILED",-8} LABEL";
        foreach (var info in infos)
        {
            yield return
                $"{info.JobId,-64} {info.Progress.Status.ToString().ToLowerInvariant(),-9} "
                + $"{$"{info.Progress.Decided}/{info.Progress.Tasks}",-17} "
                + $"{info.Progress.Failed,-8} {info.Spec.Label}".TrimEnd();
        }
    }

    private static void Write(List<JobProtocol.JobInfo> infos, long finished)
    {
        foreach (var line in Lines(infos))
            Console.WriteLine(line);
        Console.WriteLine($"{infos.Count} open, {finished} finished.");
    }
}
