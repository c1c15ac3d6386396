using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>One bundle's end.</summary>
/// <param name="Epoch">The epoch whose beacon drew its workers.</param>
/// <param name="Outcomes">One for each of its tasks, in order.</param>
/// <param name="Verdicts">One for each worker that gave results, in the order of ranks.</param>
public sealed record Decision(
    long Bundle, int Attempt, ulong Epoch, IReadOnlyList<Outcome> Outcomes, IReadOnlyList<Verdict> Verdicts);

/// <summary>How one worker's results compare with the outcomes.</summary>
/// <param name="Accepted">Tasks whose result is the agreed one.</param>
/// <param name="Rejected">Tasks that were agreed on with another result.</param>
/// <param name="Rank">The worker's place in the close group of the draw that its entry names.</param>
/// <param name="Counts">
/// Whether it can earn reputation: drawn by the next epoch's beacon, attempt 0, a rank that earns by the policy.
/// </param>
/// <param name="Result">The worker's signed <see cref="Entries.Result"/>; its attempt and epoch are those of the draw.</param>
/// <param name="Salt">Opens the leaves under its root.</param>
/// <param name="Others">Where the worker's digests are not those of the outcomes, by rising index.</param>
/// <param name="Entries">The delegate's signed <see cref="Accept"/> and <see cref="Reject"/>, as many as there are.</param>
public sealed record Verdict(
    NodeId Worker, int Accepted, int Rejected, int Rank, bool Counts, ReadOnlyMemory<byte> Result, BundleSalt Salt,
    IReadOnlyList<OtherDigest> Others, IReadOnlyList<ReadOnlyMemory<byte>> Entries)
{
    /// <summary>Drawn for a newcomer's place: paid less.</summary>
    public bool Newcomer { get; init; }

    /// <summary>Credits that the entries pay.</summary>
    public Credits Pay { get; init; }

    /// <summary>
    /// Tasks that it has a result of and that are <see cref="OutcomeStatus.Unsure"/>: paid, and neither accepted nor rejected.
    /// </summary>
    public int Unsure { get; init; }

    /// <summary>What the worker got for each task of the bundle, null for no result: the leaves under its root.</summary>
    public Hash256?[] Digests(IReadOnlyList<Outcome> outcomes)
    {
        var digests = new Hash256?[outcomes.Count];
        for (var i = 0; i < digests.Length; i++)
            digests[i] = outcomes[i].Digest();
        foreach (var other in Others)
            digests[other.Index] = other.Digest;
        return digests;
    }
}

/// <summary>One task's result that is not the outcome.</summary>
/// <param name="Index">The task's place in its bundle, from 0.</param>
/// <param name="Digest">What <see cref="TaskResult.Digest"/> gives; null where the worker had no result.</param>
public readonly record struct OtherDigest(int Index, Hash256? Digest);
