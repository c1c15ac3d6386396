using System.Globalization;

namespace AkkaCompute.Domain.Ground;

/// <summary>A span of time as people write it: a whole number and a unit, <c>7d</c>, <c>12h</c>, <c>30m</c>, <c>10s</c>.</summary>
public static class Duration
{
    private static readonly (char Unit, TimeSpan Length)[] _units =
        [('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)), ('s', TimeSpan.FromSeconds(1))];

    /// <summary>Writes a time in the largest unit of which it is a whole number. What is less than a second is left out.</summary>
    public static string Text(TimeSpan span)
    {
        var (unit, length) = Array.Find(_units, one => span.Ticks % one.Length.Ticks == 0);
        return length == default
            ? $"{span.Ticks / TimeSpan.TicksPerSecond}s"
            : string.Create(CultureInfo.InvariantCulture, $"{span.Ticks / length.Ticks}{unit}");
    }

    /// <summary>Reads it; at most 100,000 of a unit.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        ArgumentNullException.ThrowIfNull(text);
        span = default;
        var length = text.Length > 1 ? Array.Find(_units, one => one.Unit == text[^1]).Length : default;
        if (length == default
            || !int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > 100_000)
            return false;
        span = length * count;
        return true;
    }
}
