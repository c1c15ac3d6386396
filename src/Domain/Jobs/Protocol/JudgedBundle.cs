using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>
/// What an audit needs of a <see cref="Decision"/>: no outputs, but all that its workers' signed roots open to. It stays when the job is
/// forgotten.
/// </summary>
/// <param name="Digests">The result of each task that was agreed on; zero where none was.</param>
/// <param name="Results">Of its workers, by rising hash.</param>
public sealed record JudgedBundle(long Bundle, ValueList<Hash256> Digests, ValueList<JudgedResult> Results)
{
    /// <summary>Null where nobody signed a result.</summary>
    public static JudgedBundle? Of(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        JudgedResult[] results =
        [
            .. decision.Verdicts.Where(verdict => !verdict.Result.IsEmpty).Select(verdict => new JudgedResult(
                Hash256.Of(verdict.Result.Span), verdict.Salt,
                [.. verdict.Others.Select(other => (long)other.Index)], [.. verdict.Others.Select(other => other.Digest ?? default)]))
                .OrderBy(result => result.Result),
        ];
        return results.Length == 0 ? null
            : new JudgedBundle(decision.Bundle, [.. decision.Outcomes.Select(outcome => outcome.Digest() ?? default)], [.. results]);
    }
}

/// <summary>One worker's results of it.</summary>
/// <param name="Result">The hash of its entry.</param>
/// <param name="Salt">Opens the leaves under its root.</param>
/// <param name="At">The places in the bundle, rising, where it differs from what was agreed on.</param>
/// <param name="Got">What it has there; zero for no result.</param>
public sealed record JudgedResult(Hash256 Result, BundleSalt Salt, ValueList<long> At, ValueList<Hash256> Got);
