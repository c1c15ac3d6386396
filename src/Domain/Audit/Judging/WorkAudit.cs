using System.Collections.Immutable;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Audit.Judging;

/// <summary>
/// Who was drawn for what, what came back, and whether the verdicts are what the policy makes of it: epoch by epoch. What holds
/// and counts goes to <see cref="TrustAudit"/>.
/// </summary>
/// <param name="keyAt">The key that has signed at a place.</param>
/// <param name="lastOf">The last epoch of a job's delegate.</param>
/// <param name="nodeKey">The key of a c-node that is or was a cluster node; null where it never was.</param>
/// <param name="inSeason">Whether a cohort is that of the season that the last record is in, or of the one before.</param>
/// <param name="policies">Those that are known here.</param>
/// <param name="admits">Whether admission makes the bytes that a boss says; null where that can't be told here.</param>
internal sealed class WorkAudit(
    TrustAudit trust, CreditFold credits, Func<EntryPlace, PublicKey?> keyAt, Func<NodeId, JobId, Epoch?> lastOf,
    Func<NodeId, PublicKey?> nodeKey, Func<Cohort, bool> inSeason,
    Policies policies, Func<CodeAdmission, bool?> admits, Findings findings)
{
    private readonly Dictionary<JobId, JobAudit> _jobs = [];
    private readonly RosterCache _cache = new();
    private readonly PassedRanks _passed = new(findings);
    private readonly RewardAudit _rewards = new(trust, findings);
    private readonly LeaseAudit _leases = new(trust, nodeKey, findings);
    private readonly UnpaidAudit _unpaid = new(trust, lastOf, findings);
    private readonly Queue<JobId> _new = new();
    private readonly Queue<(JobId Job, NodeId Boss, ulong Until)> _settled = new();

    internal RosterCache Cache => _cache;

    /// <summary>Bundles with results or verdicts that are not complete.</summary>
    /// <summary>Decided bundles whose results were compared by their numbers, which no record has.</summary>
    internal long Uncompared { get; private set; }

    internal long OpenBundles => _jobs.Values.Sum(job => (long)job.Bundles.Count);

    /// <inheritdoc cref="LeaseAudit.Gone"/>
    internal ImmutableSortedDictionary<NodeId, long> Gone => _leases.Gone;

    internal int OpenJobs => _jobs.Count;

    internal void Take(EpochSection section, FrozenRoster roster)
    {
        var (now, entries) = (section.Record.Number, section.Counting);
        foreach (var (entry, line) in entries)
        {
            if (entry.Claims is Issuance)
                credits.Issue(entry, line, nodeKey(entry.Place.Issuer) is not null, now);
            else if (entry.Claims is Submit submit)
                OnSubmit(entry, line, submit, now);
        }
        foreach (var request in section.Draws)
            OnDraw(request, roster, section.Line);
        foreach (var (entry, line) in entries)
        {
            if (entry.Claims is Result result)
                OnResult(entry, line, result, now);
            else if (entry.Claims is Decline decline)
                OnPassed(decline.Job, decline.Bundle, entry.Place.Issuer, decline.Attempt);
            else if (entry.Claims is Expired expired && _jobs.GetValueOrDefault(expired.Job) is { } job
                && job.Bosses.ContainsKey(entry.Place.Issuer))
                OnExpired(entry, line, expired, job, now);
        }
        foreach (var decision in section.Decisions)
            OnDecided(decision, now);
        foreach (var (entry, line) in entries)
        {
            if (entry.Claims is Accept or Reject)
                OnVerdict(entry, line, now);
        }
        foreach (var (entry, line) in entries)
        {
            if (entry.Claims is Reward reward)
                OnReward(entry, line, reward, now);
            else if (entry.Claims is Check check)
                OnCheck(entry, line, check);
            else if (entry.Claims is Settlement settlement)
                OnSettled(entry, line, settlement, now);
        }
        _passed.End(now);
        foreach (var (entry, _) in section.Entries.Where(one => one.Entry.Claims is Revoke))
            _unpaid.OnRevoked(entry.Place.Issuer, _jobs.Values, now);
        _rewards.End(now);
        _unpaid.End(_jobs, now);
        credits.End(now);
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
            job.Bosses.Add(entry.Place.Issuer, boss = new BossAudit(
                entry.Place.Issuer, page, policies.TryParse(page.Policy, out var policy) ? policy : null));
            if (boss.Policy is null)
                findings.Blame(entry, line, $"policy: '{page.Policy}' is none that is known here.");
            else if (boss.Policy.StatesError && page.Draw == DrawMode.Now)
                findings.Blame(entry, line, $"draw: by a beacon that was known, but '{page.Policy}' is of one that was not.");
            if (page.Code is { } code && admits(code) == false)
                findings.Blame(
                    entry, line, $"admitted: version {code.Version} of admission does not make {code.Admitted} of module {code.Module}.");
        }
        var first = boss.First;
        if (page.Page != boss.Pages.Count || page.First != boss.NextTask || page.FirstBundle != boss.NextBundle)
            findings.Blame(
                entry, line,
                $"page {page.Page} from task {page.First} and bundle {page.FirstBundle}, but the next is page {boss.Pages.Count} from "
                + $"{boss.NextTask} and {boss.NextBundle}.");
        else if ((page.Spec, page.Capability, page.Policy, page.Draw, page.Code, page.Audience, page.Cohort)
            != (first.Spec, first.Capability, first.Policy, first.Draw, first.Code, first.Audience, first.Cohort))
            findings.Blame(
                entry, line,
                $"page {page.Page} has another specification, capability, policy, draw, admission, audience or cohort than page 0.");
        else if (page.Cohort is { } cohort && !inSeason(cohort))
            findings.Blame(entry, line, $"cohort: {cohort} is not that of the season of epoch {now}, nor of the one before.");
        else
        {
            boss.Pages.Add((page, now));
            (boss.NextTask, boss.NextBundle) = (page.First + page.Tasks, page.FirstBundle + BossAudit.BundlesOf(page));
            credits.Escrow(entry, line, page, lastOf(entry.Place.Issuer, page.Job), now);
            foreach (var (number, bundle) in job.Bundles.Where(open => open.Value is { Decision: not null, Judged: null }).ToArray())
                TryJudge(job, number, bundle, now);
        }
    }

    private void OnDraw(DrawRequest request, FrozenRoster roster, long line)
    {
        var job = Job(request.Job, roster.Epoch);
        var twice = job.Draws.Any(draw => draw.Request.Attempt == request.Attempt
            && draw.Request.FirstBundle < request.FirstBundle + request.Count
            && request.FirstBundle < draw.Request.FirstBundle + draw.Request.Count);
        if (twice)
        {
            findings.Blame(
                line, $"draw: the job {request.Job} has bundles from {request.FirstBundle} on drawn again for attempt {request.Attempt}.");
            return;
        }
        job.Draws.Add((request, roster));
        if (request.Attempt != 0 || !roster.Counts)
            return;
        foreach (var boss in job.Bosses.Values.Where(boss => boss.Policy is { Earning: > 0 } && boss.First.Draw == DrawMode.Next))
        {
            var (from, to) = (request.FirstBundle, request.FirstBundle + request.Count);
            for (var page = boss.PageOf(from)?.Page; page is not null && from < to; page = boss.PageOf(from)?.Page)
            {
                var end = Math.Min(to, page.FirstBundle + BossAudit.BundlesOf(page));
                trust.Drawn(boss.Boss, roster.Epoch, (end - from) * boss.Policy!.Earning);
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
        job.Bundle(result.Bundle).Covered.TryAdd(entry.Hash, now);
        if (job.Keep(result.Bundle, entry, line) is var (crowded, at))
            findings.Blame(crowded, at, $"bundle {result.Bundle}: more than {BundleAudit.MaxResults} results are signed for it.");
    }

    private void OnExpired(Entry entry, long line, Expired expired, JobAudit job, Epoch now)
    {
        var gone = _leases.IsGone(entry, line, expired);
        if (!OnPassed(expired.Job, expired.Bundle, expired.Worker, expired.Attempt))
            return;
        if (gone && expired.Attempt == 0)
            job.Bundle(expired.Bundle).Gone.Add(expired.Worker);
        _leases.OnPassed(entry, expired, job, now);
    }

    /// <returns>Whether it is a draw's, not judged yet, and heard for the first time.</returns>
    private bool OnPassed(JobId id, long number, NodeId worker, int attempt)
    {
        if (_passed.Passed(id, number, worker, attempt) || !_jobs.TryGetValue(id, out var job) || job.RosterOf(number, attempt) is null)
            return false;
        var bundle = job.Bundle(number);
        return (bundle.PassedOn.Count < BundleAudit.MaxResults || job.IsDrawn(number, bundle, attempt, worker))
            && bundle.PassedOn.Add((worker, attempt));
    }

    private void OnDecided(EpochSection.Decided decision, Epoch now)
    {
        var (id, number) = (decision.Line.Job, decision.Line.Bundle);
        if (!_jobs.TryGetValue(id, out var job) || !job.Bundles.TryGetValue(number, out var bundle)
            || bundle.Decision is not null || job.WasJudged(number)
            || !decision.Opened.TrueForAll(opened => bundle.Results.ContainsKey(opened.Result)))
        {
            findings.Blame(decision.Number, $"bundle {number} of {id}: it was decided before, or on a result that is not on record.");
            return;
        }
        bundle.Decision = decision;
        foreach (var opened in decision.Opened)
            job.BundleOf[opened.Result] = number;
        TryJudge(job, number, bundle, now);
    }

    /// <summary>When the page and the decision are there.</summary>
    private void TryJudge(JobAudit job, long number, BundleAudit bundle, Epoch now)
    {
        var bosses = job.Bosses.Values.Where(boss => boss.PageOf(number) is not null).ToArray();
        if (bundle.Judged is not null || bundle.Decision is not { } decision || bosses.Length == 0)
            return;
        bundle.Judged = [];
        job.OnJudged(number);
        foreach (var boss in bosses.Where(boss => boss.Policy is not null))
        {
            var judgement = new BundleJudgement(job, boss, number, bundle, keyAt, findings);
            foreach (var (result, judged) in judgement.Run())
                bundle.Judged[(boss.Boss, result)] = judged;
            Uncompared += boss.Policy!.Comparison is null ? 0 : 1;
            if (judgement.Work is { } work)
                boss.Works.Add(work);
            foreach (var (attempt, open, atWork) in judgement.PassedOver)
                _passed.Expect(job.Id, number, attempt, open, atWork, decision.Number);
        }
        foreach (var opened in decision.Opened)
        {
            if (!job.Waiting.Remove(opened.Result, out var waiting))
                continue;
            foreach (var (entry, line) in waiting)
                VerdictCheck.Take(entry, line, bundle, trust, _rewards, findings, now);
            _passed.OnVerdict(job.Id, number, now);
        }
        Close(job, number, bundle);
    }

    private void OnVerdict(Entry entry, long line, Epoch now)
    {
        var (id, result, cites) = entry.Claims is Accept accept
            ? (accept.Job, accept.Result, accept.Cites)
            : (((Reject)entry.Claims).Job, ((Reject)entry.Claims).Result, ((Reject)entry.Claims).Cites);
        if (!_jobs.TryGetValue(id, out var job) || !job.Bosses.ContainsKey(entry.Place.Issuer))
        {
            findings.Blame(entry, line, $"the author has handed in no job {id}, or has settled it.");
            return;
        }
        if (entry.Claims is Accept paying)
            credits.Pay(entry, line, paying, now);
        if (!job.BundleOf.TryGetValue(result, out var number) || job.Bundles[number] is not { Judged: not null } bundle)
        {
            Wait(job, entry, line, result, cites);
            return;
        }
        VerdictCheck.Take(entry, line, bundle, trust, _rewards, findings, now);
        _passed.OnVerdict(id, number, now);
        Close(job, number, bundle);
    }

    /// <summary>A verdict whose decision is not there yet. That is so only as long as one of the results is not on record.</summary>
    private void Wait(JobAudit job, Entry entry, long line, Hash256 result, ValueList<Hash256> cites)
    {
        if (!job.BundleOf.ContainsKey(result) && job.Has(result) && cites.All(job.Has))
            findings.Blame(entry, line, $"result {result}: no decision on record has it.");
        else if (job.Waiting.Count >= JobAudit.MaxWaiting)
            findings.Blame(entry, line, $"more than {JobAudit.MaxWaiting} verdicts on results that are not on record.");
        else if (job.Waiting.TryGetValue(result, out var waiting))
            waiting.Add((entry, line));
        else
            job.Waiting.Add(result, [(entry, line)]);
    }

    /// <summary>Forgets a bundle when every verdict of one boss has come.</summary>
    private static void Close(JobAudit job, long number, BundleAudit bundle)
    {
        if (bundle.Judged is not { } judged || !judged.GroupBy(one => one.Key.Boss).Any(boss => boss.All(one => one.Value.Done)))
            return;
        job.Forget(number, bundle);
    }

    /// <summary>Takes a reward of a verdict, or of a result that nobody has judged.</summary>
    private void OnReward(Entry entry, long line, Reward reward, Epoch now)
    {
        if (reward.Verdict == RewardVerdict.Unpaid
            && _jobs.GetValueOrDefault(reward.Job) is { } job
            && job.Find(reward.Entry) is { } result)
            _unpaid.OnClaim(entry, line, job, result);
        else
            _rewards.OnReward(entry, line, reward, now);
    }

    private void OnCheck(Entry entry, long line, Check check)
    {
        // Checks are made of results whose bundle is open; one that names nothing counts for nothing.
        if (_jobs.GetValueOrDefault(check.Job)?.Find(check.Checked) is { } named && Counterparts.Match(entry, named) is { } refused)
            findings.Blame(entry, line, refused.Message);
    }

    private void OnSettled(Entry entry, long line, Settlement settlement, Epoch now)
    {
        credits.Settle(entry, line, settlement, now);
        if (_jobs.GetValueOrDefault(settlement.Job) is { } job
            && job.Bosses.GetValueOrDefault(entry.Place.Issuer) is { } boss
            && boss.Works.Count == boss.NextBundle)
            CheckAudit.Run(job, boss, findings); // all of it is there
        _settled.Enqueue((settlement.Job, entry.Place.Issuer, now.Number + Receipt.Grace));
    }

    /// <summary>What a settled job still waits for, it waits for in vain.</summary>
    private void ForgetSettled(Epoch now)
    {
        while (_settled.TryPeek(out var settled) && settled.Until < now.Number)
        {
            _settled.Dequeue();
            if (!_jobs.TryGetValue(settled.Job, out var job) || !job.Bosses.TryGetValue(settled.Boss, out var boss))
                continue;
            _unpaid.OnEnd(job, boss);
            CheckAudit.Run(job, boss, findings);
            NameWaiting(job, settled.Boss);
            if (job.Bosses.Remove(settled.Boss) && job.Bosses.Count == 0)
                _jobs.Remove(settled.Job);
        }
    }

    /// <summary>Verdicts on what is in no chain: a job has decided on results that their workers never brought in.</summary>
    private void NameWaiting(JobAudit job, NodeId boss)
    {
        foreach (var (entry, line) in job.Waiting.Values.SelectMany(waiting => waiting).Where(waiting => waiting.Entry.Place.Issuer == boss)
            .OrderBy(waiting => waiting.Line))
            findings.Blame(
                entry, line,
                $"result {Counterparts.NamedBy(entry.Claims)}: this, or another one that it cites, is in no chain when the job is over: "
                + "the verdict counts for nothing.");
    }

    /// <summary>Results for a job that nobody has handed in are the author's invention.</summary>
    private void ForgetUnclaimed(Epoch now)
    {
        while (_new.TryPeek(out var id))
        {
            if (_jobs.TryGetValue(id, out var job) && job.Since.Number + Receipt.Grace >= now.Number)
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
