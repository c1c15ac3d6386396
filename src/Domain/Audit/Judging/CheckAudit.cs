using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Audit.Judging;

/// <summary>
/// Whether a job under <see cref="Policy.ByChecks"/> has made the checks that were due, and has believed nobody who had passed too few: at
/// its end, for one check vouches for results that were decided long before it. Where records don't say in which order things came, they
/// are taken in favour of the job.
/// </summary>
internal static class CheckAudit
{
    private sealed record Draw(int Attempt, FrozenRoster Roster);

    /// <summary>What the records say of one bundle.</summary>
    /// <param name="Check">The first draw that counts after a record covers the result: it says whether it is checked.</param>
    /// <param name="Made">When the check was made that it makes due; null where none was, or none is due.</param>
    private sealed record Course(CheckedWork Work, Draw? Check, bool IsDue, (int Attempt, Epoch Epoch)? Made)
    {
        /// <summary>The draw after that one: the closing draw.</summary>
        public Draw? Closing { get; init; }

        public ulong Order { get; init; }

        /// <summary>Who was drawn for it by the closing draw.</summary>
        public (int Attempt, Epoch Epoch)? ClosingMade { get; init; }
    }

    internal static void Run(JobAudit job, BossAudit boss, Findings findings)
    {
        if (boss.AreChecksAudited || boss.Policy is not Policy.ByChecks policy)
            return;
        boss.AreChecksAudited = true;
        var draws = DrawsOf(job, boss);
        foreach (var works in boss.Works.GroupBy(work => work.Worker))
        {
            foreach (var (work, why) in FlawsOf(
                policy, boss.First.Bundle, [.. works.Select(work => CourseOf(job.Id, policy, work, draws))]))
                findings.Blame(work.Line, $"bundle {work.Bundle} of {job.Id}: {why}");
        }
    }

    private static Dictionary<long, List<Draw>> DrawsOf(JobAudit job, BossAudit boss)
    {
        var draws = boss.Works.ToDictionary(work => work.Bundle, _ => new List<Draw>());
        foreach (var (request, roster) in job.Draws.Where(draw => draw.Request.Attempt > 0 && draw.Roster.Counts))
        {
            for (var i = 0; i < request.Count; i++)
                draws.GetValueOrDefault(request.FirstBundle + i)?.Add(new Draw(request.Attempt, roster));
        }
        return draws;
    }

    private static Course CourseOf(JobId job, Policy.ByChecks policy, CheckedWork work, Dictionary<long, List<Draw>> draws)
    {
        Draw[] later = [.. draws[work.Bundle].Where(draw => draw.Attempt > work.Attempt && draw.Roster.Epoch > work.Covered)
            .OrderBy(draw => draw.Attempt)];
        if (later.Length == 0)
            return new Course(work, null, false, null);
        var check = later[0];
        var isDue = CheckDraw.IsDue(check.Roster.Beacon, job, work.First, work.Worker, policy.Parts);
        var made = isDue ? FirstOf(work, check) : null;
        var closing = Array.Find(later, draw => draw.Attempt > (made?.Attempt ?? check.Attempt));
        return new Course(work, check, isDue, made)
        {
            Closing = closing,
            Order = closing is null ? 0 : CheckDraw.Order(closing.Roster.Beacon, job, work.First, work.Worker),
            ClosingMade = closing is null ? null : FirstOf(work, closing),
        };
    }

    /// <summary>The first who was drawn by this draw or, where its group was used up, by a later one.</summary>
    private static (int Attempt, Epoch Epoch)? FirstOf(CheckedWork work, Draw draw)
    {
        foreach (var second in work.Seconds)
        {
            if (second.Attempt >= draw.Attempt)
                return second;
        }
        return null;
    }

    private static IEnumerable<(CheckedWork Work, string Why)> FlawsOf(Policy.ByChecks policy, int bundleSize, Course[] courses)
    {
        var lastCheck = courses.Max(course => course.Check?.Roster.Epoch ?? Epoch.None);
        // The closing draw comes after all that said whether a result is checked.
        courses = [.. courses.Select(course => course.Closing?.Roster.Epoch > lastCheck
            ? course
            : course with { Closing = null, ClosingMade = null })];
        var needed = (long)policy.Checks * bundleSize;
        var checks = courses.SelectMany(course => new[] { course.Made, course.ClosingMade }
            .OfType<(int Attempt, Epoch Epoch)>().Select(made => (course.Work, made.Epoch))).ToArray();
        var caught = checks.Where(check => check.Work.IsWrong).Select(check => check.Epoch).DefaultIfEmpty(new Epoch(ulong.MaxValue)).Min();
        var passed = checks.Where(check => check.Work.IsRight && check.Epoch <= caught).OrderBy(check => check.Epoch).ToArray();
        var last = courses.Where(course => course is { Work.ByWord: true, ClosingMade: not null }).Select(course => course.Order)
            .DefaultIfEmpty().Max();
        foreach (var course in courses)
        {
            var work = course.Work;
            if (course is { IsDue: true, Made: null })
                yield return (work, $"a check of the result of {work.Worker} was due by the beacon of epoch {course.Check!.Roster.Epoch}, "
                    + "and none was made.");
            if (!work.ByWord)
                continue;
            if (policy.IsFinalByOwnCheck)
            {
                // A draw had to be asked for it.
                if (course is { IsDue: false, Made: null })
                    yield return (work, $"{work.Worker} is believed, and no check of its result was drawn.");
                continue;
            }
            if (course is { Closing: not null, ClosingMade: null } && course.Order < last)
                yield return (work, $"a check of the result of {work.Worker} was due in the closing draw of epoch "
                    + $"{course.Closing.Roster.Epoch}, and none was made.");
            var count = passed.Where(check => check.Epoch > work.Covered).Sum(check => (long)check.Work.Tasks);
            if (count < needed)
                yield return (work, $"{work.Worker} is believed, but has passed {count} of the {needed} checks of tasks that {policy} "
                    + $"asks for after epoch {work.Covered}.");
        }
    }
}
