namespace AkkaCompute.Domain.Verification;

/// <summary>
/// How far two numbers may be apart that count as the same: |x - y| ≤ <paramref name="Absolute"/> + <paramref name="Relative"/> · max(|x|,
/// |y|).
/// </summary>
/// <param name="Absolute">From 0.</param>
/// <param name="Relative">From 0 to below 1.</param>
public readonly record struct Tolerance(double Absolute, double Relative)
{
    /// <summary>Symmetric. A NaN is near a NaN alone, and an infinity near itself alone.</summary>
    public bool IsNear(double x, double y)
    {
        if (!double.IsFinite(x) || !double.IsFinite(y))
            return x.Equals(y);
        return Math.Abs(x - y) <= Absolute + (Relative * Math.Max(Math.Abs(x), Math.Abs(y)));
    }

    /// <summary>Whether all numbers of two outputs of one shape are near one another.</summary>
    public bool IsNear(Numbers one, Numbers other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.Shape != other.Shape || one.Values.Count != other.Values.Count)
            return false;
        for (var i = 0; i < one.Values.Count; i++)
        {
            if (!IsNear(one.Values[i], other.Values[i]))
                return false;
        }
        return true;
    }
}
