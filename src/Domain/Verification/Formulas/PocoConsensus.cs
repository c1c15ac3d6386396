namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>
/// iExec's proof of contribution, for comparison (PoCo, deployed contracts of version 5): integers as there. The weights of
/// those who agree are multiplied; a result is accepted when its group outweighs all by the factor that the job asks for.
/// </summary>
public static class PocoConsensus
{
    /// <summary>w = max(⌊score/3⌋, 3) - 1.</summary>
    public static long Weight(long score) => Math.Max(score / 3, 3) - 1;

    /// <summary>
    /// The score after a task: one more where others agreed, two thirds after a wrong result, as it was where nobody else took part.
    /// </summary>
    public static long ScoreAfter(long score, bool agreed, int contributors)
    {
        if (!agreed)
            return score * 2 / 3;
        return contributors > 1 ? score + 1 : score;
    }

    /// <summary>G · trust > total · (trust - 1).</summary>
    /// <param name="group">G: the product of the weights of those who agree.</param>
    /// <param name="total">1 and the products of all groups.</param>
    public static bool Accepts(UInt128 group, UInt128 total, long trust)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trust, 1);
        return group * (UInt128)trust > total * (UInt128)(trust - 1);
    }

    /// <summary>How many agreeing workers of one score are needed when nobody disagrees.</summary>
    public static int Needed(long score, long trust)
    {
        var group = (UInt128)Weight(score);
        var workers = 1;
        for (; !Accepts(group, 1 + group, trust); workers++)
            group *= (UInt128)Weight(score);
        return workers;
    }

    /// <summary>The least score with which one worker alone is believed.</summary>
    public static long ScoreAlone(long trust)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trust, 1);
        // w > trust - 1, so ⌊score/3⌋ ≥ trust + 1; a fresh worker has w = 2.
        return trust <= 2 ? 0 : 3 * (trust + 1);
    }
}
