using System.Diagnostics;
using System.Net;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Genetic;
using AkkaCompute.Genetic.Tsplib;
using AkkaCompute.Sandbox.Adversaries;

namespace AkkaCompute.Demo;

/// <summary>One process that is a whole network: a node with its workers, and a boss program beside it.</summary>
internal sealed class DemoRun(
    DemoSettings settings, TspInstance instance, DemoProgress progress, IPEndPoint address, StartDemoNode start)
{
    /// <summary>Time that the job has to end when the user stops the demo.</summary>
    private static readonly TimeSpan CancelTimeout = TimeSpan.FromSeconds(3);

    /// <param name="found">Told of the first search; the network is still up then.</param>
    /// <exception cref="DemoException">A directory cannot be used, the job is refused, or a task fails.</exception>
    public async Task RunAsync(Action<DemoSummary> found, CancellationToken cancel)
    {
        using var data = new DataDirectory(settings.DataDirectory);
        var clock = Stopwatch.StartNew();
        await using var host = await start(
            settings, data.Path, (worker, sandbox) => settings.IsSaboteur(worker) ? new AdversarySandbox(Adversary.Liar, sandbox) : sandbox,
            cancel);
        await using var page = await DemoPage.OpenAsync(host, address);
        progress.Page = page.Address;
        progress.Numbers = host.Node.Options.Workers.Index().ToDictionary(worker => worker.Item.Id, worker => worker.Index);
        // Work begins when a whole group can be drawn; the other workers join it as their proofs of work are done.
        await host.WaitUntilReadyAsync(
            Math.Min(settings.Workers, settings.Policy.Most), new Waiting(progress, settings.Workers), cancel);
        var startup = clock.Elapsed;
        try
        {
            found(await RunAsync(host, settings, startup, cancel));
            for (var seed = settings.Seed; settings.Stay && !cancel.IsCancellationRequested;)
                await RunAsync(host, settings with { Seed = ++seed }, startup, cancel);
        }
        catch (ComputeRefusedException refused)
        {
            throw new DemoException($"The job was refused: {refused.Message}", refused);
        }
        catch (Exception wrong) when (wrong is ComputeUnavailableException or IslandOutputException)
        {
            throw new DemoException($"{wrong.Message} (--log-level WARNING tells more.)", wrong);
        }
    }

    private async Task<DemoSummary> RunAsync(IDemoNode host, DemoSettings settings, TimeSpan startup, CancellationToken cancel)
    {
        progress.Phase = "handing in the job";
        await using var client = ComputeClient.Of(host.Node);
        var payload = await client.PutModuleAsync(GeneticModule.Bytes, cancel);
        var request = new JobRequest(payload) { Label = $"demo {instance.Name}", Policy = settings.Policy };
        request = request with { Limits = request.Limits with { MemoryBytes = GeneticModule.MemoryBytes } };

        var clock = Stopwatch.StartNew();
        var job = await client.SubmitAsync(request, cancel);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watching = WatchAsync(job, watch.Token);
        try
        {
            await using var rounds = new RoundRunner(job, cancel);
            progress.Phase = "evolving";
            var genetic = new GeneticJob(instance, new GeneticOptions { Seed = settings.Seed, Effort = settings.Effort });
            var result = await genetic.RunAsync(rounds.EvolveAsync, progress, cancel);
            var elapsed = clock.Elapsed;

            progress.Phase = "recording the last vouches";
            await job.CloseAsync(cancel);
            var end = await watching;
            progress.Phase = "done";
            return new DemoSummary(
                settings, instance, result, KnownOptima.Find(instance), end.Executions, startup, elapsed, end.Vouches,
                rounds.OutcomesSha256, await WorkersAsync(host, client, end, cancel));
        }
        catch
        {
            // A job that nobody waits for would go on when its data directory is used again.
            await watch.CancelAsync();
            await job.CancelAsync(CancellationToken.None).WaitAsync(CancelTimeout, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Follows the job to its end: all is decided then, and all vouches are recorded.</summary>
    private async Task<JobProgress> WatchAsync(ComputeJob job, CancellationToken cancel)
    {
        JobProgress? last = null;
        await foreach (var now in job.ProgressAsync(cancel))
            progress.Job = last = now;
        return last!;
    }

    private async Task<IReadOnlyList<WorkerSummary>> WorkersAsync(
        IDemoNode host, ComputeClient client, JobProgress end, CancellationToken cancel)
    {
        var verdicts = end.Workers.ToDictionary(verdict => verdict.Worker);
        var summaries = new List<WorkerSummary>();
        foreach (var (number, worker) in host.Node.Options.Workers.Index())
        {
            var id = worker.Id;
            var verdict = verdicts.GetValueOrDefault(id);
            var reputation = await client.GetReputationAsync(id, cancel);
            summaries.Add(
                new WorkerSummary(number, id, settings.IsSaboteur(number), verdict.Accepted, verdict.Rejected, reputation.Worker));
        }
        return summaries;
    }

    /// <summary>Says what the start is waiting for. <see cref="Progress{T}"/> would say it later, from another thread.</summary>
    private sealed class Waiting(DemoProgress progress, int workers) : IProgress<int>
    {
        public void Report(int value) =>
            progress.Phase = $"{value} of {workers} workers can be drawn: they declare themselves, each with a proof of work";
    }
}
