using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Sim;

/// <summary>
/// A lie at one random step of a long task, whose worker has committed itself to all states: how often random steps find it, and whether a
/// bisection does. A step is SHA-256 of the state before it.
/// </summary>
internal static class StepLies
{
    private const double Tail = 0.005; // from each side

    public static void Play(Report report, int seed)
    {
        var found =
            report.Table("a lie at one random step: found by c random steps, and where a share p of all is run again by one of whom f lie",
            "T", "c", "p", "f", "tasks", "found", "theory");
        Draw(1 << 10, 44, 0, 0.2, 100_000);
        Draw(1 << 20, 460, 0, 0.2, 100_000);
        Draw(1 << 20, 4, 0.25, 0.2, 100_000);
        Draw(1 << 20, 0, 1, 0.2, 100_000);

        var games = report.Table(
            "the bisection between the liar and one who ran all of it", "T", "games", "rounds at most", "bound", "the right step",
            "proofs that hold", "false accusations refuted");
        Bisect(1 << 10, 300);
        Bisect(1_000, 300);
        Bisect(1 << 20, 2);

        void Draw(long steps, int count, double p, double f, int tasks)
        {
            var random = new Random(seed);
            var (job, worker) = (new JobId(Hash256.Of("job"u8)), new NodeId(Hash256.Of("worker"u8)));
            var hits = 0;
            for (var task = 0; task < tasks; task++)
            {
                var lie = random.NextInt64(steps);
                var isRunAgain = random.NextDouble() < p && random.NextDouble() >= f;
                if (isRunAgain || StepDraw.Steps(Beacon(task), job, task, worker, steps, count).Contains(lie))
                    hits++;
            }
            var theory = Checkpoints.OneBadStep(steps, count, p, f);
            found.Add(steps, count, p, f, tasks, (double)hits / tasks, theory);
            var name = $"T = {steps}, c = {count}, p = {p}: found in {hits} of {tasks}, theory {theory:0.0e0}";
            if (theory < 0.01)
                report.Bound(
                    $"{name} (99 %, from both sides)",
                    Statistics.PoissonAtLeast(hits, theory * tasks) >= Tail && Statistics.PoissonAtMost(hits, theory * tasks) >= Tail);
            else
                report.Bound(
                    $"{name} (4 standard errors)", Math.Abs(hits - (theory * tasks)) <= 4 * Math.Sqrt(theory * (1 - theory) * tasks));
        }

        void Bisect(int steps, int count)
        {
            var random = new Random(seed);
            var (most, right, proven, refuted) = (0, 0, 0, 0);
            for (var game = 0; game < count; game++)
            {
                var input = Hash256.Of(BitConverter.GetBytes(game));
                var lie = random.Next(steps);
                var (truth, lied) = (Run(input, steps, -1), Run(input, steps, lie));
                var (honest, liar) = (new StepTrace(truth), new StepTrace(lied));
                var bisection = Bisection.Begin(Ends(liar), Ends(honest), input, TimeSpan.FromMinutes(1), default, out var flaw)
                    ?? throw new InvalidOperationException(flaw);
                while (bisection.End == BisectionEnd.None)
                {
                    var middle = bisection.Middle;
                    (bisection, _) = bisection.Move(Side.Worker, liar.Open(middle), default);
                    (bisection, _) = bisection.Move(Side.Challenger, honest.Open(middle), default);
                }
                most = Math.Max(most, bisection.Rounds);
                right += bisection.End == BisectionEnd.Found && bisection.Low == lie ? 1 : 0;
                var next = Next(truth[(int)bisection.Low]);
                proven += next != liar.Open(bisection.High).State ? 1 : 0;
                refuted += next == honest.Open(bisection.High).State ? 1 : 0;
            }
            var bound = Checkpoints.BisectionRounds(steps);
            games.Add(steps, count, most, bound, right, proven, refuted);
            report.Bound(
                $"T = {steps}: {count} of {count} bisected to the lie in at most {bound} rounds, and the replay convicts the liar and no "
                + "other",
                most <= bound && right == count && proven == count && refuted == count);
        }
    }

    /// <summary>All states. The liar goes on from its lie as the program does.</summary>
    private static Hash256[] Run(Hash256 input, int steps, int lie)
    {
        var states = new Hash256[steps + 1];
        states[0] = input;
        for (var i = 0; i < steps; i++)
            states[i + 1] = i == lie ? Next(Next(states[i])) : Next(states[i]);
        return states;
    }

    private static Hash256 Next(Hash256 state)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        state.CopyTo(bytes);
        return Hash256.Of(bytes);
    }

    private static (StepCommitment, StepOpening, StepOpening) Ends(StepTrace trace) =>
        (trace.Commitment, trace.Open(0), trace.Open(trace.Steps));

    private static Hash256 Beacon(int task)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, task);
        return Hash256.Of(bytes);
    }
}
