using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Trust;

/// <summary>
/// EigenTrust (Kamvar, Schlosser, Garcia-Molina 2003) in integers: t ← (1-a) Cᵀ t + a p, from t = p, for a fixed number of
/// rounds. Trust is counted in parts of 2⁶². Each product is rounded down, and all that a c-node does not give to others,
/// rounding included, goes to the first c-nodes: so the sum is exactly one after every round, and the result the same bytes
/// on every machine and in every order of input.
/// </summary>
public static class EigenTrust
{
    /// <summary>All the trust that there is: 2⁶² parts.</summary>
    public const ulong One = 1UL << 62;

    public const int MaxRounds = 1_000;

    /// <param name="first">p: the first, configured c-nodes, at least one. The trust is uniform over them; parts that do not
    /// divide go one each to those that come first by NodeId.</param>
    /// <param name="backPermille">a in thousandths, 0 to 1,000: what goes back to the first c-nodes each round.</param>
    /// <param name="rounds">1 to <see cref="MaxRounds"/>. After n rounds at most (1-a)ⁿ is still to settle.</param>
    public static TrustVector Compute(TrustGraph graph, IEnumerable<NodeId> first, int backPermille, int rounds)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfNegative(backPermille);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(backPermille, 1_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rounds, MaxRounds);
        var roots = first.Distinct().Order().ToArray();
        if (roots.Length == 0)
            throw new ArgumentException("first: nobody.", nameof(first));

        var known = new HashSet<NodeId>(graph.Nodes);
        // Those first c-nodes that no entry names come after all the others: they have no row.
        ImmutableArray<NodeId> nodes = [.. graph.Nodes, .. roots.Where(root => !known.Contains(root))];
        var rootRows = Array.ConvertAll(roots, root =>
            graph.Nodes.BinarySearch(root) is >= 0 and var row ? row : nodes.IndexOf(root, graph.Nodes.Length));

        var keep = One / 1_000 * (ulong)(1_000 - backPermille);
        var trust = new ulong[nodes.Length];
        Share(trust, rootRows, One);
        for (var round = 0; round < rounds; round++)
        {
            var next = new ulong[nodes.Length];
            var given = 0UL;
            for (var row = 0; row < graph.Nodes.Length; row++)
            {
                if (trust[row] == 0)
                    continue;
                var kept = Multiply(trust[row], keep);
                for (var edge = graph.Starts[row]; edge < graph.Starts[row + 1]; edge++)
                {
                    var part = Multiply(kept, graph.Parts[edge]);
                    next[graph.Targets[edge]] += part;
                    given += part;
                }
            }
            Share(next, rootRows, One - given);
            trust = next;
        }
        return new TrustVector(nodes.Zip(trust, (id, parts) => (id, parts)));
    }

    private static void Share(ulong[] trust, int[] rows, ulong parts)
    {
        var (each, rest) = Math.DivRem(parts, (ulong)rows.Length);
        for (var i = 0; i < rows.Length; i++)
            trust[rows[i]] += each + ((ulong)i < rest ? 1UL : 0);
    }

    /// <summary>x · y / 2⁶², rounded down; both are at most 2⁶².</summary>
    private static ulong Multiply(ulong x, ulong y)
    {
        var high = Math.BigMul(x, y, out var low);
        return high << 2 | low >> 62;
    }
}
