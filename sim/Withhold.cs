using System.Collections.Immutable;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Sim;

/// <summary>
/// Five contributors with real hash chains; some see all the others' links first and choose whether to show theirs, so that
/// a group of seven is captured. First without a price, then with design D2's, by the code that keeps it
/// (<see cref="CommittedNode"/>): who misses for the n-th time is set aside for 2ⁿ epochs, at most 2¹⁰, a miss is forgiven after 1,000
/// epochs of revealing, and an epoch with a miss counts for no reputation and no check.
/// </summary>
internal static class Withhold
{
    private const int Contributors = 5;
    private const int Most = 4;
    private const int Epochs = 2_500;

    /// <summary>So long that misses are forgiven and the price is at its highest; each has one of the draws measured above.</summary>
    private const int Long = 100_000;

    private const int Nodes = 1_000;
    private const int Colluders = 200;
    private const int Group = 7;

    public static void Play(Report report, int seed)
    {
        var world = new World(seed);
        var captured = Draws(world); // epoch → bit mask of withholders that reveal → captured
        var chance = CapturedGroup.Chance(Nodes, Colluders, Group);

        var free = report.Table($"one epoch, {Colluders} of {Nodes} collude, k = {Group}, {Epochs} epochs",
            "withholders of 5", "draws to pick from", "captured", "theory 1-(1-P)^(2^r)", "p (Holm)");
        var counts = Enumerable.Range(0, Most + 1).Select(r => captured.Count(draw => Any(draw, (1 << r) - 1))).ToArray();
        var theory = Enumerable.Range(0, Most + 1).Select(r => CapturedGroup.ChanceWithWithholding(chance, r)).ToArray();
        var ps = Statistics.Holm([.. counts.Select((count, r) => Statistics.BinomialTest(count, Epochs, theory[r]))]);
        for (var r = 0; r <= Most; r++)
            free.Add(r, 1 << r, (double)counts[r] / Epochs, theory[r], ps[r]);
        report.Bound("withholding gains what picking among 2^r draws gains, no more (exact binomial tests, Holm, 1 %)", ps.Min() >= 0.01);

        var gain = Priced(report, captured, Epochs, [.. Enumerable.Range(0, Epochs)], patient: false);
        var random = new Random(seed);
        int[] picked = [.. Enumerable.Range(0, Long).Select(_ => random.Next(Epochs))];
        Priced(report, captured, Long, picked, patient: false);
        Priced(report, captured, Long, picked, patient: true);
        report.Summary(
            $"withhold: captured epochs that count, gained by {Most} of {Contributors}",
            $"{gain.Degraded} epochs degraded, {gain.Aside:P0} of their epochs set aside",
            gain.GainedThatCount, 0, "no beacon: the server is trusted", "no beacon: the scheduler is trusted");
    }

    /// <param name="draws">Which of the measured draws each epoch has.</param>
    /// <param name="patient">Whether a withholder waits until all of its misses are forgiven.</param>
    /// <returns>With the most withholders.</returns>
    private static Outcome Priced(Report report, bool[][] captured, int epochs, int[] draws, bool patient)
    {
        var priced = report.Table(
            $"{epochs} epochs in a row, withholding whenever it captures{(patient ? " and all misses are forgiven" : "")}, D2's price",
            "withholders of 5", "captured", "without withholding", "gained", "misses", "degraded epochs", "of their epochs set aside",
            "captured that count", "share that counts");
        var last = new Outcome();
        for (var r = 0; r <= Most; r++)
        {
            var run = last = Run(captured, draws, r, patient);
            priced.Add(
                r, run.Captured, run.Base, run.Gained, run.Misses, run.Degraded, run.Aside, run.Counting,
                (double)run.Counting / (epochs - run.Degraded));
            var most = r * (CommittedNode.LargestPower + 1 + (double)epochs / CommittedNode.ForgivenAfter);
            report.Bound(
                $"{epochs} epochs{(patient ? ", patient" : "")}, r = {r}: captured epochs gained ({run.Gained}) ≤ epochs degraded "
                + $"({run.Degraded}) ≤ r (11 + epochs / 1,000) = {most:0}",
                run.Gained <= run.Degraded && run.Degraded <= most);
            report.Bound(
                $"{epochs} epochs{(patient ? ", patient" : "")}, r = {r}: no captured epoch that counts was gained",
                run.GainedThatCount == 0);
        }
        return last;
    }

