namespace AkkaCompute.Domain.Verification;

/// <summary>What a policy makes of the votes on one task.</summary>
public enum RulingKind
{
    /// <summary>The result of <see cref="Ruling.By"/> is the outcome.</summary>
    Decided = 1,

    /// <summary>The next ranks are asked: <see cref="Ruling.More"/> of them.</summary>
    AskMore = 2,

    /// <summary>Nobody else is asked until a result that is there was checked. Neither <c>none</c> nor <c>quorum</c> says so.</summary>
    Check = 3,

    /// <summary>More executions would not decide it, or there may be no more: the task has no outcome that is believed.</summary>
    Unsure = 4,
}

/// <param name="Kind">What is to be done.</param>
/// <param name="By">With <see cref="RulingKind.Decided"/>, the place in the votes of the first that is right; else -1.</param>
/// <param name="More">With <see cref="RulingKind.AskMore"/>, how many further executions are wanted, from 1; else 0.</param>
public readonly record struct Ruling(RulingKind Kind, int By, int More)
{
    /// <summary>The result waits for checks.</summary>
    public static readonly Ruling Check = new(RulingKind.Check, -1, 0);

    /// <summary>Nothing is decided, and nobody more may be asked.</summary>
    public static readonly Ruling Unsure = new(RulingKind.Unsure, -1, 0);

    public static Ruling Decided(int by) => new(RulingKind.Decided, by, 0);

    public static Ruling AskMore(int more) => new(RulingKind.AskMore, -1, more);
}
