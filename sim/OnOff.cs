using AkkaCompute.Domain.Verification.Formulas;


namespace AkkaCompute.Sim;

/// <summary>
/// One worker against four rules. Every replica and every honest verifier finds a lie; a worker that is caught goes on under
/// a new identity at once, as identities are cheap. Counted: its results that are wrong and accepted.
/// </summary>
internal static class OnOff
{
    private const double F = 0.2, Q = 0.1, Epsilon = 1e-3;
    private const int Career = 50_000;
    private const int JobTasks = 5_000;
    private const int Jobs = 1_000;
    private const int Trust = 100;
    private static readonly double[] _rates = [0.001, 0.002, 0.004, 0.008, 0.0109, 0.016, 0.03, 0.06, 0.1, 0.2, 0.5, 1];
    private static readonly int _checks = JobConfidence.ChecksNeeded(F, Epsilon)!.Value;

    public static void Play(Report report, int seed)
    {
        var random = new Random(seed);
        var onOff = report.Table("behave until trusted, cheat until caught, repeat: wrong and accepted, share of this worker's results",
            "rule", "trusted after", "measured", "theory");
        var boinc = Boinc(random, (worker, _) => worker.Valid >= AdaptiveReplication.Trusted);
        onOff.Add("BOINC adaptive replication", "10 results", boinc, AdaptiveReplication.CheatUntilCaught(10));
        var alone = PocoConsensus.ScoreAlone(Trust);
        onOff.Add("iExec PoCo, trust 100", $"{alone} tasks", Poco(Career), 1 - (double)alone / Career);
        var needed = Credibility.ChecksNeeded(F, Epsilon, blacklist: true);
        // A cycle: needed/q good tasks, then 1/(q(1-f)) cheats of which the last is found.
        var cheats = 1 / (Q * (1 - F));
        onOff.Add("credibility by career, 0.001", $"{needed} checks", ByCareer(random, needed), (cheats - 1) / (needed / Q + cheats));
        var (early, _, _) = Checked(random, (worker, _) => worker.Passed >= _checks, early: true);
        onOff.Add("D5 (b), checks from before the result counted", $"{_checks} checks", early, "none");
        var (late, lateError, _) = Checked(random, (worker, _) => worker.Passed >= _checks);
        var worst = 1 / (_checks * (1 - F) * Math.E);
        onOff.Add("D5 (b)", $"{_checks} checks after it", late, $"≤ {worst:0.0000}");
        report.Summary(
            "onoff: behave, cheat until caught, again; wrong of one worker's results", "the honest work in between", late,
            $"≤ {worst:0.0000}", boinc, Poco(Career));
        report.Bound($"BOINC: about 45 % ({boinc:0.000})", Math.Abs(boinc - 0.45) < 0.01);
        report.Bound("D5 (b), on and off: under its bound", late <= worst + 3 * lateError);

        LowRate(report, random, worst);
        Sleeper(report, random);
    }

    private static void LowRate(Report report, Random random, double worst)
    {
        var table = report.Table(
            "a saboteur at a low rate s: wrong and accepted, share of its results; last column: wrong in the job's believed results, f = "
            + "0.2",
            "s", "BOINC", "iExec", "D5 (b)", "bound of (b)", "job, D5 (b)");
        var holds = true;
        foreach (var rate in _rates)
        {
            var (wrong, error, inJob) = Checked(random, (_, chance) => chance.NextDouble() < rate);
            // A share f of such workers; of the others all is believed but the last K/q results, which rule (a) takes.
            var believed = (JobTasks - _checks / Q) / JobTasks;
            var job = F * inJob / ((1 - F) * believed + F * inJob);
            holds &= wrong <= worst + 3 * error && job <= Epsilon;
            table.Add(
                rate, Boinc(random, (_, chance) => chance.NextDouble() < rate),
                Math.Max(0, 1 - (double)PocoConsensus.ScoreAlone(Trust) / Career) * rate,
                wrong, worst, job);
        }
        report.Bound("D5 (b): no rate gives more than f/(1-f)/(K(1-f)e) ≤ 0.001 wrong in the job (3 standard errors)", holds);
    }

