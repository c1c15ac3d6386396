using System.Buffers.Binary;
using System.Security.Cryptography;
using AkkaCompute.Actors.Client;
using AkkaCompute.Authors.Workers;
using AkkaCompute.Domain.Bootstrapping;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Bootstrapping;

/// <summary>Hands bootstrap jobs in, as a boss program in the node's process, and sees them end.</summary>
internal sealed class BootstrapJobs(BootstrapNode node)
{
    /// <summary>What these jobs are known by, also to a later run of the node.</summary>
    public const string Label = "akkacompute/bootstrap";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Fifteen times the fuel that a task takes, and far more time; a silent newcomer costs its lease.</summary>
    private static readonly Limits Limits = new(1L << 32, 1 << 16, MixTask.OutputBytes, 1024, TimeSpan.FromSeconds(30));

    /// <summary>What newcomers may be given, the preferred one first.</summary>
    public IReadOnlyList<Payload> Payloads { get; } = [new Payload.Wasm(Hash256.Of(node.Options.Module.Span)), MixTask.Kernel];

    /// <summary>
    /// What was handed in before this process began, or by an attempt that failed: what has all its tasks goes on to its end, and what has
    /// not never will, and is cancelled.
    /// </summary>
    /// <returns>How many jobs each c-node has handed in, whatever they were.</returns>
    public async Task<IReadOnlyDictionary<NodeId, long>> EndLeftOversAsync(CancellationToken cancel)
    {
        var handedIn = new Dictionary<NodeId, long>();
        var asking = RetryingAsk.Local(node.Service, Patience);
        foreach (var worker in node.Workers)
        {
            var jobs =
                await asking.AskAsync<BossProtocol.JobList>(new BossProtocol.GetJobs(worker.Id), ComputeClient.ReplyTimeout, cancel);
            handedIn[worker.Id] = jobs.Finished + jobs.Open.Count;
            await using var client = ClientOf(worker.Keys);
            foreach (var job in jobs.Open.Select(client.Job))
            {
                if (await FindAsync(job, cancel) is not { } info || info.Spec.Label != Label)
                    continue;
                if (info.Progress.Status == JobStatus.Open)
                    await job.CancelAsync(cancel);
                await EndAsync(job, cancel);
            }
        }
        return handedIn;
    }

    /// <summary>
    /// Hands a job in, for the newcomers of the season's cohort. Its inputs are chance that nobody knows before the job's page has them.
    /// </summary>
    public async Task<ComputeJob> HandInAsync(BootstrapTurn turn, CancellationToken cancel)
    {
        await using var client = ClientOf(node.Workers.First(worker => worker.Id == turn.Boss).Keys);
        if (turn.Payload.Blobs.Count > 0) // the module is the only one
            await client.PutModuleAsync(node.Options.Module, cancel);
        var job = await client.SubmitAsync(
            new JobRequest(turn.Payload)
            {
                Label = Label, Limits = Limits, Policy = BootstrapPlan.Policy, Draw = DrawMode.Next, BundleSize = 1,
                Cohort = await node.Seasons.CurrentAsync(),
            },
            cancel);
        await job.AddAsync(Enumerable.Range(0, node.Options.Tasks).Select(_ => Input()), cancel);
        await job.CloseAsync(cancel);
        return job;
    }

    private ComputeClient ClientOf(IWorkerKeys keys) => ComputeClient.Of(
        node, new ComputeClientOptions { Key = keys.Key, Id = keys.Id, NextKey = keys.NextId, Patience = Patience });

    /// <summary>Waits until all is decided, and every vouch has arrived.</summary>
    public static async Task EndAsync(ComputeJob job, CancellationToken cancel)
    {
        await foreach (var progress in job.ProgressAsync(cancel))
        {
            if (progress.Status == JobStatus.Finished)
                return;
        }
    }

    private ReadOnlyMemory<byte> Input() =>
        MixTask.Input(BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))), node.Options.Turns);

    /// <summary><c>null</c> means that the boss has taken it, and the crash came before the job was made. Nothing of it runs.</summary>
    private static async Task<JobProtocol.JobInfo?> FindAsync(ComputeJob job, CancellationToken cancel)
    {
        try
        {
            return await job.GetAsync(cancel);
        }
        catch (ComputeRefusedException refused) when (refused.Reason == RefusalReason.UnknownJob)
        {
            return null;
        }
    }
}
