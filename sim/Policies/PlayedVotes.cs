using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Sim.Policies;

/// <summary>What came of many tasks.</summary>
internal readonly record struct Played(long Tasks, long Right, long Wrong, long Unsure, long Executions)
{
    public double Cost => (double)Executions / Tasks;

    /// <summary>Wrong ones among those that have an outcome.</summary>
    public double Error => Right + Wrong == 0 ? 0 : (double)Wrong / (Right + Wrong);

    public double UnsureShare => (double)Unsure / Tasks;

    public static Played operator +(Played one, Played other) => new(
        one.Tasks + other.Tasks, one.Right + other.Right, one.Wrong + other.Wrong, one.Unsure + other.Unsure,
        one.Executions + other.Executions);
}

/// <summary>
/// Tasks by the rule that the job and the audit ask. Who is drawn colludes with a chance of f; colluders answer, the honest with a chance
/// of a.
/// </summary>
internal static class PlayedVotes
{
    private static readonly Hash256[] _results =
        [.. Enumerable.Range(0, 2 + Policy.MaxExecutions).Select(i => Hash256.Of([(byte)i, (byte)(i >> 8)]))];

    /// <summary>On all cores; the same for the same seed, however many there are.</summary>
    public static Played Run(Policy policy, double f, double answering, Adversary adversary, long tasks, int seed)
    {
        const int Parts = 64;
        var parts = new Played[Parts];
        Parallel.For(0, Parts, part => parts[part] = Part(
            policy, JobConfidence.LyingVotes(f, answering), adversary, tasks * part / Parts, tasks * (part + 1) / Parts, tasks,
            new Chance(((ulong)seed << 32) + (ulong)part)));
        return parts.Aggregate(default(Played), (sum, part) => sum + part);
    }

    private static Played Part(Policy policy, double wrong, Adversary adversary, long from, long to, long tasks, Chance chance)
    {
        var votes = new Vote[policy.Most];
        Span<bool> colludes = stackalloc bool[Policy.MaxExecutions]; // who is drawn and answers, by rank
        long right = 0, lies = 0, unsure = 0, executions = 0;
        for (var task = from; task < to; task++)
        {
            colludes.Clear();
            var all = true;
            for (var rank = 0; rank < policy.First; rank++)
                all &= colludes[rank] = chance.Happens(wrong);
            var plan = adversary.Plan((double)task / tasks, all, ref chance);
            var (count, drawn) = (0, policy.First);
            var ruling = policy.Rule([]);
            while (ruling.Kind == RulingKind.AskMore)
            {
                for (var i = 0; i < ruling.More; i++, count++)
                {
                    var lie = (count < drawn ? colludes[count] : chance.Happens(wrong)) ? Said(plan, count, ref chance) : 0;
                    votes[count] = new Vote(_results[lie], IsTrusted: true);
                }
                ruling = policy.Rule(votes.AsSpan(0, count));
            }
            executions += count;
            if (ruling.Kind != RulingKind.Decided)
                unsure++;
            else if (votes[ruling.By].Digest == _results[0])
                right++;
            else
                lies++;
        }
        return new Played(to - from, right, lies, unsure, executions);
    }

    private static int Said(int plan, int rank, ref Chance chance) => plan switch
    {
        Adversary.TwoLies => 1 + (rank & 1),
        Adversary.LieEach => 1 + rank,
        Adversary.CoinEach => chance.Happens(0.5) ? 1 : 0,
        _ => plan,
    };
}
