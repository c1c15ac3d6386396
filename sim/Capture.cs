using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Sim;

/// <summary>
/// One draw in each epoch, as draws of one epoch share their positions; the group of 21 begins with all the smaller ones.
/// For k = 3 a job is played too, by the code that decides quorums: colluders give one wrong result.
/// </summary>
internal static class Capture
{
    private const int Nodes = 1_000;
    private const int Epochs = 30_000;
    private const int Played = 2_000;
    private static readonly int[] _colluders = [100, 200, 330];
    private static readonly int[] _sizes = [3, 5, 7, 9, 11, 13, 15, 17, 19, 21];

    public static void Play(Report report, int seed)
    {
        var world = new World(seed);
        var members = world.Members(Nodes);
        var number = members.Select((member, i) => (member.Id, i)).ToDictionary();
        var captured = new int[_colluders.Length, _sizes.Length];
        int wrong = 0, expectedWrong = 0;
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            var roster = world.Roster(members, epoch);
            var job = world.Hash("job", epoch);
            var group = CloseGroup.Select(roster, Ring.Target(roster.Beacon, job, 0, 0), _sizes[^1], new Eligibility("wasm"));
            Count(captured, group, number);
            if (epoch >= Played)
                continue;
            bool Colludes(NodeId id) => number[id] < _colluders[1];
            expectedWrong += group.Take(3).Count(member => Colludes(member.Id)) >= 2 ? 1 : 0;
            wrong += PlayedJob.Run(roster, job, 2, 3, Colludes) ? 1 : 0;
        }
        Tabulate(report, captured);
        report.Table(
            $"quorum(2, 3) decided by the job's code, 200 colluders, {Played} epochs", "wrong outcomes", "groups captured", "share",
            "theory")
            .Add(wrong, expectedWrong, (double)wrong / Played, CapturedGroup.Chance(Nodes, _colluders[1], 3));
        report.Summary($"capture: a majority of 7 places, {_colluders[1]} of {Nodes} collude", $"{_colluders[1]} c-nodes that are trusted",
            (double)captured[1, Array.IndexOf(_sizes, 7)] / Epochs, CapturedGroup.Chance(Nodes, _colluders[1], 7),
            Majority.Error(2, (double)_colluders[1] / Nodes), (double)_colluders[1] / Nodes);
        report.Bound("a quorum's outcome is wrong exactly where its group was captured", wrong == expectedWrong);
    }

    private static void Count(int[,] captured, Member[] group, Dictionary<NodeId, int> number)
    {
        for (var m = 0; m < _colluders.Length; m++)
        {
            var inside = 0;
            for (int rank = 0, k = 0; rank < group.Length; rank++)
            {
                if (number[group[rank].Id] < _colluders[m])
                    inside++;
                if (rank + 1 != _sizes[k])
                    continue;
                captured[m, k++] += 2 * inside > rank + 1 ? 1 : 0;
            }
        }
    }

    private static void Tabulate(Report report, int[,] captured)
    {
        var cells = (from m in Enumerable.Range(0, _colluders.Length) from k in Enumerable.Range(0, _sizes.Length) select (m, k)).ToArray();
        var theory = Array.ConvertAll(cells, cell => CapturedGroup.Chance(Nodes, _colluders[cell.m], _sizes[cell.k]));
        var ps = cells.Select((cell, i) => Statistics.BinomialTest(captured[cell.m, cell.k], Epochs, theory[i])).ToArray();
        var holm = Statistics.Holm(ps);
        var table = report.Table($"majority of colluders, N = {Nodes}, {Epochs} epochs of one draw each",
            "colluders", "k", "captured", "measured", "theory", "p", "p (Holm)");
        for (var i = 0; i < cells.Length; i++)
        {
            var count = captured[cells[i].m, cells[i].k];
            table.Add(_colluders[cells[i].m], _sizes[cells[i].k], count, (double)count / Epochs, theory[i], ps[i], holm[i]);
        }
        report.Bound($"no cell of {cells.Length} differs from the hypergeometric at 1 %, exact binomial tests, Holm", holm.Min() >= 0.01);
    }
}
