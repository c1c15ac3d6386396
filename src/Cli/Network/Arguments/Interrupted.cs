using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;

namespace AkkaCompute.Cli.Network.Arguments;

/// <summary>Ctrl-C and SIGTERM end the job with the command.</summary>
internal static class Interrupted
{
    /// <summary>Runs; where it is interrupted, the job is cancelled and that is the exit code.</summary>
    public static async Task<int> WatchAsync(HttpJob job, Func<Task<int>> run, CancellationToken cancel)
    {
        try
        {
            return await run();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(NetworkOptions.CancelTime - TimeSpan.FromSeconds(1));
            try
            {
                await job.CancelAsync(limit.Token);
                await Console.Error.WriteLineAsync($"akkacompute: job {job.Id} is cancelled.");
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync($"akkacompute: nobody answered: end the job with 'akkacompute kill {job.Id}'.");
            }
            return ExitCodes.Cancelled;
        }
    }
}
