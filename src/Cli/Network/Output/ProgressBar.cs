using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Jobs.Protocol;
using Spectre.Console;

namespace AkkaCompute.Cli.Network.Output;

/// <summary>How far a job is, on standard error; nothing where that is no terminal, or where outcomes are shown on the same one.</summary>
internal sealed class ProgressBar : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private Task _shown = Task.CompletedTask;

    /// <summary>Outcomes that were written.</summary>
    public long Written { get; set; }

    /// <param name="isAlone">Nothing is written to standard output meanwhile: it may be the same terminal.</param>
    public static ProgressBar Start(HttpJob job, bool isAlone = false)
    {
        var bar = new ProgressBar();
        if (!Console.IsErrorRedirected && (isAlone || Console.IsOutputRedirected))
            bar._shown = bar.ShowAsync(job);
        return bar;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _shown;
        _end.Dispose();
    }

    private async Task ShowAsync(HttpJob job)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await console.Progress().AutoClear(true)
            .Columns(
                new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn(),
                new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("handing in");
                try
                {
                    await foreach (var now in job.ProgressAsync(_end.Token))
                    {
                        bar.MaxValue = Math.Max(1, now.Tasks);
                        bar.Value = now.Decided;
                        bar.Description = Words(now);
                    }
                }
                catch (OperationCanceledException) when (_end.IsCancellationRequested)
                {
                    // all is read
                }
            });
    }

    private static string Words(JobProgress now) => Markup.Escape(
        $"{now.Decided} of {now.Tasks} tasks{(now.Status == JobStatus.Open ? " so far" : "")}"
        + (now.Failed > 0 ? $", {now.Failed} failed" : "") + (now.WaitsFor.Length > 0 ? $"; waits: {now.WaitsFor}" : ""));
}
