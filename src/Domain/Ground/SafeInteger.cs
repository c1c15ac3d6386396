namespace AkkaCompute.Domain.Ground;

/// <summary>Whole numbers that every language's JSON holds exactly: RFC 8259, 6, and ECMAScript's <c>MAX_SAFE_INTEGER</c>.</summary>
public static class SafeInteger
{
    /// <summary>The largest: 2⁵³ - 1.</summary>
    public const long Max = (1L << 53) - 1;
}
