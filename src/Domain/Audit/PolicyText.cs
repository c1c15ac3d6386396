using System.Globalization;
using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Domain.Audit;

/// <summary>A policy read back from the text that entries have.</summary>
internal static class PolicyText
{
    /// <summary>Null where it is no policy of ours, or outside its limits.</summary>
    internal static Policy? Parse(string text)
    {
        Policy? policy = text == "none" ? new Policy.None() : Quorum(text);
        return policy is not null && policy.ToString() == text
            && policy.Agreement >= 1 && policy.Agreement <= policy.Cap && policy.Cap <= Policy.MaxCap ? policy : null;
    }

    private static Policy.Quorum? Quorum(string text)
    {
        if (!text.StartsWith("quorum(", StringComparison.Ordinal) || !text.EndsWith(')'))
            return null;
        var numbers = text["quorum(".Length..^1].Split(", ");
        return numbers.Length == 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var cap)
            ? new Policy.Quorum(m, cap)
            : null;
    }
}
