using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Sim;

/// <summary>
/// Makes keys until four of a group of seven are one's own. With the beacon known before the keys are fixed it takes about
/// as many as there are c-nodes; with the roster frozen first the same keys are anywhere in the epoch that counts.
/// </summary>
internal static class Grind
{
    private const int Nodes = 1_000;
    private const int Group = 7;
    private const int Majority = 4;
    private const int Trials = 2_000;
    private const double SecondsPerProof = 0.14; // 20 bits of proof of work, one core

    public static void Play(Report report, int seed)
    {
        var world = new World(seed);
        var members = world.Members(Nodes);
        var keys = new int[Trials];
        var later = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var roster = world.Roster(members, trial);
            var target = Ring.Target(roster.Beacon, world.Hash("job", trial), 0, 0);
            // With three honest ones nearer, the fourth of ours must be nearer than the fourth of theirs.
            var fourth = CloseGroup.Select(roster, target, Majority, new Eligibility("wasm"))[^1];
            var limit = Ring.Position(roster.Beacon, fourth.Id).Xor(target);
            var ground = new List<NodeId>();
            for (; ground.Count < Majority; keys[trial]++)
            {
                var id = new NodeId(world.Hash($"key {trial}", keys[trial]));
                if (Ring.Position(roster.Beacon, id).Xor(target) < limit)
                    ground.Add(id);
            }
            later += Captures(world, [.. members.Select(member => member.Id), .. ground], ground, trial) ? 1 : 0;
        }
        Array.Sort(keys);
        var theory = CapturedGroup.Chance(Nodes + Majority, Majority, Group);
        var table = report.Table($"{Majority} of {Group} places among {Nodes} honest c-nodes, {Trials} trials",
            "target", "keys, median", "keys, 90 %", "core seconds, median", "captured", "theory");
        table.Add("known before the keys are fixed", keys[Trials / 2], keys[Trials * 9 / 10], keys[Trials / 2] * SecondsPerProof, 1.0, 1.0);
        table.Add("drawn after the roster is frozen", Majority, Majority, Majority * SecondsPerProof, (double)later / Trials, theory);
        report.Summary(
            $"grind: {Majority} of {Group} places, {Nodes} honest c-nodes",
            $"{keys[Trials / 2] * SecondsPerProof:0} core seconds of proof of work",
            (double)later / Trials, theory, "the server draws", "the scheduler draws");
        report.Bound("a known target costs about N keys (median 900 to 1,250)", keys[Trials / 2] is >= 900 and <= 1_250);
        report.Bound("ground keys capture no more of a redrawn target than any four keys (exact binomial test, 1 %)",
            Statistics.BinomialTest(later, Trials, theory) >= 0.01);
    }

    /// <summary>The same keys in the next epoch, by brute force over the positions.</summary>
    private static bool Captures(World world, NodeId[] all, List<NodeId> ours, int trial)
    {
        var beacon = world.Hash("next beacon", trial);
        var target = Ring.Target(beacon, world.Hash("job", trial), 0, 0);
        var group = all.Select(id => (Distance: Ring.Position(beacon, id).Xor(target), id)).Order().Take(Group);
        return group.Count(member => ours.Contains(member.id)) >= Majority;
    }
}
