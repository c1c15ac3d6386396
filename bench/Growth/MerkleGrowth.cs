using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Bench.Support.Some;

namespace AkkaCompute.Bench.Growth;

/// <summary>The Merkle sets of an epoch record: over the members of the roster, and over the heads of all chains there ever were.</summary>
internal static class MerkleGrowth
{
    /// <summary>Changes that differ, used in turns.</summary>
    private const int Variants = 8;

    private static readonly string[] Columns =
        ["from nothing, ms", "bytes kept each", "1 changed, ms", "10 changed, ms", "1 % changed, ms"];

    public static void Run(IReadOnlyList<int> sizes, int rounds, Report report)
    {
        report.Add($"Merkle set of members, with its root; median of {rounds}; kept besides the members", ["members", .. Columns],
            sizes.Select(count =>
                ($"{count:N0}",
                    Figures<NodeId, Member>(
                        Members(count), (member, turn) => PlayedRoster.MemberOf(member, "a", 1_000_001 + (ulong)turn), rounds))));
        report.Add($"Merkle set of chain heads, with its root; median of {rounds}; kept with the heads", ["heads", .. Columns],
            sizes.Select(count => ($"{count:N0}", Figures<ChainName, ChainHead>(Heads(count), Head, rounds))));
    }

    private static Member[] Members(int count) => [.. Enumerable.Range(0, count).Select(number => PlayedRoster.MemberOf(number, "a"))];

    private static ChainHead[] Heads(int count) => [.. Enumerable.Range(0, count).Select(number => Head(number, 1))];

    /// <summary>Eight chains an author.</summary>
    private static ChainHead Head(int number, int turn) => new(new NodeId(Hash(number / 8)), number % 8, turn, Hash(turn));

    private static double[] Figures<TKey, TItem>(TItem[] items, Func<int, int, TItem> change, int rounds)
        where TKey : struct, IMerkleKey<TKey>
        where TItem : IMerkleItem<TKey>
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var set = MerkleSet<TKey, TItem>.Empty.With(items, []);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(items);
        return
        [
            Measure.Microseconds(rounds, 1, _ => MerkleSet<TKey, TItem>.Empty.With(items, [])) / 1e3,
            (double)kept / items.Length,
            .. new[] { 1, 10, items.Length / 100 }.Select(Changed),
        ];

        double Changed(int count)
        {
            var changes = Enumerable.Range(1, Variants).Select(turn =>
                Enumerable.Range(0, count).Select(i => change((turn * count + i) % items.Length, turn + 1)).ToArray()).ToArray();
            return Measure.Microseconds(
                rounds, Math.Clamp(100_000 / items.Length, 1, 20), call => set.With(changes[call % Variants], [])) / 1e3;
        }
    }
}
