using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Sim.Policies;

/// <summary>
/// The rules that look at a worker's career, for comparison, each against the attack that it is known for. A share f of the workers are
/// colluders; who is asked is drawn at random.
/// </summary>
internal static class Careers
{
    private const int Workers = 500;

    /// <summary>
    /// BOINC's adaptive replication: colluders behave until they are trusted, lie until a replica finds it, and begin anew under another
    /// name. Where two results differ, others are asked until two agree.
    /// </summary>
    public static Played Boinc(double f, long tasks, ulong seed)
    {
        var chance = new Chance(seed);
        var workers = new AdaptiveReplication[Workers];
        long right = 0, wrong = 0, executions = 0;
        for (var task = 0L; task < tasks; task++)
        {
            var first = (int)(chance.Share() * Workers);
            var lie = first < f * Workers && workers[first].Valid >= AdaptiveReplication.Trusted;
            var replicated = chance.Happens(workers[first].ReplicationChance);
            executions++;
            var accepted = lie;
            if (replicated)
            {
                var (truths, lies) = (lie ? 0 : 1, lie ? 1 : 0);
                while (Math.Max(truths, lies) < 2)
                {
                    var other = (int)(chance.Share() * Workers);
                    if (other == first)
                        continue;
                    executions++;
                    _ = lie && other < f * Workers ? lies++ : truths++; // who lies is backed by its friends
                }
                accepted = lies >= 2;
            }
            workers[first] = workers[first].After(replicated, valid: lie == accepted);
            _ = accepted ? wrong++ : right++;
        }
        return new Played(tasks, right, wrong, 0, executions);
    }

    /// <summary>iExec's rule: all have long careers without a fault; colluders lie in this job alone.</summary>
    /// <param name="score">Of each worker.</param>
    public static Played Poco(double f, long trust, long score, long tasks, ulong seed)
    {
        var chance = new Chance(seed);
        var weight = (UInt128)PocoConsensus.Weight(score);
        long right = 0, wrong = 0, executions = 0;
        for (var task = 0L; task < tasks; task++)
        {
            UInt128 truths = 1, lies = 1; // 1: nobody says it
            while (true)
            {
                executions++;
                if (chance.Happens(f))
                    lies *= weight;
                else
                    truths *= weight;
                if ((truths | lies) >> 100 != 0)
                    (truths, lies) = (truths >> 64, lies >> 64); // a long draw: what is left of both is their ratio
                var total = 1 + (truths > 1 ? truths : 0) + (lies > 1 ? lies : 0);
                if (truths > 1 && PocoConsensus.Accepts(truths, total, trust))
                {
                    right++;
                    break;
                }
                if (lies > 1 && PocoConsensus.Accepts(lies, total, trust))
                {
                    wrong++;
                    break;
                }
            }
        }
        return new Played(tasks, right, wrong, 0, executions);
    }
}
