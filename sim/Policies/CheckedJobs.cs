using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Sim.Policies;

/// <summary>
/// Rule (b) by <see cref="WorkerChecks"/>: each worker does its tasks of a job alone, some of them are checked after an epoch by verifiers
/// of whom a share f collude, and a closing draw tops up to K. What a caught worker has done that is not final, and what can't come to K,
/// is done by rule (a).
/// </summary>
/// <param name="K">Checks that must pass.</param>
/// <param name="Q">Share of results that are due.</param>
/// <param name="Each">Tasks that each worker does.</param>
internal sealed record CheckedJobs(int K, double Q, int Each, double F, int Lead)
{
    /// <summary>Results that one epoch's record covers.</summary>
    private const int AnEpoch = 8;

    /// <summary>What a liar does with a task.</summary>
    /// <param name="at">Its place among the worker's tasks.</param>
    /// <param name="passed">Checks that it knows to have passed.</param>
    public delegate bool Lies(int at, int passed, ref Chance chance);

    /// <param name="Wrong">Wrong final outcomes.</param>
    /// <param name="Variance">Of the wrong ones, over workers: who is caught loses all together.</param>
    public readonly record struct Sum(long Tasks, long Wrong, double Variance, long Executions, long ByOneWorker)
    {
        public double Error => (double)Wrong / Tasks;

        public double StandardError => Math.Sqrt(Variance) / Tasks;

        public double Cost => (double)Executions / Tasks;
    }

    /// <param name="liars">Share of the workers that lie.</param>
    public Sum Play(Lies lies, double liars, long tasks, ulong seed)
    {
        var workers = (int)Math.Max(200, tasks / Each);
        var played = new (int Wrong, int Executions, int Alone)[workers];
        Parallel.For(
            0, workers,
            worker => played[worker] = One(worker < liars * workers ? lies : null, new Chance(seed * 1_000_003 + (ulong)worker)));
        var mean = played.Average(one => (double)one.Wrong);
        return new Sum(
            (long)workers * Each, played.Sum(one => (long)one.Wrong), played.Sum(one => (one.Wrong - mean) * (one.Wrong - mean)),
            played.Sum(one => (long)one.Executions), played.Sum(one => (long)one.Alone));
    }

    private (int Wrong, int Executions, int Alone) One(Lies? lies, Chance chance)
    {
        var rule = new WorkerChecks(K);
        var lied = new bool[Each];
        var epoch = 0UL;
        var (wrong, executions, alone, passed) = (0, 0, 0, 0);
        for (var from = 0; from < Each && !rule.IsCaught; from += AnEpoch)
        {
            var due = new List<long>();
            epoch++;
            for (var task = from; task < Math.Min(Each, from + AnEpoch); task++)
            {
                lied[task] = lies?.Invoke(task, passed, ref chance) == true;
                rule.Commit(task, new Epoch(epoch));
                executions++;
                if (chance.Happens(Q))
                    due.Add(task);
            }
            Check(due, ref chance);
        }
        // The closing draw is among what is not final: that is what it has to vouch for.
        if ((int)rule.Missing() is > 0 and var missing && rule.Open.Count() >= missing)
        {
            long[] open = [.. rule.Open];
            for (var i = 0; i < missing; i++)
            {
                var other = i + (int)(chance.Share() * (open.Length - i));
                (open[i], open[other]) = (open[other], open[i]);
            }
            Check([.. open[..missing]], ref chance);
        }
        return (wrong, executions + ((Each - alone) * Lead), alone);

        void Check(List<long> due, ref Chance chance)
        {
            rule.Draw(new Epoch(++epoch), due);
            foreach (var task in due)
            {
                executions++;
                if (lied[task] && !chance.Happens(F))
                {
                    rule.Fail();
                    return;
                }
                passed++;
                foreach (var final in rule.Pass(task))
                {
                    alone++;
                    wrong += lied[final] ? 1 : 0;
                }
            }
        }
    }
}
