using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Judging;

/// <summary>
/// Workers' word that nobody has judged a result of theirs. It counts when no verdict can come any more: the job is settled, its
/// delegate's last epoch is over, or its boss's key is revoked, and as long again as an entry may be on its way. Then it counts once for a
/// worker and bundle: where the bundle was never decided, of who was drawn at a rank that is asked at once; where it was, of whose
/// result it accepts without an accept. A result that came too late, or in vain, is neither: nobody owes anything for it.
/// </summary>
internal sealed class UnpaidAudit(TrustAudit trust, Func<NodeId, JobId, Epoch?> lastOf, Findings findings)
{
    private readonly Dictionary<(JobId Job, NodeId Boss), SortedDictionary<Hash256, Entry>> _claims = []; // by result: one each
    private readonly PriorityQueue<(JobId Job, NodeId Boss), ulong> _ends = new();

    /// <param name="result">What it names, which is on record.</param>
    internal void OnClaim(Entry entry, long line, JobAudit job, Entry result)
    {
        if (Counterparts.Match(entry, result) is { } refused)
        {
            findings.Blame(entry, line, refused.Message);
            return;
        }
        var reward = (Reward)entry.Claims;
        if (!job.Bosses.TryGetValue(reward.Boss, out var boss))
        {
            findings.Blame(entry, line, $"boss: {reward.Boss} has handed in no job {job.Id}.");
            return;
        }
        if (boss.IsOver)
        {
            Judge(job, boss, entry);
            return;
        }
        var key = (job.Id, boss.Boss);
        if (!_claims.TryGetValue(key, out var claims))
        {
            _claims.Add(key, claims = []);
            if (lastOf(boss.Boss, job.Id) is { } last)
                _ends.Enqueue(key, last.Number + Receipt.Grace);
        }
        claims.TryAdd(result.Hash, entry);
    }

    /// <summary>None of its delegates signs any more.</summary>
    internal void OnRevoked(NodeId boss, IEnumerable<JobAudit> jobs, Epoch now)
    {
        foreach (var job in jobs.Where(job => job.Bosses.ContainsKey(boss)))
            _ends.Enqueue((job.Id, boss), now.Number + Receipt.Grace);
    }

    internal void End(IReadOnlyDictionary<JobId, JobAudit> jobs, Epoch now)
    {
        while (_ends.TryPeek(out var key, out var until) && until < now.Number)
        {
            _ends.Dequeue();
            if (jobs.TryGetValue(key.Job, out var job) && job.Bosses.TryGetValue(key.Boss, out var boss))
                OnEnd(job, boss);
        }
    }

    /// <summary>No verdict of this boss on the job comes any more.</summary>
    internal void OnEnd(JobAudit job, BossAudit boss)
    {
        boss.IsOver = true;
        if (!_claims.Remove((job.Id, boss.Boss), out var claims))
            return;
        foreach (var entry in claims.Values)
            Judge(job, boss, entry);
    }

    private void Judge(JobAudit job, BossAudit boss, Entry entry)
    {
        var (worker, reward) = (entry.Place.Issuer, (Reward)entry.Claims);
        if (job.Find(reward.Entry)?.Claims is not Result result)
            return;
        var bundle = job.Bundles[result.Bundle];
        var owed = bundle.Judged is { } judged
            ? judged.GetValueOrDefault((boss.Boss, reward.Entry)) is { Done: false, AcceptDone: false } one && one.Accepted + one.Unsure > 0
            : bundle.Decision is null && !job.WasJudged(result.Bundle) && IsAsked(job, boss, worker, result);
        if (owed && bundle.Unpaid.Add((boss.Boss, worker)))
            trust.Rewarded(entry.Hash, worker, reward);
    }

    /// <summary>Anybody can sign a result; later ranks are asked only if others pass.</summary>
    private static bool IsAsked(JobAudit job, BossAudit boss, NodeId worker, Result result) =>
        boss.Policy is { } policy && boss.PageOf(result.Bundle) is not null && job.RosterOf(result.Bundle, result.Attempt) is { } roster
            && roster.Epoch == result.Epoch
            && boss.AllEligible.Any(eligible =>
                roster.RankOf(worker, job.Id.Hash, result.Bundle, result.Attempt, eligible) is var (rank, _) && rank < policy.First);
}
