namespace AkkaCompute.Domain.Ground;

/// <summary>An amount of credits: whole, from 0 to 2⁵³ - 1, so that every language's JSON holds it. All arithmetic is checked.</summary>
public readonly record struct Credits : IComparable<Credits>
{
    /// <summary>The most credits that there are in all accounts and escrows together.</summary>
    public const long Max = SafeInteger.Max;

    /// <exception cref="ArgumentOutOfRangeException">Less than 0, or more than <see cref="Max"/>.</exception>
    public Credits(long amount)
    {
        if (amount is < 0 or > Max)
            throw new ArgumentOutOfRangeException(nameof(amount), amount, $"Credits: {amount} is not 0 to {Max}.");
        Amount = amount;
    }

    /// <summary>No credits.</summary>
    public static Credits Zero => default;

    /// <summary>The number of credits, 0 to <see cref="Max"/>.</summary>
    public long Amount { get; }

    public bool IsZero => Amount == 0;

    public int CompareTo(Credits other) => Amount.CompareTo(other.Amount);

    /// <exception cref="ArgumentOutOfRangeException">Over <see cref="Max"/>.</exception>
    public static Credits operator +(Credits left, Credits right) => new(checked(left.Amount + right.Amount));

    /// <exception cref="ArgumentOutOfRangeException">Below 0.</exception>
    public static Credits operator -(Credits left, Credits right) => new(checked(left.Amount - right.Amount));

    /// <exception cref="OverflowException">Over 2⁶³.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Over <see cref="Max"/>, or a negative count.</exception>
    public static Credits operator *(Credits each, long count) => new(checked(each.Amount * count));

    public static bool operator <(Credits left, Credits right) => left.Amount < right.Amount;
    public static bool operator >(Credits left, Credits right) => left.Amount > right.Amount;
    public static bool operator <=(Credits left, Credits right) => left.Amount <= right.Amount;
    public static bool operator >=(Credits left, Credits right) => left.Amount >= right.Amount;

    public override string ToString() => Amount.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
