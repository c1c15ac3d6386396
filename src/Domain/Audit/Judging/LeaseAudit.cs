using System.Collections.Immutable;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Domain.Audit.Judging;

/// <summary>
/// What becomes of leases that workers accepted: who let one run out has that counted against it, by the boss whose delegate says so; who
/// is gone, as its gateway says, has not, and is counted by gateway.
/// </summary>
/// <param name="nodeKey">The key of a cluster node that a record has or had; null where none has.</param>
internal sealed class LeaseAudit(TrustAudit trust, Func<NodeId, PublicKey?> nodeKey, Findings findings)
{
    /// <summary>How many workers each gateway has said to be gone.</summary>
    internal ImmutableSortedDictionary<NodeId, long> Gone { get; private set; } = ImmutableSortedDictionary<NodeId, long>.Empty;

    /// <summary>Whether a worker is gone by the word of a cluster node; a word that is none is named, and counts for nothing.</summary>
    internal bool IsGone(Entry entry, long line, Expired expired)
    {
        if (expired.Gone is not { } gone)
            return false;
        if (nodeKey(gone.Gateway) is not { } key)
            findings.Blame(entry, line, $"gateway: {gone.Gateway} is no cluster node.");
        else if (!gone.Verify(key, expired.Job, expired.Bundle, expired.Attempt, expired.Epoch, expired.Worker))
            findings.Blame(entry, line, $"gone: not signed by {gone.Gateway}.");
        else
        {
            Gone = Gone.SetItem(gone.Gateway, Gone.GetValueOrDefault(gone.Gateway) + 1);
            return true;
        }
        return false;
    }

    /// <summary>A rank has passed for the first time: of attempt 0, it counts where the worker had accepted.</summary>
    internal void OnPassed(Entry entry, Expired expired, JobAudit job, Epoch now)
    {
        if (!expired.Accepted || expired.Attempt != 0 || !job.Bosses.TryGetValue(entry.Place.Issuer, out var boss)
            || boss.Policy is not { Earning: > 0 } || boss.First.Draw != DrawMode.Next || boss.Alone is not null
            || boss.PageOf(expired.Bundle) is not var (_, pageEpoch) || job.RosterOf(expired.Bundle, 0) is not { } roster
            || roster.RankOf(expired.Worker, job.Id.Hash, expired.Bundle, 0, boss.Eligible) is not var (rank, _))
            return;
        var place = boss.Place(roster, 0, rank, roster.Counts && pageEpoch <= roster.Epoch);
        if (place.Weight > 0)
            trust.Unanswered(entry.Hash, new WorkEntry(boss.Boss, expired.Worker, now.Number, 0, 1, place));
    }
}
