using System.Globalization;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Domain.Verification;

public abstract partial record Policy
{
    /// <summary>
    /// <paramref name="M"/> identical results, more than half of them by the trusted, of at most <paramref name="Limit"/> executions.
    /// <see cref="Majority.Error"/> is how often it is wrong where Limit is 2M-1.
    /// </summary>
    /// <param name="M">1 to <paramref name="Limit"/>.</param>
    /// <param name="Limit">The cap: to <see cref="MaxCap"/>.</param>
    public sealed record Quorum(int M, int Limit) : Policy
    {
        /// <summary>What its text begins with.</summary>
        public const string Name = "quorum";

        public override string Text => string.Create(CultureInfo.InvariantCulture, $"{Name}({M}, {Limit})");

        public override int First => M;

        public override int Most => Limit;

        public override int Earning => M > 1 ? M : 0;

        /// <summary>
        /// The set of identical results that lacks the fewest for an agreement; of several the largest, then the one with the first rank.
        /// </summary>
        public override Ruling Rule(ReadOnlySpan<Vote> votes)
        {
            var (best, size, missing) = (-1, 0, M);
            for (var i = 0; i < votes.Length; i++)
            {
                if (votes[i].Digest is null || IsAmong(votes[..i], votes[i].Digest))
                    continue;
                var (same, trusted) = (0, 0);
                foreach (var vote in votes[i..])
                {
                    if (vote.Digest != votes[i].Digest)
                        continue;
                    same++;
                    trusted += vote.IsTrusted ? 1 : 0;
                }
                var lacks = Math.Max(0, Math.Max(M - same, same - (2 * trusted) + 1));
                if (best < 0 || lacks < missing || (lacks == missing && same > size))
                    (best, size, missing) = (i, same, lacks);
            }
            if (missing == 0 && best >= 0)
                return Ruling.Decided(best);
            var left = Limit - votes.Length;
            if (best < 0 && votes.Length < M)
                return Ruling.AskMore(Math.Min(missing, left)); // that nobody can run it is said of no fewer than M
            return missing <= left ? Ruling.AskMore(missing) : Ruling.Unsure;
        }

        public override string? Check() => M >= 1 && M <= Limit && Limit <= MaxCap ? null : $"{Text} is not 1 ≤ m ≤ cap ≤ {MaxCap}.";

        internal static Quorum? Read(IReadOnlyList<string> numbers) =>
            numbers.Count == 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var cap)
                ? new Quorum(m, cap)
                : null;

        private static bool IsAmong(ReadOnlySpan<Vote> votes, Hash256? digest)
        {
            foreach (var vote in votes)
            {
                if (vote.Digest == digest)
                    return true;
            }
            return false;
        }
    }
}
