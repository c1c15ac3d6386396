using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// What a worker commits to with one signature: the tree of RFC 6962 over its salted results of one bundle, or of the
/// tasks that it checked. The worker builds it from what it ran, the Job from what it was sent: the roots must be the same.
/// </summary>
public sealed class ResultBatch
{
    private readonly Hash256[] _leaves;

    private ResultBatch(Hash256[] leaves)
    {
        _leaves = leaves;
        Root = MerkleTree.Root(leaves);
    }

    /// <summary>What the entry says.</summary>
    public Hash256 Root { get; }

    public int Count => _leaves.Length;

    /// <summary>Builds the tree over the tasks from <paramref name="first"/> on. About 1.2 µs a task.</summary>
    /// <param name="digests">One for each task, null where there is no result.</param>
    /// <exception cref="ArgumentException">No task, or more than <see cref="Claims.MaxTasks"/>.</exception>
    public static ResultBatch Build(NodeId worker, long first, int attempt, BundleSalt salt, ReadOnlySpan<Hash256?> digests)
    {
        CheckCount(digests.Length);
        var leaves = new Hash256[digests.Length];
        for (var i = 0; i < leaves.Length; i++)
            leaves[i] = ResultLeaf.Of(worker, first + i, attempt, salt.Of(first + i), digests[i]);
        return new ResultBatch(leaves);
    }

    /// <summary>The same over tasks that do not follow each other: a verifier's.</summary>
    /// <exception cref="ArgumentException">Not as many digests as tasks, no task, or more than <see cref="Claims.MaxTasks"/>.</exception>
    public static ResultBatch Build(
        NodeId verifier, ReadOnlySpan<long> tasks, int attempt, BundleSalt salt, ReadOnlySpan<Hash256?> digests)
    {
        CheckCount(digests.Length);
        if (tasks.Length != digests.Length)
            throw new ArgumentException($"tasks: {tasks.Length}, but {digests.Length} digests.", nameof(tasks));
        var leaves = new Hash256[digests.Length];
        for (var i = 0; i < leaves.Length; i++)
            leaves[i] = ResultLeaf.Of(verifier, tasks[i], attempt, salt.Of(tasks[i]), digests[i]);
        return new ResultBatch(leaves);
    }

    /// <summary>The neighbours from one leaf to the root.</summary>
    /// <param name="index">The task's place in the batch, from 0.</param>
    public ValueList<Hash256> Prove(int index) => [.. MerkleTree.Prove(_leaves, index)];

    private static void CheckCount(int count)
    {
        if (count is 0 or > Claims.MaxTasks)
            throw new ArgumentException($"digests: {count} is not 1 to {Claims.MaxTasks}.", nameof(count));
    }
}

/// <summary>One task's result, opened: anybody can see that the worker committed to it.</summary>
/// <param name="Salt">The task's own.</param>
/// <param name="Digest">What it got; <c>null</c> means no result.</param>
/// <param name="Proof">From its leaf to the root.</param>
public sealed record OpenedResult(long Task, Hash256 Salt, Hash256? Digest, ValueList<Hash256> Proof)
{
    /// <summary>Whether this is what a <see cref="Result"/> entry has for the task. Its signature is the chain's to check.</summary>
    public bool IsIn(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Claims is Result result
            && IsIn(result.Root, entry.Place.Issuer, result.Attempt, Task - result.First, result.Tasks);
    }

    /// <summary>Whether this is what a <see cref="Check"/> entry has for the task.</summary>
    /// <param name="attempt">Of the result that was checked.</param>
    public bool IsIn(Entry entry, int attempt)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Claims is Check check
            && IsIn(check.Root, entry.Place.Issuer, attempt, check.Tasks.AsSpan().IndexOf(Task), check.Tasks.Count);
    }

    // A digest of zero would read as no result.
    private bool IsIn(Hash256 root, NodeId author, int attempt, long index, int count) =>
        Digest != default(Hash256)
        && MerkleTree.Verify(root, count, ResultLeaf.Of(author, Task, attempt, Salt, Digest), index, Proof.AsSpan());
}
