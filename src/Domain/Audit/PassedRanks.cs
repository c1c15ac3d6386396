using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit;

/// <summary>
/// Ranks that were passed over while their decline or expiry was not on record yet. It has as long as a receipt gives an entry.
/// </summary>
internal sealed class PassedRanks(Findings findings)
{
    private readonly Dictionary<(JobId, long, NodeId, int), long> _open = [];
    private readonly Queue<((JobId Job, long Bundle, NodeId Worker, int Attempt) Rank, ulong Until)> _due = new();

    internal void Expect(JobId job, long bundle, NodeId worker, int attempt, Epoch now, long line)
    {
        if (_open.TryAdd((job, bundle, worker, attempt), line))
            _due.Enqueue(((job, bundle, worker, attempt), now.Number + WorkAudit.Grace));
    }

    /// <summary>A decline or an expiry came; returns whether it was waited for.</summary>
    internal bool Passed(JobId job, long bundle, NodeId worker, int attempt) => _open.Remove((job, bundle, worker, attempt));

    internal void End(Epoch now)
    {
        while (_due.TryPeek(out var due) && due.Until <= now.Number)
        {
            _due.Dequeue();
            var (job, bundle, worker, attempt) = due.Rank;
            if (_open.Remove(due.Rank, out var line))
                findings.Blame(line, $"bundle {bundle} of {job}, attempt {attempt}: {worker} was passed over without a decline or an expiry on record.");
        }
    }
}
