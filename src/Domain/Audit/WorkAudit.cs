using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit;

/// <summary>
/// Who was drawn for what, what came back, and whether the verdicts are what the policy makes of it: epoch by epoch. What holds
/// and counts goes to <see cref="TrustAudit"/>.
/// </summary>
internal sealed class WorkAudit(TrustAudit trust, CreditFold credits, Findings findings)
{
    /// <summary>Epochs that an entry may come after those that it belongs to.</summary>
    internal const ulong Grace = MissingReceipt.Grace;

    private readonly Dictionary<JobId, JobAudit> _jobs = [];
    private readonly RosterCache _cache = new();
    private readonly PassedRanks _passed = new(findings);
    private readonly RewardAudit _rewards = new(trust, findings);
    private readonly Queue<JobId> _new = new();
    private readonly Queue<(JobId Job, NodeId Boss, ulong Until)> _settled = new();

    internal RosterCache Cache => _cache;

    /// <summary>Bundles with results or verdicts that are not complete.</summary>
    internal long OpenBundles => _jobs.Values.Sum(job => (long)job.Bundles.Count);

    internal int OpenJobs => _jobs.Count;

    internal void Take(EpochSection section, FrozenRoster roster)
    {
        var now = section.Record.Number;
        foreach (var (entry, line) in section.Entries)
        {
            if (entry.Claims is Submit submit)
                OnSubmit(entry, line, submit, now);
        }
        foreach (var request in section.Draws)
            OnDraw(request, roster, section.Line);
        foreach (var (entry, line) in section.Entries)
        {
            if (entry.Claims is Result result)
                OnResult(entry, line, result, now);
            else if (entry.Claims is Decline decline)
                OnPassed(decline.Job, decline.Bundle, entry.Place.Issuer, decline.Attempt, now);
            else if (entry.Claims is Expired expired && _jobs.GetValueOrDefault(expired.Job)?.Bosses.ContainsKey(entry.Place.Issuer) == true)
                OnPassed(expired.Job, expired.Bundle, expired.Worker, expired.Attempt, now);
        }
        foreach (var decision in section.Decisions)
            OnDecided(decision, now);
        foreach (var (entry, line) in section.Entries)
        {
            if (entry.Claims is Accept or Reject)
                OnVerdict(entry, line, now);
        }
        foreach (var (entry, line) in section.Entries)
        {
            if (entry.Claims is Reward reward)
                _rewards.OnReward(entry, line, reward, now);
            else if (entry.Claims is Check check)
                OnCheck(entry, line, check);
            else if (entry.Claims is Settlement settlement)
                OnSettled(entry, line, settlement, now);
        }
        _passed.End(now);
        _rewards.End(now);
        ForgetUnclaimed(now);
        ForgetSettled(now);
    }

    private JobAudit Job(JobId id, Epoch now)
    {
        if (!_jobs.TryGetValue(id, out var job))
        {
            _jobs.Add(id, job = new JobAudit(id, now));
            _new.Enqueue(id);
        }
        return job;
    }

    private void OnSubmit(Entry entry, long line, Submit page, Epoch now)
    {
        var job = Job(page.Job, now);
        if (!job.Bosses.TryGetValue(entry.Place.Issuer, out var boss))
        {
            job.Bosses.Add(entry.Place.Issuer, boss = new BossAudit(entry.Place.Issuer, page));
            if (boss.Policy is null)
                findings.Blame(entry, line, $"policy: '{page.Policy}' is none that is known here.");
        }
        var first = boss.First;
        if (page.Page != boss.Pages.Count || page.First != boss.NextTask || page.FirstBundle != boss.NextBundle)
            findings.Blame(entry, line, $"page {page.Page} from task {page.First} and bundle {page.FirstBundle}, but the next is page {boss.Pages.Count} from {boss.NextTask} and {boss.NextBundle}.");
        else if ((page.Spec, page.Capability, page.Policy, page.Draw) != (first.Spec, first.Capability, first.Policy, first.Draw))
            findings.Blame(entry, line, $"page {page.Page} has another specification, capability, policy or draw than page 0.");
        else
        {
            boss.Pages.Add((page, now));
            (boss.NextTask, boss.NextBundle) = (page.First + page.Tasks, page.FirstBundle + BossAudit.BundlesOf(page));
            credits.Escrow(page.Job, entry.Place.Issuer, page.Escrow);
        }
    }

