using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit;

/// <summary>
/// Ranks that were passed over while their decline or expiry was not on record yet. It has as long as a receipt gives an entry.
/// Fewer than the policy asks for at first may still have been at work when the others had decided.
/// </summary>
internal sealed class PassedRanks(Findings findings)
{
    private readonly Dictionary<(JobId Job, long Bundle, int Attempt), (HashSet<NodeId> Open, int Allowed, long Line)> _open = [];
    private readonly Queue<((JobId Job, long Bundle, int Attempt) Draw, ulong Until)> _due = new();

    internal void Expect(JobId job, long bundle, int attempt, IEnumerable<NodeId> open, int allowed, Epoch now, long line)
    {
        if (_open.TryAdd((job, bundle, attempt), ([.. open], allowed, line)))
            _due.Enqueue(((job, bundle, attempt), now.Number + WorkAudit.Grace));
    }

    /// <summary>A decline or an expiry came; returns whether it was waited for.</summary>
    internal bool Passed(JobId job, long bundle, NodeId worker, int attempt) =>
        _open.TryGetValue((job, bundle, attempt), out var draw) && draw.Open.Remove(worker);

    internal void End(Epoch now)
    {
        while (_due.TryPeek(out var due) && due.Until <= now.Number)
        {
            _due.Dequeue();
            if (_open.Remove(due.Draw, out var draw) && draw.Open.Count > draw.Allowed)
                findings.Blame(draw.Line, $"bundle {due.Draw.Bundle} of {due.Draw.Job}, attempt {due.Draw.Attempt}: {draw.Open.Min()} was passed over without a decline or an expiry on record.");
        }
    }
}
