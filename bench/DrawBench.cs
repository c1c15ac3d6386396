using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Bench.Support.Some;

namespace AkkaCompute.Bench;

/// <summary>What a draw costs: the close group of a bundle, and the roster of an epoch that it is drawn from.</summary>
internal static class DrawBench
{
    private const string Node = "akka.tcp://AkkaCompute@10.0.0.1:4054";
    private const int Calls = 1_000;

    /// <summary>So many that neither the processor's caches nor its branch predictor know the next one.</summary>
    private const int Targets = 1 << 18;

    private static readonly string[] Shares = ["all", "tenth", "hundredth"];

    public static Task RunAsync(BenchArguments arguments, Report report)
    {
        var rounds = arguments.Rounds ?? 31;
        var (draws, rosters) = (new List<(string, double[])>(), new List<(string, double[])>());
        var targets = Enumerable.Range(0, Targets).Select(number => Hash(-1 - number)).ToArray();
        foreach (var count in arguments.Workers ?? [1_000, 100_000, 1_000_000])
        {
            var members = Members(count);
            rosters.Add(($"{count:N0} members", Build(members)));
            var roster = Roster(members, 0);
            foreach (var k in (int[])[7, 21])
            {
                draws.Add(($"{count:N0} members, k = {k}", [.. Shares.Select(share => Measure.Microseconds(
                    rounds, Calls, call => CloseGroup.Select(roster, targets[call % Targets], k, new Eligibility(share))))]));
            }
        }
        report.Add(
            $"CloseGroup.Select, median µs of {rounds} times {Calls} calls", ["roster", "all eligible", "10 % eligible", "1 % eligible"],
            draws);
        report.Add("EpochRoster, median of 5", ["roster", "ms", "bytes kept a member besides the members"], rosters);
        return Task.CompletedTask;
    }

    private static double[] Build(Member[] members)
    {
        Roster(members, 1);
        var times = Enumerable.Range(0, 5).Select(number => 1e3 * Measure.Seconds(() => Roster(members, number))).ToArray();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var kept = Roster(members, 9);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(kept);
        GC.KeepAlive(members);
        return [Measure.Median(times), (double)bytes / members.Length];
    }

    private static EpochRoster Roster(Member[] members, int beacon) =>
        new(new Epoch(2), Hash(beacon), members, [new NodeInfo(Node, 2, default, default)]);

    private static Member[] Members(int count)
    {
        CapabilitySet[] sets = [CapabilitySet.Of(Shares), CapabilitySet.Of(Shares[..2]), CapabilitySet.Of(Shares[..1])];
        return [.. Enumerable.Range(0, count).Select(number =>
            new Member(new NodeId(Hash(number)), Node, sets[number % 100 == 0 ? 0 : number % 10 == 0 ? 1 : 2],
                standing: number / 100 % 2 == 0 ? Standing.Trusted : Standing.Newcomer))];
    }
}
