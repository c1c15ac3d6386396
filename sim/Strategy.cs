namespace AkkaCompute.Sim;

/// <summary>What a boss that wants to feed its friends can do within the rules.</summary>
/// <param name="Size">k: executions asked for.</param>
/// <param name="Tasks">Tasks of a bundle.</param>
/// <param name="Bundles">Bundles of a job: those that one epoch draws before it looks.</param>
/// <param name="Keep">Cancels a bundle with fewer friends than this in its group.</param>
/// <param name="KeepJob">Cancels a whole job with a smaller share of friends than this.</param>
/// <param name="Filter">Asks for a capability that its friends and only a part of the others have: 0 all, 1 30 %, 2 10 %, 3 none of
/// them.</param>
/// <param name="Expire">Says of each stranger that its lease ran out, and takes the next rank.</param>
/// <param name="Idle">Friends take no work but this boss's, while the others are busy 9 times of 10.</param>
/// <param name="Retries">How often a bundle is drawn again, as a later attempt, if it was cancelled.</param>
/// <param name="StopAt">Hands in nothing more in this period once the friends' share is this; over 1: never.</param>
/// <param name="Steps">The most jobs of a period.</param>
internal sealed record Strategy(
    int Size, int Tasks, int Bundles, int Keep, double KeepJob, int Filter, bool Expire, bool Idle, int Retries, double StopAt, int Steps)
{
    public static readonly Strategy Honest = new(3, 1, 16, 0, 0, 0, false, false, 0, 2, 20);

    private static readonly int[] _sizes = [2, 3, 5, 7], _tasks = [1, 16, 256], _bundles = [1, 4, 16], _steps = [5, 10, 20];
    private static readonly double[] _shares = [0, 0.1, 0.15, 0.2, 0.4], _stops = [2, 0.11, 0.13, 0.2, 0.3, 0.5];

    public static Strategy Any(Random random) => new(
        Pick(random, _sizes), Pick(random, _tasks), Pick(random, _bundles), random.Next(4), Pick(random, _shares), random.Next(4),
        random.Next(2) == 1, random.Next(2) == 1, random.Next(4), Pick(random, _stops), Pick(random, _steps));

    /// <summary>One or two things done otherwise.</summary>
    public Strategy Changed(Random random)
    {
        var changed = this;
        for (var changes = 1 + random.Next(2); changes > 0; changes--)
        {
            var other = Any(random);
            changed = random.Next(11) switch
            {
                0 => changed with { Size = other.Size },
                1 => changed with { Tasks = other.Tasks },
                2 => changed with { Bundles = other.Bundles },
                3 => changed with { Keep = other.Keep },
                4 => changed with { KeepJob = other.KeepJob },
                5 => changed with { Filter = other.Filter },
                6 => changed with { Expire = !changed.Expire },
                7 => changed with { Idle = !changed.Idle },
                8 => changed with { Retries = other.Retries },
                9 => changed with { StopAt = other.StopAt },
                _ => changed with { Steps = other.Steps },
            };
        }
        return changed;
    }

    public override string ToString() =>
        $"k {Size}, {Tasks} tasks × {Bundles} bundles × {Steps} jobs, keep ≥ {Keep}, job ≥ {KeepJob}, filter {Filter}, "
        + $"expire {(Expire ? "yes" : "no")}, idle {(Idle ? "yes" : "no")}, retries {Retries}, stop {(StopAt > 1 ? "never" : StopAt)}";

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
