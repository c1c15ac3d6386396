using System.Buffers.Binary;
using System.Diagnostics;
using AkkaCompute.Actors.Client;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Bench.Map;

/// <summary>One measured map.</summary>
/// <param name="SecondsToLastOutcome">Until the boss program had read every outcome.</param>
/// <param name="Cost">Until the job was finished: every vouch recorded on both sides.</param>
/// <param name="Rows">What it wrote to the journal.</param>
internal sealed record MapRound(
    int Tasks, double SecondsToLastOutcome, Cost Cost, JobId Job, JobProgress Progress, IReadOnlyList<JournalRow> Rows);

/// <summary>Runs maps on a node, and checks that they gave what they should.</summary>
/// <param name="bundle">Tasks of a bundle; 0: from the measured task time.</param>
internal sealed class MapRunner(BenchNode node, Policy policy, DrawMode draw, int bundle = 0)
{
    private int _jobs;

    public async Task<MapRound> RunAsync(int tasks)
    {
        var id = JobId.Of(node.Client.Boss, [.. BitConverter.GetBytes(bundle), .. BitConverter.GetBytes(_jobs++)]);
        var request = new JobRequest(new Payload.Kernel("noop", 1)) { Id = id, Policy = policy, Draw = draw, BundleSize = bundle };
        var before = JournalRow.LastOrdering(node.JournalFile);
        GC.Collect();

        var meter = Cost.Start();
        var start = Stopwatch.GetTimestamp();
        var next = 0L;
        await foreach (var outcome in node.Client.MapAsync(request, Inputs(tasks)))
        {
            if (outcome.Task != next++ || !outcome.Succeeded)
                throw new InvalidOperationException($"Task {next - 1} came back as {outcome.Task}: {outcome.Explain()}");
        }
        var read = Stopwatch.GetElapsedTime(start).TotalSeconds;
        JobProgress? last = null;
        await foreach (var progress in node.Client.Job(id).ProgressAsync())
            last = progress;
        var cost = meter.Stop();

        if (next != tasks || last is not { Status: JobStatus.Finished } || last.Decided != tasks)
            throw new InvalidOperationException($"{next} outcomes of {tasks}; the job says {last}.");
        return new MapRound(tasks, read, cost, id, last, JournalRow.ReadAfter(node.JournalFile, before));
    }

    /// <summary>Eight bytes each, all different.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Inputs(int tasks)
    {
        for (var task = 0; task < tasks; task++)
        {
            var input = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(input, task);
            yield return input;
        }
    }
}
