using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>How far the check of a committed result is.</summary>
public enum CheckStage
{
    /// <summary>The draw that says whether it is checked is asked for when a record covers the worker's entry.</summary>
    Committed = 1,

    /// <summary>It is asked for.</summary>
    Asked,

    /// <summary>A verifier is to do it again.</summary>
    Due,

    /// <summary>Not checked, or borne out: final when the worker has passed enough checks.</summary>
    Waiting,

    /// <summary>It is in the closing draw.</summary>
    Closing,

    /// <summary>The trusted do it again.</summary>
    Redo,

    /// <summary>It is the outcome.</summary>
    Final,
}

/// <summary>A bundle with a result of its one worker, and without a final outcome.</summary>
public sealed class CheckedBundle(CommittedResult result)
{
    private readonly List<MadeCheck> _made = [];

    public CommittedResult Result => result;

    public CheckStage Stage { get; internal set; } = CheckStage.Committed;

    /// <summary>A draw is lost that may have made a check due: so it is checked, which counts for nothing.</summary>
    public bool IsForced { get; internal set; }

    /// <summary>Verifiers that bear it out.</summary>
    public IReadOnlyList<MadeCheck> Made => _made;

    internal void Add(MadeCheck check) => _made.Add(check);
}
