namespace AkkaCompute.Domain.Trust;

/// <summary>
/// How much work weighs after some epochs: half of it after each half-life, from a table of integers, so that it is the
/// same on every machine. Falls in steps of a sixteenth of a half-life; after 16 half-lives nothing is left.
/// </summary>
/// <param name="HalfLife">In epochs, from 16 to 2³².</param>
public readonly record struct Decay(ulong HalfLife)
{
    /// <summary>The weight of work of this epoch: 1.</summary>
    public const long One = 1 << 16;

    public const ulong MinHalfLife = 16;
    public const ulong MaxHalfLife = 1UL << 32;

    // 65536 · 2^(-i/16), rounded.
    private static ReadOnlySpan<int> Table =>
        [65536, 62757, 60097, 57549, 55109, 52773, 50535, 48393, 46341, 44376, 42495, 40693, 38968, 37316, 35734, 34219];

    /// <summary>65,536 parts for age 0, and less for more.</summary>
    /// <exception cref="InvalidOperationException">The half-life is outside its limits.</exception>
    public long Weight(ulong epochs)
    {
        if (HalfLife is < MinHalfLife or > MaxHalfLife)
            throw new InvalidOperationException($"HalfLife: {HalfLife} is not {MinHalfLife} to {MaxHalfLife} epochs.");
        var sixteenths = (UInt128)epochs * 16 / HalfLife;
        return sixteenths >= 16 * 16 ? 0 : Table[(int)sixteenths % 16] >> ((int)sixteenths / 16);
    }
}
