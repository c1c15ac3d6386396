using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Stepping;

/// <summary>
/// All states of a task that goes from state to state: what a worker commits itself to before anybody asks for one. Leaf 0 is the input,
/// leaf T the output. The tree is that of RFC 6962; 64 bytes a state, and an opening takes log₂ T steps.
/// </summary>
public sealed class StepTrace
{
    /// <summary>The most steps of a task: a trace of so many takes 2 GB.</summary>
    public const long MaxSteps = 1L << 25;

    private readonly Hash256[] _states;
    private readonly List<Hash256[]> _levels = []; // from the leaves up

    /// <param name="states">SHA-256 of each state, from the input to the output: two at least.</param>
    public StepTrace(IReadOnlyCollection<Hash256> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentOutOfRangeException.ThrowIfLessThan(states.Count, 2, nameof(states));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(states.Count - 1, MaxSteps, nameof(states));
        _states = [.. states];
        _levels.Add(Array.ConvertAll(_states, StepCommitment.LeafOf));
        while (_levels[^1].Length > 1)
            _levels.Add(Above(_levels[^1]));
    }

    /// <summary>T.</summary>
    public long Steps => _states.Length - 1;

    public StepCommitment Commitment => new(Steps, _levels[^1][0]);

    /// <summary>Shows a state.</summary>
    /// <param name="step">0, the input, to <see cref="Steps"/>, the output.</param>
    public StepOpening Open(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step, Steps);
        var (path, at) = (new List<Hash256>(), step);
        foreach (var level in _levels.Take(_levels.Count - 1))
        {
            if ((at ^ 1) < level.Length)
                path.Add(level[at ^ 1]);
            at >>= 1;
        }
        return new StepOpening(step, _states[step], ValueList.Create<Hash256>([.. path]));
    }

    /// <summary>Pairs; one that is left over goes up as it is, as in RFC 6962.</summary>
    private static Hash256[] Above(Hash256[] level)
    {
        var above = new Hash256[(level.Length + 1) / 2];
        for (var i = 0; i < level.Length / 2; i++)
            above[i] = MerkleTree.Node(level[2 * i], level[(2 * i) + 1]);
        if (level.Length % 2 == 1)
            above[^1] = level[^1];
        return above;
    }
}

/// <summary>What stands for all states.</summary>
/// <param name="Steps">T, from 1.</param>
/// <param name="Root">Over the T + 1 states.</param>
public readonly record struct StepCommitment(long Steps, Hash256 Root)
{
    /// <summary>Whether the state is the one that was committed to.</summary>
    public bool Holds(StepOpening opening)
    {
        ArgumentNullException.ThrowIfNull(opening);
        return opening.Step >= 0 && opening.Step <= Steps && Steps is > 0 and <= StepTrace.MaxSteps
            && MerkleTree.Verify(Root, Steps + 1, LeafOf(opening.State), opening.Step, [.. opening.Path]);
    }

    internal static Hash256 LeafOf(Hash256 state)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        state.CopyTo(bytes);
        return MerkleTree.Leaf(bytes);
    }
}

/// <summary>One state of a trace.</summary>
/// <param name="State">SHA-256 of its bytes.</param>
/// <param name="Path">From its leaf to the root.</param>
public sealed record StepOpening(long Step, Hash256 State, ValueList<Hash256> Path);
