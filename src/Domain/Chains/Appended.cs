using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Chains;

/// <summary>It is the new head; nothing has been changed in place.</summary>
/// <param name="Chain">The chain with it.</param>
/// <param name="Opened">The sub-chain that it opens, or null.</param>
public sealed record Appended(ChainState Chain, ChainState? Opened) : AppendResult;

/// <summary>The same bytes as before: nothing to do but to answer once more.</summary>
public sealed record Repeated : AppendResult
{
    internal static readonly Repeated Instance = new();
}

/// <summary>
/// The chain is past this number, and a state does not hold the entries: read the one that was kept and ask
/// <see cref="ChainRules.Compare"/>.
/// </summary>
public sealed record Behind(long Seq) : AppendResult;

/// <summary>The author signed two entries for one place.</summary>
/// <param name="KeyEnded">
/// The key was replaced or revoked meanwhile. Then it may be a thief's doing, who would have the author banned: whether it counts
/// is decided by whoever bans.
/// </param>
public sealed record Forked(ForkProof Proof, bool KeyEnded) : AppendResult;
