using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Judging;

/// <summary>
/// Ranks that were passed over while their decline or expiry was not on record yet. It has as long as a receipt gives an entry, from the
/// first verdict on the bundle on: the delegate signs expiries before it, in one chain, whose keeper may be away for many epochs while
/// results come into those of their workers. Fewer than the policy asks for at first may still have been at work when the others
/// had decided.
/// </summary>
internal sealed class PassedRanks(Findings findings)
{
    private readonly Dictionary<(JobId Job, long Bundle, int Attempt), (HashSet<NodeId> Open, int Allowed, long Line)> _open = [];
    private readonly Dictionary<(JobId Job, long Bundle), List<int>> _unanswered = []; // attempts of bundles without a verdict
    private readonly Queue<((JobId Job, long Bundle, int Attempt) Draw, ulong Until)> _due = new();

    internal void Expect(JobId job, long bundle, int attempt, IEnumerable<NodeId> open, int allowed, long line)
    {
        if (!_open.TryAdd((job, bundle, attempt), ([.. open], allowed, line)))
            return;
        if (!_unanswered.TryGetValue((job, bundle), out var attempts))
            _unanswered.Add((job, bundle), attempts = []);
        attempts.Add(attempt);
    }

    /// <summary>A verdict on the bundle is on record.</summary>
    internal void OnVerdict(JobId job, long bundle, Epoch now)
    {
        if (!_unanswered.Remove((job, bundle), out var attempts))
            return;
        foreach (var attempt in attempts)
            _due.Enqueue(((job, bundle, attempt), now.Number + Receipt.Grace));
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
                findings.Blame(
                    draw.Line,
                    $"bundle {due.Draw.Bundle} of {due.Draw.Job}, attempt {due.Draw.Attempt}: {draw.Open.Min()} was passed over without a "
                    + "decline or an expiry on record.");
        }
    }
}
