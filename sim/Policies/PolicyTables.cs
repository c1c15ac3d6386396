using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Sim.Policies;

/// <summary>
/// What each policy states, and what adversaries make of it: by the rules that the job and the audit ask. The votes of different tasks are
/// independent; that groups are drawn from a roster is in <c>capture</c> and <c>collude-job</c>.
/// </summary>
internal sealed class PolicyTables(Report report, int seed, long tasks, bool isLong)
{
    /// <summary>Of the tests from both sides: one in a hundred fails by chance.</summary>
    private const double Tail = 0.005;

    private static readonly double[] _f = [0.05, 0.2, 0.35];
    private static readonly double[] _answering = [0.9, 0.7, 0.5];
    private static readonly double[] _rates = [0.001, 0.01, 0.1, 0.3, 0.6, 0.9, 0.99];

    private readonly Table _lead = report.Table(
        $"credibility(0.001, f, a), {tasks} tasks a line: colluders always answer, the honest with a chance of a; wrong among the decided",
        "f", "a", "policy", "lead", "cap", "adversary", "stated", "measured", "theory", "unsure", "executions", "honest network");
    private readonly Table _quorum =
        report.Table($"quorum(m, 2m-1) against one lie, {tasks} tasks a line", "f", "a", "policy", "stated", "measured", "executions");

    public void Play()
    {
        foreach (var f in _f)
        {
            foreach (var answering in _answering)
                PlayOne(f, answering, 0.001m, tasks, Adversary.All);
            foreach (var m in new[] { 2, 3, 7 })
                PlayQuorum(f, 0.7, m);
            if (isLong)
                PlayOne(f, 0.9, 0.000001m, Math.Max(tasks, 30_000_000), [Adversary.All[0]]);
        }
        Compare();
    }

    private void PlayOne(double f, double answering, decimal epsilon, long count, IReadOnlyList<Adversary> adversaries)
    {
        var policy = new Policy.Credibility(epsilon, (decimal)f, (decimal)answering);
        if (policy.Check() is not null)
        {
            var shown = $"credibility({epsilon}, {f}, {answering})";
            _lead.Add(
                f, answering, shown, "none", "none", "half of the votes would be colluders'", (double)epsilon, "refused", "", "", "", "");
            report.Bound($"{shown} is refused: colluders would have half of the votes", policy.LyingVotes >= 0.5);
            return;
        }
        var theory = JobConfidence.LeadError(policy.LyingVotes, policy.Lead);
        var worst = (Name: "", Played: default(Played));
        foreach (var adversary in adversaries)
        {
            var played = PlayedVotes.Run(policy, f, answering, adversary, count, seed);
            Add(adversary.Name, played, ReferenceEquals(adversary, Adversary.All[0]) ? theory : "≤ ε");
            if (played.Error >= worst.Played.Error)
                worst = (adversary.Name, played);
        }
        if (adversaries.Count > 1)
        {
            var (rate, played) = _rates.Select(rate =>
                (rate, PlayedVotes.Run(policy, f, answering, Adversary.AtRate(rate), count / 5, seed + 1))).MaxBy(one => one.Item2.Error);
            Add($"together at the worst rate s < 1: {rate}", played, "≤ ε");
        }
        var full = PlayedVotes.Run(policy, f, answering, Adversary.All[0], count, seed + 2);
        var expected = theory * (full.Right + full.Wrong);
        report.Bound(
            $"{policy}: one lie together is believed as often as theory says, {theory:0.0e0} ({full.Wrong} of {full.Right + full.Wrong}; "
            + "99 %, from both sides)",
            Statistics.PoissonAtLeast(full.Wrong, expected) >= Tail && Statistics.PoissonAtMost(full.Wrong, expected) >= Tail);
        var estimate =
            PolicyEstimate.Of(policy, new EstimateInput(Policy.MaxExecutions, 0, 1, 1, TimeSpan.Zero, (decimal)f, (decimal)answering));
        report.Bound(
            $"{policy}: it costs what the estimate says, {estimate.Attacked:0.00} executions and {estimate.Unsure:0.0000} unsure (1 %, 5 "
            + "standard errors)",
            Math.Abs(full.Cost - estimate.Attacked) <= 0.01 * estimate.Attacked
                && Math.Abs(full.UnsureShare - estimate.Unsure) <= 5 * Math.Sqrt(estimate.Unsure / count) + 1e-6);

        void Add(string name, Played played, object theory)
        {
            _lead.Add(
                f, answering, policy.Text, policy.Lead, policy.Limit, name, (double)epsilon, played.Error, theory, played.UnsureShare,
                played.Cost, policy.First);
            report.Bound($"{policy}, {name}: at most ε = {epsilon} wrong ({played.Wrong} of {played.Right + played.Wrong})",
                Statistics.PoissonAtLeast(played.Wrong, (double)epsilon * (played.Right + played.Wrong)) >= Tail);
        }
    }

    private void PlayQuorum(double f, double answering, int m)
    {
        var policy = new Policy.Quorum(m, (2 * m) - 1);
        var stated = Majority.Error(m, JobConfidence.LyingVotes(f, answering));
        var played = PlayedVotes.Run(policy, f, answering, Adversary.All[0], tasks, seed);
        _quorum.Add(f, answering, policy.Text, stated, played.Error, played.Cost);
        report.Bound($"{policy}, f = {f}, a = {answering}: wrong as often as a majority is, {stated:0.0000} (5 standard errors)",
            Math.Abs(played.Error - stated) <= 5 * Math.Sqrt(stated * (1 - stated) / tasks));
    }

    private void Compare()
    {
        var table = report.Table(
            "the same attack, other rules: colluders that behave until it pays; executions a task", "f", "rule", "stated", "measured",
            "executions");
        foreach (var f in _f)
        {
            var policy = new Policy.Credibility(0.001m, (decimal)f, 1);
            var ours = PlayedVotes.Run(policy, f, 1, Adversary.All[0], tasks, seed);
            table.Add(f, policy.Text, 0.001, ours.Error, ours.Cost);
            var m = Majority.Needed(f, 0.001)!.Value;
            table.Add(f, $"majority: the first {m} that agree", 0.001, Majority.Error(m, f), m / (1 - f));
            var poco = Careers.Poco(f, 1_000, PocoConsensus.ScoreAlone(1_000), tasks, (ulong)seed);
            table.Add(f, "iExec PoCo, trust 1,000, long careers", 0.001, poco.Error, poco.Cost);
            var fresh = Careers.Poco(f, 1_000, 0, tasks, (ulong)seed + 1);
            table.Add(f, "iExec PoCo, trust 1,000, fresh workers", 0.001, fresh.Error, fresh.Cost);
            var boinc = Careers.Boinc(f, tasks, (ulong)seed + 2);
            table.Add(f, "BOINC adaptive replication, on and off", "none", boinc.Error, boinc.Cost);
            report.Summary(
                $"policies: {f} of the trusted collude, ε = 0.001", "careers without a fault", ours.Error, "≤ 0.001", boinc.Error,
                poco.Error);
            report.Bound(
                $"BOINC's rule, f = {f}: more than {0.4 * f:0.00} of all results are wrong and accepted, at {boinc.Cost:0.00} executions",
                boinc.Error > 0.4 * f);
        }
    }
}