    private void OnDraw(DrawRequest request, FrozenRoster roster, long line)
    {
        var job = Job(request.Job, roster.Epoch);
        var twice = job.Draws.Any(draw => draw.Request.Attempt == request.Attempt
            && draw.Request.FirstBundle < request.FirstBundle + request.Count && request.FirstBundle < draw.Request.FirstBundle + draw.Request.Count);
        if (twice)
        {
            findings.Blame(null, line, $"draw: the job {request.Job} has bundles from {request.FirstBundle} on drawn again for attempt {request.Attempt}.");
            return;
        }
        job.Draws.Add((request, roster));
        if (request.Attempt != 0 || !roster.Counts)
            return;
        foreach (var boss in job.Bosses.Values.Where(boss => boss.Policy is { Agreement: > 1 } && boss.First.Draw == DrawMode.Next))
        {
            var (from, to) = (request.FirstBundle, request.FirstBundle + request.Count);
            for (var page = boss.PageOf(from)?.Page; page is not null && from < to; page = boss.PageOf(from)?.Page)
            {
                var end = Math.Min(to, page.FirstBundle + BossAudit.BundlesOf(page));
                trust.Drawn(boss.Boss, roster.Epoch, (end - from) * boss.Policy!.Agreement);
                from = end;
            }
        }
    }

    private void OnResult(Entry entry, long line, Result result, Epoch now)
    {
        var job = Job(result.Job, now);
        if (job.Bosses.Count > 0 && job.Bosses.Values.All(boss => boss.First.Draw == DrawMode.Next)
            && job.RosterOf(result.Bundle, result.Attempt)?.Epoch != result.Epoch)
        {
            findings.Blame(entry, line, $"bundle {result.Bundle}, attempt {result.Attempt}: epoch {result.Epoch} did not draw it.");
            return;
        }
        var bundle = job.Bundle(result.Bundle);
        if (bundle.Results.Count >= BundleAudit.MaxResults)
            findings.Blame(entry, line, $"bundle {result.Bundle}: more than {BundleAudit.MaxResults} results are signed for it.");
        else
            bundle.Results[entry.Hash] = (entry, line);
        TryJudge(job, result.Bundle, bundle, now);
    }

    private void OnPassed(JobId id, long number, NodeId worker, int attempt, Epoch now)
    {
        if (_passed.Passed(id, number, worker, attempt) || !_jobs.TryGetValue(id, out var job) || job.RosterOf(number, attempt) is null)
            return;
        var bundle = job.Bundle(number);
        if (bundle.PassedOn.Count < BundleAudit.MaxResults)
            bundle.PassedOn.Add((worker, attempt));
        TryJudge(job, number, bundle, now);
    }

    private void OnDecided(EpochSection.Decided decision, Epoch now)
    {
        var job = Job(decision.Line.Job, now);
        var bundle = job.Bundle(decision.Line.Bundle);
        if (bundle.Decision is not null)
        {
            findings.Blame(null, decision.Number, $"bundle {decision.Line.Bundle} of {decision.Line.Job} is decided twice.");
            return;
        }
        bundle.Decision = decision;
        foreach (var opened in decision.Opened)
            job.BundleOf[opened.Result] = decision.Line.Bundle;
        TryJudge(job, decision.Line.Bundle, bundle, now);
    }