    private static bool[][] Draws(World world)
    {
        var members = world.Members(Nodes);
        var ours = members.Take(Colluders).Select(member => member.Id).ToHashSet();
        var chains = Enumerable.Range(0, Contributors).Select(i => new HashChainBeacon(world.Hash("seed", i).ToBytes(), Epochs)).ToArray();
        var draws = new bool[Epochs][];
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            draws[epoch] = new bool[1 << Most];
            var before = world.Hash("record", epoch);
            for (var shown = 0; shown < 1 << Most; shown++)
            {
                // The withholders are 0 to 3; the fifth contributor always reveals.
                ImmutableArray<Reveal> reveals = [.. chains.Where((_, i) => i >= Most || (shown & 1 << i) != 0)
                    .Select(chain => chain.Reveal((uint)epoch + 1)).OrderBy(reveal => reveal.Anchor)];
                var roster =
                    new EpochRoster(new Epoch((ulong)epoch + Member.EpochsToDraw), EpochRecord.BeaconOf(before, reveals), members, []);
                var group =
                    CloseGroup.Select(roster, Ring.Target(roster.Beacon, world.Hash("job", epoch), 0, 0), Group, new Eligibility("wasm"));
                draws[epoch][shown] = 2 * group.Count(member => ours.Contains(member.Id)) > Group;
            }
        }
        return draws;
    }

    /// <summary>Whether one of the subsets of those that may withhold captures the group; the others reveal.</summary>
    private static bool Any(bool[] draw, int withholders) =>
        Enumerable.Range(0, 1 << Most).Any(shown => (shown | withholders) == (1 << Most) - 1 && draw[shown]);

    private static Outcome Run(bool[][] captured, int[] draws, int r, bool patient)
    {
        // Only what they miss counts here: their chains are in the draws.
        var nodes = Enumerable.Range(0, r).Select(_ => new CommittedNode(new NodeInfo("withholder", 1, default, default))).ToArray();
        var outcome = new Outcome();
        var aside = 0L;
        for (var at = 0; at < draws.Length; at++)
        {
            // Who is set aside is no contributor: the same draw as without its link, but nobody misses it.
            var epoch = new Epoch((ulong)at + 1);
            int all = (1 << Most) - 1, mayWithhold = 0, present = all;
            for (var i = 0; i < r; i++)
            {
                if (!nodes[i].IsCommitted(epoch))
                    present &= ~(1 << i);
                else if (!patient || nodes[i].Misses == 0)
                    mayWithhold |= 1 << i;
            }
            aside += int.PopCount(all & ~present);
            var draw = captured[draws[at]];
            var baseline = draw[present];
            outcome.Base += baseline ? 1 : 0;
            var best = baseline ? present : Cheapest(draw, present, mayWithhold);
            outcome.Captured += draw[best] ? 1 : 0;
            for (var i = 0; i < r; i++)
            {
                if ((present & 1 << i) == 0)
                    continue;
                var shows = (best & 1 << i) != 0;
                outcome.Misses += shows ? 0 : 1;
                nodes[i] = shows ? nodes[i].Shown(default) : nodes[i].Missed(epoch);
            }
            if (best == present)
            {
                outcome.Counting += baseline ? 1 : 0;
                outcome.GainedThatCount += draw[best] && !baseline ? 1 : 0;
                continue;
            }
            outcome.Degraded++;
            outcome.Gained++;
        }
        outcome.Aside = r == 0 ? 0 : (double)aside / r / draws.Length;
        return outcome;
    }

    private static int Cheapest(bool[] captured, int present, int mayWithhold)
    {
        var best = present;
        for (var held = mayWithhold; held > 0; held = (held - 1) & mayWithhold)
        {
            if (captured[present & ~held] && (best == present || int.PopCount(held) < int.PopCount(present & ~best)))
                best = present & ~held;
        }
        return best;
    }

    private sealed class Outcome
    {
        public int Captured, Base, Misses, Degraded, Gained, Counting, GainedThatCount;
        public double Aside;
    }
}
