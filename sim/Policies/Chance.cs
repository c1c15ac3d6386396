using System.Numerics;

namespace AkkaCompute.Sim.Policies;

/// <summary>xoshiro256** (Blackman and Vigna 2018): the same numbers for the same seed, some 1 ns each.</summary>
internal struct Chance
{
    private ulong _a, _b, _c, _d;

    public Chance(ulong seed)
    {
        // SplitMix64, as its authors say.
        ulong Next()
        {
            unchecked
            {
                var z = seed += 0x9E3779B97F4A7C15;
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                return z ^ (z >> 31);
            }
        }

        (_a, _b, _c, _d) = (Next(), Next(), Next(), Next());
    }

    /// <summary>Whether something of this chance happens.</summary>
    public bool Happens(double chance) => Share() < chance;

    /// <summary>From 0 to below 1.</summary>
    public double Share()
    {
        var result = unchecked(BitOperations.RotateLeft(_b * 5, 7) * 9);
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return (result >> 11) * (1.0 / (1UL << 53));
    }
}
