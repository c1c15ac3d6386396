using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Domain.Tests.Stepping;

/// <summary>Who lies at one step is led to it, whatever the length; who is silent loses the result and nothing else.</summary>
public sealed class BisectionTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch;
    private static readonly Hash256 _input = Some.Hash(0);

    [Fact]
    public void Every_lie_is_found_in_as_many_rounds_as_the_logarithm_says()
    {
        foreach (var steps in new[] { 1, 2, 3, 7, 8, 9, 33, 64 })
        {
            for (var lie = 0; lie < steps; lie++)
            {
                var (liar, honest) = (Trace(steps, lie), Trace(steps, -1));
                var game = Begin(liar, honest)!;
                while (game.End == BisectionEnd.None)
                {
                    var middle = game.Middle;
                    string? flaw;
                    (game, flaw) = game.Move(Side.Challenger, honest.Open(middle), _now);
                    Assert.Null(flaw);
                    (game, flaw) = game.Move(Side.Worker, liar.Open(middle), _now);
                    Assert.Null(flaw);
                }
                Assert.Equal((BisectionEnd.Found, (long)lie, (long)lie + 1), (game.End, game.Low, game.High));
                Assert.True(game.Rounds <= Checkpoints.BisectionRounds(steps), $"{game.Rounds} rounds for {steps} steps.");
            }
        }
    }

    [Fact]
    public void What_is_no_move_does_not_count_and_the_time_goes_on()
    {
        var (liar, honest) = (Trace(8, 5), Trace(8, -1));
        var game = Begin(liar, honest)!;
        Assert.Contains("Step: 3, but 4 is asked for", game.Move(Side.Worker, liar.Open(3), _now).Flaw, StringComparison.Ordinal);
        Assert.Contains("root of the Challenger", game.Move(Side.Challenger, honest.Open(4) with { State = Some.Hash(9) }, _now).Flaw, StringComparison.Ordinal);
        (game, _) = game.Move(Side.Worker, liar.Open(4), _now);
        Assert.Contains("has shown 4 before", game.Move(Side.Worker, liar.Open(4), _now).Flaw, StringComparison.Ordinal);
        Assert.Equal(_now + _patience, game.Until);
        (game, _) = game.Move(Side.Challenger, honest.Open(4), _now + (_patience / 2));
        Assert.Equal((_now + (1.5 * _patience), 4L, 8L), (game.Until, game.Low, game.High));
    }

    [Theory]
    [InlineData(false, false, BisectionEnd.WorkerSilent)]
    [InlineData(false, true, BisectionEnd.WorkerSilent)]
    [InlineData(true, false, BisectionEnd.ChallengerSilent)]
    public void Who_is_silent_loses(bool worker, bool challenger, BisectionEnd expected)
    {
        var (liar, honest) = (Trace(8, 5), Trace(8, -1));
        var game = Begin(liar, honest)!;
        if (worker)
            (game, _) = game.Move(Side.Worker, liar.Open(4), _now);
        if (challenger)
            (game, _) = game.Move(Side.Challenger, honest.Open(4), _now);
        Assert.Equal(BisectionEnd.None, game.Expire(_now + _patience - TimeSpan.FromTicks(1)).End);
        Assert.Equal(expected, game.Expire(_now + _patience).End);
        var (late, flaw) = game.Move(worker ? Side.Challenger : Side.Worker, honest.Open(4), _now + _patience);
        Assert.Equal(expected, late.End);
        Assert.Contains("Too late", flaw, StringComparison.Ordinal);
        Assert.Contains("It has ended", late.Move(Side.Worker, liar.Open(4), _now).Flaw, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_nothing_to_challenge_where_input_length_or_ends_do_not_differ_as_they_must()
    {
        var (liar, honest) = (Trace(8, 5), Trace(8, -1));
        Assert.Contains("both have the same end", Flaw(Ends(honest), Ends(honest)), StringComparison.Ordinal);
        Assert.Contains("Steps: 9 of the challenger, but 8", Flaw(Ends(liar), Ends(Trace(9, -1))), StringComparison.Ordinal);
        var other = new StepTrace([.. Enumerable.Range(1, 9).Select(i => Some.Hash(i))]);
        Assert.Contains("Worker: it begins with", Flaw(Ends(other), Ends(honest)), StringComparison.Ordinal);
        Assert.Contains("Challenger: an end is not under its root", Flaw(Ends(liar), (honest.Commitment, liar.Open(0), liar.Open(8))), StringComparison.Ordinal);
        Assert.Contains("Challenger: the ends are steps 0 and 8", Flaw(Ends(liar), (honest.Commitment, honest.Open(0), honest.Open(7))), StringComparison.Ordinal);
    }

    private static string Flaw((StepCommitment, StepOpening, StepOpening) worker, (StepCommitment, StepOpening, StepOpening) challenger)
    {
        Assert.Null(Bisection.Begin(worker, challenger, _input, _patience, _now, out var flaw));
        return flaw;
    }

    private static Bisection? Begin(StepTrace worker, StepTrace challenger) => Bisection.Begin(Ends(worker), Ends(challenger), _input, _patience, _now, out _);

    private static (StepCommitment, StepOpening, StepOpening) Ends(StepTrace trace) => (trace.Commitment, trace.Open(0), trace.Open(trace.Steps));

    /// <summary>From the lie on all states are others.</summary>
    private static StepTrace Trace(int steps, int lie) => new([.. Enumerable.Range(0, steps + 1).Select(i => Some.Hash(lie >= 0 && i > lie ? 10_000 + i : i))]);
}
