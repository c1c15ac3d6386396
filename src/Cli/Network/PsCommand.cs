using System.CommandLine;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside;
using Spectre.Console;

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

    private static void Write(List<JobProtocol.JobInfo> infos, long finished)
    {
        var table = new Table().Border(TableBorder.None).AddColumn(new TableColumn("JOB").NoWrap()).AddColumn("STATE").AddColumn("TASKS").AddColumn("FAILED").AddColumn("LABEL");
        foreach (var info in infos)
        {
            table.AddRow(
                info.JobId.ToString(), info.Progress.Status.ToString().ToLowerInvariant(), $"{info.Progress.Decided}/{info.Progress.Tasks}",
                $"{info.Progress.Failed}", Markup.Escape(info.Spec.Label));
        }
        if (infos.Count > 0)
            AnsiConsole.Write(table);
        Console.WriteLine($"{infos.Count} open, {finished} finished.");
    }
}
