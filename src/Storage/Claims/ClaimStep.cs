namespace AkkaCompute.Storage.Claims;

/// <summary>What a node knows of its cluster when it looks at the claim.</summary>
/// <param name="IsUp">Whether it is a member that takes part.</param>
/// <param name="IsOldest">Whether no node of the cluster is older.</param>
/// <param name="OldestJournal">The id of the oldest node's journal; <c>null</c> means unknown.</param>
/// <param name="Members">The nodes, each as a claim's holder is written.</param>
/// <param name="Twin">An older node that has this one's key; null: none has.</param>
public sealed record ClusterView(bool IsUp, bool IsOldest, string? OldestJournal, IReadOnlySet<string> Members, string? Twin = null);

/// <summary>What a node does about the claim.</summary>
public abstract record ClaimStep
{
    /// <summary>Look again: whose the journal is will show.</summary>
    /// <param name="Why">What is waited for, for the log; null: for what does not take long.</param>
    public sealed record Wait(string? Why = null) : ClaimStep;

    /// <summary>The journal is this cluster's: use it.</summary>
    public sealed record Serve : ClaimStep;

    /// <summary>Put this claim in the place of the one that was read; look again.</summary>
    public sealed record Write(Claim Claim) : ClaimStep;

    /// <summary>The journal is not to be used by this node.</summary>
    /// <param name="Passes">Whether a node that starts again may find it otherwise.</param>
    public sealed record Leave(string Why, bool Passes = false) : ClaimStep;
}
