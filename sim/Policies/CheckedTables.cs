using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Sim.Policies;

/// <summary>Rule (b) in tables: the error whatever the liars do, and the cost against tasks per worker.</summary>
internal sealed class CheckedTables(Report report, int seed, long tasks)
{
    private const double Q = 0.1;

    public void Play()
    {
        var errors = report.Table(
            $"rule (b), q = {Q}, {tasks} tasks a line: wrong final outcomes of all tasks", "workers", "f", "K", "tasks each", "liars",
            "stated", "measured", "standard error", "executions");
        foreach (var f in new[] { 0.05, 0.2, 0.35 })
        {
            Errors(errors, "trusted", f, f, 0.01, JobConfidence.ChecksNeeded(f, 0.01)!.Value);
            Errors(errors, "newcomers, all liars", f, 1, 0.01, JobConfidence.ChecksNeededOfAnybody(f, 0.01)!.Value);
        }
        Cost();
    }

    private void Errors(Table table, string workers, double f, double liars, double epsilon, int checks)
    {
        var each = (int)(1.5 * checks / Q) + 8;
        var job = new CheckedJobs(checks, Q, each, f, JobConfidence.LeadNeeded(f, epsilon)!.Value);
        var best = 1 / ((checks + 1) * (1 - f)) * Q * checks / (Q * checks + 1);
        var worst = new[] { best / 4, best / 2, best, 2 * best, 4 * best }
            .Select(rate =>
                (rate, Sum: job.Play(
                    (int at, int passed, ref Chance chance) => chance.Happens(rate), liars, tasks / 2, (ulong)seed))).MaxBy(one =>
                        one.Sum.Error);
        Add($"at the worst rate, {worst.rate:0.0000}", worst.Sum);
        Add("always", job.Play((int at, int passed, ref Chance chance) => true, liars, tasks, (ulong)seed + 1));
        Add(
            "on and off, 50 tasks each",
            job.Play((int at, int passed, ref Chance chance) => at / 50 % 2 == 1, liars, tasks, (ulong)seed + 2));
        Add(
            "only when K checks have passed",
            job.Play((int at, int passed, ref Chance chance) => passed >= checks, liars, tasks, (ulong)seed + 3));
        Add("only in the last tenth", job.Play((int at, int passed, ref Chance chance) => at >= 0.9 * each, liars, tasks, (ulong)seed + 4));
        Add("one lie, the last task", job.Play((int at, int passed, ref Chance chance) => at == each - 1, liars, tasks, (ulong)seed + 5));

        void Add(string name, CheckedJobs.Sum sum)
        {
            table.Add(workers, f, checks, each, name, epsilon, sum.Error, sum.StandardError, sum.Cost);
            report.Bound(
                $"rule (b), {workers}, f = {f}, {name}: at most {epsilon} wrong (3 standard errors)",
                sum.Error <= epsilon + (3 * sum.StandardError));
        }
    }

    /// <summary>Few tasks a worker are dear, as K checks come on each; many are cheap. By rule (a) where that costs less.</summary>
    private void Cost()
    {
        const double F = 0.2, Epsilon = 0.001;
        var table = report.Table(
            "honest workers, f = 0.2, ε = 0.001: executions a task against tasks per worker", "tasks each", "q", "K",
            "executions, rule (b)", "decided by one worker", "executions, rule (a)");
        var (checks, lead) = (JobConfidence.ChecksNeeded(F, Epsilon)!.Value, JobConfidence.LeadNeeded(F, Epsilon)!.Value);
        var least = double.MaxValue;
        foreach (var each in new[] { 50, 100, 200, 500, 1_000, 2_000, 5_000, 20_000 })
        {
            var q = Math.Min(0.1, (double)checks / each);
            var sum = new CheckedJobs(checks, q, each, F, lead)
                .Play((int at, int passed, ref Chance chance) => false, 0, 200L * each, (ulong)seed);
            table.Add(each, q, checks, sum.Cost, (double)sum.ByOneWorker / sum.Tasks, lead);
            least = Math.Min(least, sum.Cost);
        }
        report.Bound($"rule (b): {least:0.000} executions a task with many tasks a worker, at most 1.10", least <= 1.10);
    }
}