    private static void Sleeper(Report report, Random random)
    {
        const int Good = 10_000;
        int boinc = 0, checkedLies = 0;
        const int Runs = 2_000;
        for (var run = 0; run < Runs; run++)
        {
            var worker = new AdaptiveReplication();
            for (var task = 0; task < Good; task++)
                worker = worker.After(random.NextDouble() < worker.ReplicationChance, valid: true);
            boinc += random.NextDouble() >= worker.ReplicationChance ? 1 : 0;
            var job = new CheckedWorker(_checks, Q, F);
            for (var task = 0; task < JobTasks && !job.Caught; task++)
                job.Work(task == 1_000, random);
            checkedLies += job.WrongBelieved;
        }
        var sleeper = report.Table($"good for {Good} tasks, then one lie: how often it is accepted", "rule", "measured", "theory");
        sleeper.Add("BOINC", (double)boinc / Runs, 1 - 1 / AdaptiveReplication.HonestValid(Good - 10));
        sleeper.Add("iExec", 1.0, 1.0);
        sleeper.Add("D5 (b)", (double)checkedLies / Runs, JobConfidence.LieSurvives(F, Q));
        report.Bound("one lie survives as often as 1 - q(1-f) says (exact binomial test, 1 %)",
            Statistics.BinomialTest(checkedLies, Runs, JobConfidence.LieSurvives(F, Q)) >= 0.01);

        // One task of a hundred is worth a lie, and the worker can tell which.
        const double Worth = 0.01;
        var (wrong, _, _) = Checked(random, (_, chance) => chance.NextDouble() < Worth);
        var paying =
            report.Table("cheats only on the 1 % of tasks that pay: wrong and accepted, share of the paying tasks", "rule", "share");
        paying.Add("BOINC", Boinc(random, (_, chance) => chance.NextDouble() < Worth) / Worth);
        paying.Add("iExec", 1 - (double)PocoConsensus.ScoreAlone(Trust) / Career);
        paying.Add("D5 (b): holds for the count of results, not for a worth that workers can see", wrong / Worth);
        paying.Add("D5 (a), whatever a task is worth (theory)", JobConfidence.LeadError(F, JobConfidence.LeadNeeded(F, Epsilon)!.Value));
    }

    /// <summary>A long career under adaptive replication.</summary>
    private static double Boinc(Random random, Func<AdaptiveReplication, Random, bool> lies)
    {
        const int Tasks = 400_000;
        var worker = new AdaptiveReplication();
        var accepted = 0;
        for (var task = 0; task < Tasks; task++)
        {
            var lie = lies(worker, random);
            var replicated = random.NextDouble() < worker.ReplicationChance;
            accepted += lie && !replicated ? 1 : 0;
            worker = worker.After(replicated, !lie);
        }
        return (double)accepted / Tasks;
    }

    /// <summary>Works beside an honest worker until its score lets it decide alone; then nobody looks again.</summary>
    private static double Poco(int tasks)
    {
        long score = 0;
        var wrong = 0;
        for (var task = 0; task < tasks; task++)
        {
            var weight = (UInt128)PocoConsensus.Weight(score);
            var alone = PocoConsensus.Accepts(weight, 1 + weight, Trust);
            wrong += alone ? 1 : 0;
            score = PocoConsensus.ScoreAfter(score, agreed: true, alone ? 1 : 2);
        }
        return (double)wrong / tasks;
    }

    private static double ByCareer(Random random, int needed)
    {
        const int Tasks = 400_000;
        int wrong = 0, passed = 0;
        for (var task = 0; task < Tasks; task++)
        {
            var lie = passed >= needed;
            var due = random.NextDouble() < Q;
            if (lie && due && random.NextDouble() >= F)
            {
                passed = 0; // out; the next identity
                continue;
            }
            wrong += lie ? 1 : 0;
            passed += due ? 1 : 0;
        }
        return (double)wrong / Tasks;
    }

    /// <summary>One job after another; who is caught is out of that job. Wrong and believed, of the
    /// results that it gave, and of all that it would have given.</summary>
    private static (double Share, double Error,
        double InJob) Checked(Random random, Func<CheckedWorker, Random, bool> lies, bool early = false)
    {
        var (wrong, done) = (new double[Jobs], new double[Jobs]);
        for (var job = 0; job < Jobs; job++)
        {
            var worker = new CheckedWorker(_checks, Q, F);
            for (; done[job] < JobTasks && !worker.Caught; done[job]++)
                worker.Work(lies(worker, random), random, early);
            wrong[job] = worker.WrongBelieved;
        }
        var (share, error) = Statistics.Ratio(wrong, done);
        return (share, error, wrong.Sum() / Jobs / JobTasks);
    }
}
