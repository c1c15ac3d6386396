using System.Globalization;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Tests.Verification;

/// <summary>A policy as somebody would add it: this file, and the line that <see cref="Known"/> shows. All that are asked must agree.</summary>
internal sealed record Unanimous(int Of) : Policy
{
    public static Policies Known { get; } = new([.. Policies.Known.Kinds, new PolicyKind("unanimous", Read)]);

    public override string Text => string.Create(CultureInfo.InvariantCulture, $"unanimous({Of})");

    public override int First => Of;

    public override int Most => Of;

    public override int Earning => Of;

    public override Ruling Rule(ReadOnlySpan<Vote> votes)
    {
        foreach (var vote in votes)
        {
            if (vote.Digest is null || vote.Digest != votes[0].Digest)
                return Ruling.Unsure;
        }
        return votes.Length < Of ? Ruling.AskMore(Of - votes.Length) : Ruling.Decided(0);
    }

    public override string? Check() => Of is >= 1 and <= MaxCap ? null : $"{Text} is not of 1 to {MaxCap}.";

    private static Unanimous? Read(IReadOnlyList<string> numbers) =>
        numbers.Count == 1 && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var of) ? new Unanimous(of) : null;
}
