using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Sim;

/// <summary>
/// A share f of the workers behaved all their careers, every record is spotless, and they lie only in this job; with a
/// second worker only where it is one of them too. Groups are real draws, one epoch a job.
/// </summary>
internal static class ColludeJob
{
    private const int Nodes = 1_000;
    private const int Tasks = 1_000;
    private const int Jobs = 60;
    private const double Q = 0.1;

    public static void Play(Report report, int seed)
    {
        var world = new World(seed);
        var members = world.Members(Nodes);

        var table = report.Table($"{Tasks} tasks on {Nodes} workers, {Jobs} jobs, one epoch each: wrong results believed",
            "rule", "f", "stated", "measured", "standard error", "theory", "executions a task");
        foreach (var f in new[] { 0.05, 0.2, 0.35 })
        {
            var games = Games(f);
            var wrong = games.Select(_ => new double[Jobs]).ToArray();
            var executions = new double[games.Length];
            var blacklisted = new double[Jobs];
            for (var job = 0; job < Jobs; job++)
            {
                var roster = world.Roster(members, job);
                var colludes = Marked(world, members.Length, f);
                var number = members.Select((member, i) => (member.Id, i)).ToDictionary();
                var lies = new List<int>(); // who told each one
                var caught = new HashSet<int>();
                for (ulong task = 0; task < Tasks; task++)
                {
                    var target = Ring.Target(roster.Beacon, world.Hash("job", job), task, 0);
                    var group = CloseGroup.Select(roster, target, 160, new Eligibility("wasm"));
                    var votes = Array.ConvertAll(group, member => colludes[number[member.Id]]);
                    if (votes[0])
                    {
                        lies.Add(number[group[0].Id]);
                        if (world.Random.NextDouble() < Q && !votes[1])
                            caught.Add(lies[^1]);
                    }
                    for (var game = 0; game < games.Length; game++)
                    {
                        var (lost, cost) = games[game].Play(votes, world.Random);
                        wrong[game][job] += lost ? 1.0 / Tasks : 0;
                        executions[game] += (double)cost / Tasks / Jobs;
                    }
                }
                blacklisted[job] = lies.Count(worker => !caught.Contains(worker)) / (double)Tasks;
            }
            // Theory: Poisson around Tasks/Nodes. Places on the ring are uneven, so a liar has more tasks together, and it is a little
            // less.
            var (left, leftError) = Statistics.Mean(blacklisted);
            table.Add("credibility by career, all of who is caught redone", f, 1e-3, left, leftError,
                f * (1 - Q * (1 - f)) * Math.Exp(-Q * (1 - f) * Tasks / Nodes), 1.0);
            var lead = Array.FindIndex(games, game => game.Promised);
            report.Summary(
                $"collude-job: {f} of the trusted lie in this job only, rule (a)", "careers without a fault", wrong[lead].Average(),
                games[lead].Theory,
                wrong[Array.FindIndex(games, game => game.Name.StartsWith("BOINC", StringComparison.Ordinal))].Average(),
                wrong[Array.FindIndex(games, game => game.Name.StartsWith("iExec", StringComparison.Ordinal))].Average());
            for (var game = 0; game < games.Length; game++)
            {
                var (mean, error) = Statistics.Mean(wrong[game]);
                table.Add(
                    games[game].Name, f, games[game].Stated is { } stated ? stated : "none", mean, error, games[game].Theory,
                    executions[game]);
                if (games[game].Promised)
                    report.Bound(
                        $"{games[game].Name}, f = {f}: at most {games[game].Stated} wrong (3 standard errors)",
                        mean <= games[game].Stated + 3 * error);
                if (games[game].Exact)
                    report.Bound(
                        $"{games[game].Name}, f = {f}: as theory says (4 standard errors; draws are without replacement)",
                        Math.Abs(mean - games[game].Theory) <= 4 * error + 0.05 * games[game].Theory);
            }
        }
        RuleB(report, world);
    }

    private static bool[] Marked(World world, int count, double f)
    {
        var marked = Enumerable.Range(0, count).Select(i => i < f * count).ToArray();
        world.Random.Shuffle(marked);
        return marked;
    }

