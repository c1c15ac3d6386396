using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Verification;

/// <summary>
/// Counts votes whose results are not the same to the byte. A result stands for those that are near it. The one that most others are near
/// is asked of first, of several the one with the lowest digest: so the order of the votes decides nothing.
/// <para>
/// Where honest results are near one another, colluders can't split them: each honest result has all honest ones for it, whatever else is
/// there, so the one that leads has as many at least. And they can't shift the outcome beyond them: a result that no honest one is near has
/// the colluders alone for it, and all the honest against it, as if results were compared by their bytes. A colluder's result that
/// <em>is</em> an outcome without that is near an honest one.
/// </para>
/// </summary>
public static class NearVotes
{
    /// <summary>What a policy makes of the votes, where results count as the same that are near one another.</summary>
    /// <param name="policy">Whose rule counts votes by their digests.</param>
    /// <param name="isNear">Of two places in the votes, both with a result. Symmetric; two votes with one digest are near.</param>
    public static Ruling Rule(Policy policy, ReadOnlySpan<Vote> votes, Func<int, int, bool> isNear)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(isNear);
        var (near, order) = Order(votes, isNear);
        if (order.Count == 0)
            return policy.Rule(votes);
        Ruling? least = null;
        var merged = new Vote[votes.Length];
        foreach (var candidate in order)
        {
            for (var i = 0; i < votes.Length; i++)
                merged[i] = near[candidate, i] ? votes[i] with { Digest = votes[candidate].Digest } : votes[i];
            var ruling = policy.Rule(merged);
            if (ruling.Kind == RulingKind.Decided)
            {
                if (merged[ruling.By].Digest == votes[candidate].Digest)
                    return Ruling.Decided(candidate);
                continue; // another result is decided on by its bytes: it is a candidate too
            }
            if (least is not { Kind: RulingKind.AskMore } known || (ruling.Kind == RulingKind.AskMore && ruling.More < known.More))
                least = ruling;
        }
        return least ?? Ruling.Unsure;
    }

    /// <summary>
    /// Which votes are accepted with an outcome: those that are near it, and those that are near one of them. So no honest result is left
    /// out where the outcome is near an honest one.
    /// </summary>
    /// <param name="outcome">The place of the vote that is the outcome.</param>
    /// <inheritdoc cref="Rule" path="/param"/>
    public static bool[] Accepted(ReadOnlySpan<Vote> votes, int outcome, Func<int, int, bool> isNear)
    {
        ArgumentNullException.ThrowIfNull(isNear);
        var accepted = new bool[votes.Length];
        for (var i = 0; i < votes.Length; i++)
        {
            if (votes[i].Digest is null)
                continue;
            for (var via = 0; via < votes.Length && !accepted[i]; via++)
            {
                accepted[i] = votes[via].Digest is not null && (via == outcome || isNear(outcome, via)) && (i == via || isNear(via, i));
            }
        }
        return accepted;
    }

    /// <summary>Which votes are near which, and one place for each different result, by how many are near it and then by digest.</summary>
    private static (bool[,] Near, List<int> Order) Order(ReadOnlySpan<Vote> votes, Func<int, int, bool> isNear)
    {
        var (near, size) = (new bool[votes.Length, votes.Length], new int[votes.Length]);
        var order = new List<int>();
        for (var i = 0; i < votes.Length; i++)
        {
            if (votes[i].Digest is null)
                continue;
            for (var j = 0; j < votes.Length; j++)
            {
                if (votes[j].Digest is null)
                    continue;
                near[i, j] = i == j || votes[i].Digest == votes[j].Digest || isNear(Math.Min(i, j), Math.Max(i, j));
                size[i] += near[i, j] ? 1 : 0;
            }
            order.Add(i);
        }
        var digests = new Hash256?[votes.Length];
        for (var i = 0; i < votes.Length; i++)
            digests[i] = votes[i].Digest;
        order = [.. order.OrderByDescending(i => size[i]).ThenBy(i => digests[i]!.Value).ThenBy(i => i).DistinctBy(i => digests[i])];
        return (near, order);
    }
}
