using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Stepping;

/// <summary>One of the two who disagree.</summary>
public enum Side
{
    /// <summary>Whose result it is.</summary>
    Worker = 1,

    /// <summary>Who has run all of it again, and got another end.</summary>
    Challenger = 2,
}

/// <summary>How a disagreement ended.</summary>
public enum BisectionEnd
{
    /// <summary>It goes on.</summary>
    None = 0,

    /// <summary>
    /// Both have the same state before one step, and different ones after it: <see cref="Bisection.Low"/>. A replay says who is right.
    /// </summary>
    Found = 1,

    /// <summary>The worker did not move in time: its result is lost, its standing is not.</summary>
    WorkerSilent = 2,

    /// <summary>The challenger did not move in time: the result stands as if nobody had challenged it.</summary>
    ChallengerSilent = 3,
}

/// <summary>
/// Two who ran the same steps from the same input and came to different ends find the one step where they part: at most ⌈log₂ T⌉ rounds, in
/// each of which both show the state in the middle, each within a time of its own. Immutable and pure: time is an argument.
/// </summary>
public sealed record Bisection
{
    private Bisection(StepCommitment worker, StepCommitment challenger, TimeSpan patience, DateTimeOffset now) =>
        (Worker, Challenger, Patience, High, Until) = (worker, challenger, patience, worker.Steps, now + patience);

    public StepCommitment Worker { get; }

    public StepCommitment Challenger { get; }

    /// <summary>What each side has for a move.</summary>
    public TimeSpan Patience { get; }

    /// <summary>A step after which their states are the same.</summary>
    public long Low { get; private init; }

    /// <summary>A step after which their states differ.</summary>
    public long High { get; private init; }

    /// <summary>Rounds that both have moved in.</summary>
    public int Rounds { get; private init; }

    /// <summary>When the move is to be there.</summary>
    public DateTimeOffset Until { get; private init; }

    /// <summary>What is asked of both.</summary>
    public long Middle => (Low + High) / 2;

    public BisectionEnd End { get; private init; }

    private StepOpening? OfWorker { get; init; }

    private StepOpening? OfChallenger { get; init; }

    /// <summary>Begins; or says why there is nothing to begin.</summary>
    /// <param name="worker">What the worker has signed, with its ends opened.</param>
    /// <param name="challenger">What the challenger has signed, with its ends opened.</param>
    /// <param name="input">SHA-256 of the task's input, which everybody knows.</param>
    public static Bisection? Begin(
        (StepCommitment Trace, StepOpening First, StepOpening Last) worker,
        (StepCommitment Trace, StepOpening First, StepOpening Last) challenger,
        Hash256 input, TimeSpan patience, DateTimeOffset now, out string flaw)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(patience, TimeSpan.Zero);
        flaw = FlawOf(Side.Worker, worker, input) ?? FlawOf(Side.Challenger, challenger, input)
            ?? (worker.Trace.Steps != challenger.Trace.Steps
                ? $"Steps: {challenger.Trace.Steps} of the challenger, but {worker.Trace.Steps} of the worker."
                : worker.Last.State == challenger.Last.State ? "Last: both have the same end: there is nothing to challenge." : "");
        if (flaw.Length > 0)
            return null;
        var begun = new Bisection(worker.Trace, challenger.Trace, patience, now);
        return begun.High == 1 ? begun with { End = BisectionEnd.Found } : begun;
    }

    /// <summary>A side shows the state in the middle.</summary>
    /// <returns>
    /// The game after it, and why the move does not count; <c>null</c> where it does. The time goes on where it does not.
    /// </returns>
    public (Bisection Next, string? Flaw) Move(Side side, StepOpening opening, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(opening);
        if (End != BisectionEnd.None)
            return (this, $"It has ended: {End}.");
        if (now >= Until)
            return (Expire(now), $"Too late: the move was to be there by {Until:O}.");
        if (opening.Step != Middle)
            return (this, $"Step: {opening.Step}, but {Middle} is asked for.");
        if ((side == Side.Worker ? OfWorker : OfChallenger) is not null)
            return (this, $"Step: the {side} has shown {Middle} before.");
        if (!(side == Side.Worker ? Worker : Challenger).Holds(opening))
            return (this, $"Path: it does not lead to the root of the {side}.");
        var moved = side == Side.Worker ? this with { OfWorker = opening } : this with { OfChallenger = opening };
        if (moved is not { OfWorker: { } one, OfChallenger: { } other })
            return (moved, null);
        var (low, high) = one.State == other.State ? (Middle, High) : (Low, Middle);
        return (moved with
        {
            Low = low, High = high, Rounds = Rounds + 1, Until = now + Patience, OfWorker = null, OfChallenger = null,
            End = high - low == 1 ? BisectionEnd.Found : BisectionEnd.None,
        }, null);
    }

    /// <summary>
    /// Whoever has not moved in time has lost; where neither has, the worker: a result that nobody speaks for is done again.
    /// </summary>
    public Bisection Expire(DateTimeOffset now) => End != BisectionEnd.None || now < Until ? this
        : this with { End = OfWorker is null ? BisectionEnd.WorkerSilent : BisectionEnd.ChallengerSilent };

    private static string? FlawOf(Side side, (StepCommitment Trace, StepOpening First, StepOpening Last) said, Hash256 input) =>
        said.First.Step != 0 || said.Last.Step != said.Trace.Steps ? $"{side}: the ends are steps 0 and {said.Trace.Steps}."
        : !said.Trace.Holds(said.First) || !said.Trace.Holds(said.Last) ? $"{side}: an end is not under its root."
        : said.First.State != input ? $"{side}: it begins with {said.First.State}, but the input is {input}."
        : null;
}