    /// <param name="Play">From the ranks, colluders true: whether the believed result is wrong, and how many executions it took.</param>
    private sealed record Game(
        string Name, double? Stated, double Theory, bool Promised, bool Exact, Func<bool[], Random, (bool, int)> Play);

    private static Game[] Games(double f)
    {
        var lead = JobConfidence.LeadNeeded(f, 1e-3)!.Value;
        // One result, checked with probability q by a verifier that may be a friend; a found lie is done again by the next.
        (bool, int) Single(bool[] votes, Random random) =>
            votes[0] && !(random.NextDouble() < Q && !votes[1]) ? (true, 1) : (false, 1);
        return
        [
            new("credibility by career: one worker of 0.999", 1e-3, f * (1 - Q * (1 - f)), false, true, Single),
            new("credibility by career: two of 0.999 agree", 1e-6, f * f, false, true, (votes, _) => (votes[0] && votes[1], 2)),
            new("BOINC, n = 141 (10,000 tasks)", null, f * (1 - 1 / 141.0), false, true,
                (votes, random) => (votes[0] && random.NextDouble() >= 1 / 141.0, 1)),
            new("iExec, trust 100, score 303", 1e-2, f, false, true, (votes, _) => (votes[0], 1)),
            new($"first {lead} that agree", 1e-3, Majority.Error(lead, f), false, true, (votes, _) => First(votes, lead)),
            new($"D5 (a): a lead of {lead}", 1e-3, JobConfidence.LeadError(f, lead), true, false, (votes, _) => Lead(votes, lead)),
        ];
    }

    private static (bool, int) First(bool[] votes, int wanted)
    {
        int wrong = 0, right = 0;
        for (var rank = 0; rank < votes.Length; rank++)
        {
            if (votes[rank] ? ++wrong == wanted : ++right == wanted)
                return (votes[rank], rank + 1);
        }
        return (false, votes.Length);
    }

    private static (bool, int) Lead(bool[] votes, int wanted)
    {
        var lead = 0;
        for (var rank = 0; rank < votes.Length; rank++)
        {
            lead += votes[rank] ? 1 : -1;
            if (Math.Abs(lead) == wanted)
                return (lead > 0, rank + 1);
        }
        return (false, votes.Length); // unsure
    }

    /// <summary>Few workers with many tasks each: everybody checked in this job, liars at the rate that pays most.</summary>
    private static void RuleB(Report report, World world)
    {
        const int Workers = 200;
        var table =
            report.Table($"rule (b): {Workers} workers with 1.3 K/q tasks each in one job, q = {Q}, 40 jobs for each rate; ε = 0.001",
            "f", "K", "tasks each", "worst rate s", "wrong among believed", "standard error", "at the worst s by theory",
            "believed by (b)");
        foreach (var f in new[] { 0.05, 0.2, 0.35 })
        {
            var checks = JobConfidence.ChecksNeeded(f, 1e-3)!.Value;
            var theory = 1 / ((checks + 1) * (1 - f));
            var tasks = (int)(1.3 * checks / Q);
            (double Rate, double Mean, double Error, double Believed) worst = default;
            foreach (var rate in new[] { theory / 4, theory / 2, theory, 2 * theory, 4 * theory })
            {
                var (wrong, believed) = (new double[40], new double[40]);
                for (var job = 0; job < wrong.Length; job++)
                {
                    for (var worker = 0; worker < Workers; worker++)
                    {
                        var liar = worker < f * Workers;
                        var run = new CheckedWorker(checks, Q, f);
                        for (var task = 0; task < tasks && !run.Caught; task++)
                            run.Work(liar && world.Random.NextDouble() < rate, world.Random);
                        wrong[job] += run.WrongBelieved;
                        believed[job] += run.Believed;
                    }
                }
                var (mean, error) = Statistics.Ratio(wrong, believed);
                if (mean > worst.Mean)
                    worst = (rate, mean, error, believed.Sum() / (40.0 * Workers * tasks));
            }
            table.Add(
                f, checks, tasks, worst.Rate, worst.Mean, worst.Error, f / (1 - f) * theory * Math.Pow(1 - theory * (1 - f), checks),
                worst.Believed);
            report.Bound(
                $"rule (b), f = {f}: at most 0.001 wrong at the worst rate found (3 standard errors)",
                worst.Mean <= 1e-3 + 3 * worst.Error);
        }
    }
}
