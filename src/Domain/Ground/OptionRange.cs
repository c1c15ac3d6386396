using System.Runtime.CompilerServices;

namespace AkkaCompute.Domain.Ground;

/// <summary>Checks options where they come in: a wrong one stops the start, and says its name, its value and its range.</summary>
public static class OptionRange
{
    /// <summary>The longest time that an option may say: 10 years. Sums of such times are far from overflowing.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Nothing happens where <paramref name="value"/> is in the range; both ends belong to it.</summary>
    /// <param name="option">The name of the option; by default the text of the argument.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside.</exception>
    public static void Check<T>(T value, T least, T most, [CallerArgumentExpression(nameof(value))] string option = "")
        where T : IComparable<T>
    {
        ArgumentNullException.ThrowIfNull(value, option);
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            throw new ArgumentOutOfRangeException(option, value, $"{option}: {value} is not {least} to {most}.");
    }

    /// <summary>A time that is never 0: one that is waited for, or comes again. At most <see cref="Longest"/>.</summary>
    /// <inheritdoc cref="Check{T}"/>
    public static void CheckWait(TimeSpan value, [CallerArgumentExpression(nameof(value))] string option = "") =>
        Check(value, TimeSpan.FromTicks(1), Longest, option);

    /// <summary>A time that may be 0. At most <see cref="Longest"/>.</summary>
    /// <inheritdoc cref="Check{T}"/>
    public static void CheckTime(TimeSpan value, [CallerArgumentExpression(nameof(value))] string option = "") =>
        Check(value, TimeSpan.Zero, Longest, option);
}
