using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Audit.Judging;

/// <summary>
/// Runs one boss's policy again over the results of one bundle: who was drawn for it and at which rank, what its signed root opens
/// to, and what the policy's rule makes of it.
/// </summary>
internal sealed class BundleJudgement(
    JobAudit job, BossAudit boss, long number, BundleAudit bundle, Func<EntryPlace, PublicKey?> keyAt, Findings findings)
{
    private readonly EpochSection.Decided _decision = bundle.Decision!;
    private readonly List<Drawn> _drawn = [];
    private readonly List<(int Attempt, NodeId[] Open, int AtWork)> _passedOver = [];
    private readonly int _firstAttempt = bundle.Decision!.Opened.Select(opened => bundle.Results[opened.Result].Entry.Claims)
        .OfType<Result>().Select(result => result.Attempt).DefaultIfEmpty().Min();

    private sealed record Drawn(
        Hash256 Hash, Result Result, NodeId Worker, Hash256[] Digests, FrozenRoster? Roster, int Rank, bool Trusted);

    /// <summary>
    /// By attempt: too many ranks before one that was used, with neither a result nor a decline or expiry on record so far.
    /// </summary>
    /// <remarks>With how many of them may have been at work still.</remarks>
    internal IReadOnlyList<(int Attempt, NodeId[] Open, int AtWork)> PassedOver => _passedOver;

    /// <summary>
    /// What its one worker has done, whom others check; null where the policy knows no such, or the decision does not hold.
    /// </summary>
    internal CheckedWork? Work { get; private set; }

    /// <summary>What each result's verdict has to be; empty where the decision does not hold.</summary>
    internal IReadOnlyList<(Hash256 Result, Judged Judged)> Run()
    {
        var (page, pageEpoch) = boss.PageOf(number)!.Value;
        foreach (var opened in _decision.Opened)
        {
            var (entry, line) = bundle.Results[opened.Result];
            if (Open(opened, entry, page) is { } why)
                findings.Blame(entry, line, why);
            else if (_drawn[^1].Digests.Length == 0) // the Job looked at that before it decided
                findings.Violate(
                    entry.Hash, line,
                    $"{entry.Claims.Type} by {entry.Place.Issuer}: its root is not over the results and the salt that the decision shows.");
        }
        if (_drawn.Count == 0 || Disagrees() is { } wrong && Blame(wrong))
            return [];
        Work = WorkOf();
        FindPassedOver();
        var hashes = _drawn.ConvertAll(drawn => drawn.Hash);
        return _drawn.ConvertAll(drawn => (drawn.Hash, Judge(drawn, pageEpoch.Number, hashes)));
    }

    private bool Blame(string why)
    {
        findings.Blame(_decision.Number, $"bundle {number} of {job.Id}: {why}");
        return true;
    }

    /// <summary>Null if the result is of this bundle, by who was drawn, and opens to what its author signed.</summary>
    private string? Open(OpenedLine opened, Entry entry, Submit page)
    {
        var result = (Result)entry.Claims;
        if (result.Bundle != number || result.Tasks != _decision.Line.Digests.Count)
            return $"cited for bundle {number} of {_decision.Line.Digests.Count} tasks, but it is of {result.Bundle} with {result.Tasks}.";
        if (Counterparts.Match(result, page) is { } refused)
            return refused.Message;
        if (Drawings(entry, result) is { } why)
            return why;
        var digests = _decision.Line.Digests.AsSpan().ToArray();
        for (var i = 0; i < opened.At.Count; i++)
        {
            if (opened.At[i] >= digests.Length)
                return $"at: {opened.At[i]}, but the bundle has {digests.Length} tasks.";
            digests[opened.At[i]] = opened.Got[i];
        }
        var nullable = Array.ConvertAll(digests, digest => digest == default ? (Hash256?)null : digest);
        if (ResultBatch.Build(entry.Place.Issuer, result.First, result.Attempt, opened.Salt, nullable).Root != result.Root)
            return null;
        _drawn[^1] = _drawn[^1] with { Digests = digests };
        return null;
    }

    /// <summary>Null, and one more in the list, if the author was drawn for it; or why not.</summary>
    private string? Drawings(Entry entry, Result result)
    {
        var worker = entry.Place.Issuer;
        if (_drawn.Exists(other => other.Worker == worker))
            return "a second result of one worker.";
        if (boss.First.Draw == DrawMode.Now)
        {
            // Drawn by a beacon that the boss knew: no record says which, and it earns nothing.
            _drawn.Add(new Drawn(entry.Hash, result, worker, [], null, int.MaxValue, false));
            return null;
        }
        var roster = job.RosterOf(number, result.Attempt);
        if (roster is null || roster.Epoch != result.Epoch)
            return $"attempt {result.Attempt}: epoch {result.Epoch} did not draw it.";
        var isAlone = IsAlone(result.Attempt);
        if (isAlone && _drawn.Exists(other => other.Result.Attempt == result.Attempt))
            return $"attempt {result.Attempt}: a second result of the draw that has one worker.";
        if (roster.RankOf(worker, job.Id.Hash, number, result.Attempt, EligibleAt(result.Attempt)) is not var (rank, group))
            return $"the beacon of epoch {result.Epoch} did not draw its author for bundle {number}.";
        if (keyAt(entry.Place) is { } key && !group[rank].SignsWith(key))
            return $"signed by {key}, but in the roster of epoch {result.Epoch}, which drew it, {worker} has "
                + $"{group[rank].Key?.ToString() ?? "its first key"}.";
        _drawn.Add(new Drawn(
            entry.Hash, result, worker, [], roster, rank, !isAlone && group[rank].Standing is (Standing.Trusted or Standing.First)));
        return null;
    }

    /// <summary>Whether the attempt is that of a bundle's one worker, whom the later ones check.</summary>
    private bool IsAlone(int attempt) => boss.Alone is not null && attempt == _firstAttempt;

    /// <summary>How many are asked at once. Of verifiers one, but where the trusted decide.</summary>
    private int FirstAt(int attempt) => boss.Policy is Policy.ByChecks policy && !IsAlone(attempt) && Work is not { ByWord: true }
        ? policy.Otherwise.Lead
        : boss.Policy!.First;

    private Eligibility EligibleAt(int attempt) => IsAlone(attempt) ? boss.Alone!.Value : boss.Eligible;

    /// <summary>Null if the decision says of every task what the policy comes to.</summary>
    private string? Disagrees()
    {
        _drawn.RemoveAll(drawn => drawn.Digests.Length == 0);
        _drawn.Sort((one, other) => (one.Result.Attempt, one.Rank).CompareTo((other.Result.Attempt, other.Rank)));
        for (var task = 0; task < _decision.Line.Digests.Count; task++)
        {
            var said = Said(_decision.Line.Digests[task]);
            var votes = Votes(task, said);
            if (boss.Policy!.Comparison is not null)
            {
                // What is near can't be told from digests.
                if (said is not null && !Array.Exists(votes, vote => vote.Digest == said))
                    return $"task {task}: {Text(said)} is said, which is nobody's result.";
                continue;
            }
            var ruling = boss.Policy!.Rule(votes);
            var found = ruling.Kind == RulingKind.Decided ? votes[ruling.By].Digest : null;
            if (found != said)
                return $"task {task}: {Text(said)} is said, but {boss.Policy} comes to {Text(found)}{Count(votes, said)}.";
            if (ruling.Kind is RulingKind.AskMore or RulingKind.Check && !MayGiveUp(votes))
                return $"task {task}: no outcome is said, but {boss.Policy} is not done: "
                    + $"{(ruling.Kind == RulingKind.Check ? "a check" : $"{ruling.More} more")} may decide it.";
        }
        return null;
    }

    /// <summary>
    /// By rank. Of a beacon that is on no record neither ranks nor standings are known: they are taken in favour of what is said.
    /// </summary>
    private Vote[] Votes(int task, Hash256? said)
    {
        var isOnRecord = boss.First.Draw != DrawMode.Now;
        Vote[] votes = [.. _drawn.Select(drawn => Said(drawn.Digests[task])).Zip(_drawn, (digest, drawn) => new Vote(
            digest, isOnRecord ? drawn.Trusted : said is not null && digest == said))];
        return isOnRecord ? votes : [.. votes.OrderByDescending(vote => vote.IsTrusted)];
    }

    /// <summary>
    /// Whether a job may end before the policy does: as many as it asks for at first had no result, which was an outcome once and is one
    /// still where nobody else is there; or all who were drawn last have given theirs.
    /// </summary>
    private bool MayGiveUp(Vote[] votes)
    {
        var policy = boss.Policy is Policy.ByChecks chosen ? chosen.Otherwise : boss.Policy!;
        if (votes.Count(vote => vote.Digest is null) >= policy.First || boss.First.Draw == DrawMode.Now)
            return true;
        var (attempt, roster) = job.LastDraw(number);
        return roster is not null && roster.AllOf(job.Id.Hash, number, attempt, EligibleAt(attempt), _drawn.Count) is { } group
            && Array.TrueForAll(group, member => _drawn.Exists(drawn => drawn.Worker == member.Id));
    }

    private static Hash256? Said(Hash256 digest) => digest == default ? null : digest;

    private static string Text(Hash256? digest) => digest?.ToString() ?? "no outcome";

    private static string Count(Vote[] votes, Hash256? said) => said is null ? ""
        : $"; {votes.Count(vote => vote.Digest == said)} of {votes.Length} results are it, "
            + $"{votes.Count(vote => vote.Digest == said && vote.IsTrusted)} of them by trusted c-nodes";

    private void FindPassedOver()
    {
        foreach (var attempt in _drawn.Where(drawn => drawn.Roster is not null).GroupBy(drawn => drawn.Result.Attempt))
        {
            var last = attempt.MaxBy(drawn => drawn.Rank)!;
            var (rank, group) = last.Roster!.RankOf(last.Worker, job.Id.Hash, number, attempt.Key, EligibleAt(attempt.Key))!.Value;
            NodeId[] open = [.. group[..rank].Select(member => member.Id)
                .Where(id => !_drawn.Exists(drawn => drawn.Worker == id) && !bundle.PassedOn.Contains((id, attempt.Key)))];
            var first = FirstAt(attempt.Key);
            if (open.Length >= first)
                _passedOver.Add((attempt.Key, open, first - 1));
        }
    }

    private CheckedWork? WorkOf()
    {
        if (boss.Policy is not Policy.ByChecks policy || _drawn.Find(drawn => IsAlone(drawn.Result.Attempt)) is not { } alone)
            return null;
        var agreed = _decision.Line.Digests;
        var (byWord, right, wrong) = (false, true, false);
        for (var task = 0; task < agreed.Count; task++)
        {
            byWord |= agreed[task] != default && policy.Again(Votes(task, Said(agreed[task]))).Kind != RulingKind.Decided;
            right &= alone.Digests[task] == agreed[task] && agreed[task] != default;
            wrong |= agreed[task] != default && alone.Digests[task] != default && alone.Digests[task] != agreed[task];
        }
        return new CheckedWork(
            number, _decision.Number, alone.Worker, bundle.Covered[alone.Hash], alone.Result.Attempt, alone.Result.First, agreed.Count,
            byWord, right, wrong,
            // Who has no result has checked nothing.
            [.. _drawn.Where(drawn => drawn != alone && drawn.Digests.Any(digest => digest != default))
                .Select(drawn => (drawn.Result.Attempt, drawn.Result.Epoch)).Order()]);
    }

    private Judged Judge(Drawn drawn, ulong pageEpoch, List<Hash256> hashes)
    {
        int accepted = 0, rejected = 0, unsure = 0;
        var agreed = _decision.Line.Digests;
        for (var task = 0; task < agreed.Count; task++)
        {
            if (agreed[task] == default && drawn.Digests[task] != default)
                unsure += IsUnsure(task) ? 1 : 0;
            if (agreed[task] == default || drawn.Digests[task] == default)
                continue;
            if (agreed[task] == drawn.Digests[task])
                accepted++;
            else
                rejected++;
        }
        var near = boss.Policy!.Comparison is null ? 0 : rejected;
        return new Judged(
            drawn.Worker, accepted, rejected - near, unsure, accepted == agreed.Count, Place(drawn, pageEpoch),
            [.. hashes.Where(hash => hash != drawn.Hash)])
        {
            Near = near,
        };
    }

    /// <summary>Whether the task ended unsure: no outcome is sure enough, though somebody had a result of it.</summary>
    private bool IsUnsure(int task) => boss.Policy!.StatesError && _drawn.Exists(other => other.Digests[task] != default);

    /// <summary>
    /// A page that became known with or after the beacon that drew it earns nothing: its boss could have chosen who is eligible.
    /// </summary>
    private DrawnPlace Place(Drawn drawn, ulong pageEpoch)
    {
        if (drawn.Roster is not { } roster)
            return default;
        var counts = roster.Counts && pageEpoch <= roster.Epoch.Number && Gone.MayCount(bundle.Gone.Count, boss.Policy!.Earning);
        return boss.Place(roster, drawn.Result.Attempt, drawn.Rank, counts);
    }
}
