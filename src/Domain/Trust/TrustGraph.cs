using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Trust;

/// <summary>
/// Who vouches for whom, and how much: sparse rows, sorted by NodeId, so that the order in which entries arrived is
/// nothing. Values are parts of <see cref="EigenTrust.One"/>; what a row does not give away goes to the first c-nodes.
/// </summary>
public sealed class TrustGraph
{
    private TrustGraph(ImmutableArray<NodeId> nodes, int[] starts, int[] targets, ulong[] parts) =>
        (Nodes, Starts, Targets, Parts) = (nodes, starts, targets, parts);

    /// <summary>All that vouch or are vouched for, sorted.</summary>
    public ImmutableArray<NodeId> Nodes { get; }

    /// <summary>Distinct pairs with more satisfied than unsatisfied work.</summary>
    public int Edges => Targets.Length;

    /// <summary>Who gives to one, and how much: parts of <see cref="EigenTrust.One"/> of the giver's own.</summary>
    public IEnumerable<(NodeId By, ulong Parts)> GivenTo(NodeId id)
    {
        var column = Nodes.BinarySearch(id);
        for (var row = 0; row < Nodes.Length; row++)
        {
            for (var edge = Starts[row]; edge < Starts[row + 1]; edge++)
            {
                if (Targets[edge] == column)
                    yield return (Nodes[row], Parts[edge]);
            }
        }
    }

    internal int[] Starts { get; }
    internal int[] Targets { get; }
    internal ulong[] Parts { get; }

    /// <summary>The graph of what was said and drawn; several lines of one pair or boss add up.</summary>
    /// <param name="said">Weights of satisfied and unsatisfied work, none negative.</param>
    /// <param name="drawn">
    /// The weight of all that was drawn for a boss: the denominator of its row. If less, or nothing, is given than it
    /// vouched for, the sum of its vouches is: plain EigenTrust (Kamvar, Schlosser, Garcia-Molina 2003).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative.</exception>
    /// <exception cref="OverflowException">The weights of a pair or boss add up to 2⁶³ or more.</exception>
    public static TrustGraph Of(
        IEnumerable<(NodeId By, NodeId About, long Satisfied, long Unsatisfied)> said, IEnumerable<(NodeId Boss, long Weight)> drawn)
    {
        var pairs = new Dictionary<(NodeId By, NodeId About), (long Satisfied, long Unsatisfied)>();
        foreach (var (by, about, satisfied, unsatisfied) in said)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(satisfied, nameof(said));
            ArgumentOutOfRangeException.ThrowIfNegative(unsatisfied, nameof(said));
            if (by == about)
                continue; // nobody vouches for himself
            var sum = pairs.GetValueOrDefault((by, about));
            pairs[(by, about)] = (sum.Satisfied + satisfied, sum.Unsatisfied + unsatisfied);
        }
        var denominators = new Dictionary<NodeId, long>();
        foreach (var (boss, weight) in drawn)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(drawn));
            denominators[boss] = denominators.GetValueOrDefault(boss) + weight;
        }
        return Build(pairs, denominators);
    }

    private static TrustGraph Build(
        Dictionary<(NodeId By, NodeId About), (long Satisfied, long Unsatisfied)> pairs, Dictionary<NodeId, long> denominators)
    {
        var nodes = pairs.Keys.SelectMany(pair => new[] { pair.By, pair.About }).Distinct().Order().ToImmutableArray();
        var index = new Dictionary<NodeId, int>(nodes.Length);
        for (var i = 0; i < nodes.Length; i++)
            index.Add(nodes[i], i);

        var edges = pairs.Where(pair => pair.Value.Satisfied > pair.Value.Unsatisfied)
            .Select(pair => (From: index[pair.Key.By], To: index[pair.Key.About], Weight: pair.Value.Satisfied - pair.Value.Unsatisfied))
            .ToArray();
        Array.Sort(edges, (x, y) => x.From != y.From ? x.From.CompareTo(y.From) : x.To.CompareTo(y.To));
        var sums = new long[nodes.Length];
        var starts = new int[nodes.Length + 1];
        foreach (var edge in edges)
        {
            sums[edge.From] += edge.Weight;
            starts[edge.From + 1]++;
        }
        for (var i = 0; i < nodes.Length; i++)
            starts[i + 1] += starts[i];

        var parts = new ulong[edges.Length];
        for (var i = 0; i < edges.Length; i++)
        {
            var (from, _, weight) = edges[i];
            var denominator = Math.Max(sums[from], denominators.GetValueOrDefault(nodes[from]));
            parts[i] = (ulong)((UInt128)EigenTrust.One * (UInt128)weight / (UInt128)denominator);
        }
        return new TrustGraph(nodes, starts, [.. edges.Select(edge => edge.To)], parts);
    }
}
