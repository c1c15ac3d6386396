using Akka.Actor;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Jobs;
using AkkaCompute.Domain.Bosses;

namespace AkkaCompute.Actors.Blobs;

/// <summary>
/// References to blobs that a crash has left behind: they are recorded before the job is, so that the blobs of a job are always there. A
/// reference whose job neither its boss nor the journal knows a day later is dropped.
/// </summary>
internal sealed class OrphanedReferences(BlobNode node, EventReader reader)
{
    /// <summary>Time within which a job is made, or never is.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>Jobs that are looked at in one sweep: all that are open for longer, and those that were never made.</summary>
    private const int Most = 1_000;

    /// <summary>Drops them; returns how many there were.</summary>
    public async Task<int> DropAsync(CancellationToken cancel)
    {
        var (before, dropped) = (node.Time.GetUtcNow() - Patience, 0);
        foreach (var (job, boss) in await node.Blobs.OldReferencesAsync(before, Most, cancel).ConfigureAwait(false))
        {
            if (await reader.HasAnyAsync(JobActor.PersistenceIdOf(job)).ConfigureAwait(false))
                continue;
            // A boss that took it makes it when it is asked.
            var jobs = await node.Boss.Ask<BossProtocol.JobList>(new BossProtocol.GetJobs(boss), node.AnswerWithin, cancel)
                .ConfigureAwait(false);
            if (jobs.Open.Contains(job))
                continue;
            await node.Blobs.UnreferAsync(job, before, cancel).ConfigureAwait(false);
            dropped++;
        }
        return dropped;
    }
}