    /// <summary>When page, decision and results are all there, whatever came first.</summary>
    private void TryJudge(JobAudit job, long number, BundleAudit bundle, Epoch now)
    {
        if (bundle.Judged is not null || bundle.Decision is not { } decision
            || !decision.Opened.TrueForAll(opened => bundle.Results.ContainsKey(opened.Result)))
            return;
        var bosses = job.Bosses.Values.Where(boss => boss.PageOf(number) is not null).ToArray();
        if (bosses.Length == 0)
            return;
        bundle.Judged = [];
        foreach (var boss in bosses.Where(boss => boss.Policy is not null))
        {
            var judgement = new BundleJudgement(job, boss, number, bundle, findings);
            foreach (var (result, judged) in judgement.Run())
                bundle.Judged[(boss.Boss, result)] = judged;
            foreach (var (worker, attempt) in judgement.PassedOver)
                _passed.Expect(job.Id, number, worker, attempt, now, decision.Number);
        }
        foreach (var (entry, line) in bundle.Waiting)
            VerdictCheck.Take(entry, line, bundle, trust, _rewards, findings, now);
        bundle.Waiting.Clear();
        Close(job, number, bundle);
    }

    private void OnVerdict(Entry entry, long line, Epoch now)
    {
        var (id, result) = entry.Claims is Accept accept ? (accept.Job, accept.Result) : (((Reject)entry.Claims).Job, ((Reject)entry.Claims).Result);
        if (!_jobs.TryGetValue(id, out var job) || !job.BundleOf.TryGetValue(result, out var number) || !job.Bundles.TryGetValue(number, out var bundle))
        {
            findings.Blame(entry, line, $"result {result}: no decision on record has it, or its verdict was given before.");
            return;
        }
        if (entry.Claims is Accept { Pay: var pay })
            credits.Pay(id, entry.Place.Issuer, pay);
        if (bundle.Judged is null && bundle.Waiting.Count < BundleAudit.MaxResults)
            bundle.Waiting.Add((entry, line));
        else
            VerdictCheck.Take(entry, line, bundle, trust, _rewards, findings, now);
        Close(job, number, bundle);
    }

    /// <summary>Forgets a bundle when every verdict of one boss has come.</summary>
    private static void Close(JobAudit job, long number, BundleAudit bundle)
    {
        if (bundle.Judged is not { } judged || bundle.Waiting.Count > 0
            || !judged.GroupBy(one => one.Key.Boss).Any(boss => boss.All(one => one.Value.Done)))
            return;
        foreach (var opened in bundle.Decision!.Opened)
            job.BundleOf.Remove(opened.Result);
        job.Bundles.Remove(number);
    }

    private void OnCheck(Entry entry, long line, Check check)
    {
        // Checks are made of results whose bundle is open; one that names nothing counts for nothing.
        var named = _jobs.GetValueOrDefault(check.Job)?.Bundles.Values
            .Select(open => open.Results.TryGetValue(check.Checked, out var found) ? found.Entry : null).FirstOrDefault(found => found is not null);
        if (named is not null && Counterparts.Match(entry, named) is { } refused)
            findings.Blame(entry, line, refused.Message);
    }

    private void OnSettled(Entry entry, long line, Settlement settlement, Epoch now)
    {
        if (credits.Settle(settlement.Job, entry.Place.Issuer, settlement) is { } why)
            findings.Blame(entry, line, why);
        _settled.Enqueue((settlement.Job, entry.Place.Issuer, now.Number + Grace));
    }

    /// <summary>What a settled job still waits for, it waits for in vain.</summary>
    private void ForgetSettled(Epoch now)
    {
        while (_settled.TryPeek(out var settled) && settled.Until < now.Number)
        {
            _settled.Dequeue();
            if (_jobs.TryGetValue(settled.Job, out var job) && job.Bosses.Remove(settled.Boss) && job.Bosses.Count == 0)
                _jobs.Remove(settled.Job);
        }
    }

    /// <summary>Results for a job that nobody has handed in are the author's invention.</summary>
    private void ForgetUnclaimed(Epoch now)
    {
        while (_new.TryPeek(out var id))
        {
            if (_jobs.TryGetValue(id, out var job) && job.Since.Number + Grace >= now.Number)
                return;
            _new.Dequeue();
            if (job is null || job.Bosses.Count > 0 || job.Draws.Count > 0)
                continue;
            foreach (var (entry, line) in job.Bundles.Values.SelectMany(bundle => bundle.Results.Values))
                findings.Blame(entry, line, $"the job {id} was handed in by nobody.");
            _jobs.Remove(id);
        }
    }
}
