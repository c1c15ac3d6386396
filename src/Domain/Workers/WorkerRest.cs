using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Workers;

/// <summary>
/// What becomes of a worker that accepts leases and lets them run out: with the third in a row it rests, which is to say that no record's
/// roster has it and nobody draws it, for 2ⁿ epochs, the n-th time. Work that a boss has settled ends the row.
/// </summary>
/// <param name="Missed">Accepted leases that ran out in a row.</param>
/// <param name="Rests">n: how often it has rested, as far as that is not forgiven.</param>
/// <param name="Faithful">Settlements since the last rest, or the last that was forgiven.</param>
/// <param name="Until">The epoch in which it may be in the roster again; 0: it never rested.</param>
public sealed record WorkerRest(int Missed, int Rests, int Faithful, Epoch Until)
{
    /// <summary>Leases missed in a row that make a rest.</summary>
    public const int MostMissed = 3;

    /// <summary>A rest is forgiven after so many settlements.</summary>
    public const int ForgivenAfter = 100;

    /// <summary>No rest is longer than 2¹⁶ epochs: as many are 18 hours of the slowest ones.</summary>
    public const int LargestPower = 16;

    /// <summary>The state of a worker that nothing is known of.</summary>
    public static WorkerRest None { get; } = new(0, 0, 0, Epoch.None);

    /// <summary>An accepted lease ran out in this epoch.</summary>
    public WorkerRest Miss(Epoch now)
    {
        if (Missed + 1 < MostMissed)
            return this with { Missed = Missed + 1 };
        var rests = Rests + 1;
        return new WorkerRest(0, rests, 0, new Epoch(now.Number + (1UL << Math.Min(rests, LargestPower))));
    }

    /// <summary>A boss has settled work of it.</summary>
    public WorkerRest Settle()
    {
        var faithful = Rests == 0 ? 0 : Faithful + 1;
        return faithful < ForgivenAfter
            ? this with { Missed = 0, Faithful = faithful }
            : this with { Missed = 0, Faithful = 0, Rests = Rests - 1 };
    }
}
