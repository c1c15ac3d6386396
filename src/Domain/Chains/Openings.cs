using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>
/// How many chains an author has opened of late: in this period of <see cref="Span"/>, and in the one before, which
/// counts in the part that is still within as many epochs. Follows from the epochs of the entries alone.
/// </summary>
public readonly record struct Openings(ulong Period, int Count, int Before)
{
    /// <summary>Epochs in which openings count.</summary>
    public const int Span = 1_024;

    private const ulong Epochs = Span;

    /// <summary>Those of the last <see cref="Span"/> epochs; what lies before this period is taken as even.</summary>
    public int At(Epoch now)
    {
        var here = In(now);
        return here.Count + (int)((ulong)here.Before * (Epochs - now.Number % Epochs) / Epochs);
    }

    public Openings Add(Epoch now)
    {
        var here = In(now);
        return here with { Count = here.Count + 1 };
    }

    private Openings In(Epoch now)
    {
        var period = now.Number / Epochs;
        return period <= Period ? this
            : period == Period + 1 ? new Openings(period, 0, Count)
            : new Openings(period, 0, 0);
    }
}
