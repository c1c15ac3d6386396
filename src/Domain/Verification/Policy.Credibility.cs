using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Domain.Verification;

public abstract partial record Policy
{
    /// <summary>
    /// At most a share <see cref="Epsilon"/> of the job's outcomes is wrong, where a share <see cref="Colluders"/> of the trusted lies,
    /// whenever and however it likes. Only trusted strangers are asked, and a result is the outcome when it leads by <see cref="Lead"/>
    /// over all others together (<see cref="JobConfidence.LeadError"/>). What does not come to that within <see cref="Limit"/> executions
    /// is unsure, never a guess. <c>credibility(ε, f)</c>, <c>credibility(ε, f, a)</c> or <c>credibility(ε, f, a, cap)</c>: what is as it
    /// is by default is not written.
    /// </summary>
    public sealed record Credibility : Policy
    {
        /// <summary>What its text begins with.</summary>
        public const string Name = "credibility";

        /// <summary>f, where nobody says otherwise.</summary>
        public const decimal DefaultColluders = 0.2m;

        /// <summary>a, where it was not measured.</summary>
        public const decimal DefaultAnswering = 0.7m;

        /// <summary>The cap by default leaves so many of the tasks unsure, if all colluders lie.</summary>
        public const double DefaultUnsure = 0.01;

        private const string Format = "0.#########";
        internal const decimal One = 1_000_000_000; // numbers are in parts of it

        private readonly int _defaultLimit;

        /// <param name="limit">0: the default, <see cref="DefaultUnsure"/>.</param>
        /// <inheritdoc cref="Credibility"/>
        public Credibility(decimal epsilon, decimal colluders = DefaultColluders, decimal answering = DefaultAnswering, int limit = 0)
        {
            (Epsilon, Colluders, Answering) = (epsilon, colluders, answering);
            if (IsShare(epsilon) && IsShare(answering) && (colluders == 0 || IsShare(colluders)) && colluders < (1 - colluders) * answering)
                Lead = LeadNeeded(epsilon, colluders, answering);
            if (Lead is > 0 and <= MaxExecutions)
                _defaultLimit = LeadWalk.CapFor(LyingVotes, Lead, DefaultUnsure, MaxExecutions);
            Limit = limit == 0 ? _defaultLimit : limit;
        }

        /// <summary>ε: over 0 and below 1, in steps of 10⁻⁹.</summary>
        public decimal Epsilon { get; }

        /// <summary>f: the share of the trusted that may collude, from 0, in steps of 10⁻⁹.</summary>
        public decimal Colluders { get; }

        /// <summary>
        /// a: the share of the honest that answer when they are asked, over 0 to 1, in steps of 10⁻⁹. Colluders always answer, so f' = f/(f
        /// + (1-f)a) of the votes are theirs, which has to be below a half. It is part of the policy, so that an audit has the same number.
        /// </summary>
        public decimal Answering { get; }

        /// <summary>The cap: to <see cref="MaxExecutions"/>.</summary>
        public int Limit { get; }

        /// <summary>
        /// j: by how many votes a result has to lead; the smallest with r^j / (1 + r^j) ≤ ε, r = f/((1-f)a), in exact integers. Over
        /// <see cref="MaxExecutions"/> where no smaller one is enough; 0 where the numbers are outside their limits.
        /// </summary>
        public int Lead { get; }

        /// <summary>f' = f/(f + (1-f)a).</summary>
        public double LyingVotes => JobConfidence.LyingVotes((double)Colluders, (double)Answering);

        public override string Text => string.Create(CultureInfo.InvariantCulture, $"{Name}({Numbers})");

        public override int First => Lead;

        public override int Most => Limit;

        public override int Earning => Lead > 1 ? Lead : 0;

        public override bool StatesError => true;

        private string Numbers
        {
            get
            {
                var text = string.Create(CultureInfo.InvariantCulture, $"{Written(Epsilon)}, {Written(Colluders)}");
                if (Answering != DefaultAnswering || Limit != _defaultLimit)
                    text += $", {Written(Answering)}";
                return Limit == _defaultLimit ? text : string.Create(CultureInfo.InvariantCulture, $"{text}, {Limit}");
            }
        }

        /// <summary>Newcomers have no vote. Where nobody has had a result, twice as many as at first are asked, and no more.</summary>
        public override Ruling Rule(ReadOnlySpan<Vote> votes)
        {
            var (best, size, all) = Largest(votes);
            var missing = Lead - ((2 * size) - all);
            if (best >= 0 && missing <= 0)
                return Ruling.Decided(best);
            var left = (all == 0 ? Math.Min(Limit, 2 * Lead) : Limit) - votes.Length;
            if (all == 0 && left > 0)
                return Ruling.AskMore(Math.Min(missing, left));
            return missing <= left ? Ruling.AskMore(missing) : Ruling.Unsure;
        }

        public override string? Check()
        {
            if (!IsShare(Epsilon) || Epsilon == 1)
                return $"{Text}: ε is over 0 and below 1, in steps of 10⁻⁹.";
            if (!IsShare(Answering))
                return $"{Text}: a is over 0 and at most 1, in steps of 10⁻⁹.";
            if (Colluders != 0 && !IsShare(Colluders))
                return $"{Text}: f is 0 to 1, in steps of 10⁻⁹.";
            if (Lead == 0)
                return $"{Text}: half of the votes or more would be colluders'; f/(f + (1-f)a) has to be less.";
            if (Lead > MaxExecutions)
                return $"{Text} would take a lead of more than {MaxExecutions}.";
            return Limit >= Lead && Limit <= MaxExecutions ? null : $"{Text} is not of a cap from its lead, {Lead}, to {MaxExecutions}.";
        }

        internal static Credibility? Read(IReadOnlyList<string> numbers)
        {
            var (answering, limit) = (DefaultAnswering, 0);
            return numbers.Count is >= 2 and <= 4
                && Number(numbers[0], out var epsilon) && Number(numbers[1], out var colluders)
                && (numbers.Count < 3 || Number(numbers[2], out answering))
                && (numbers.Count < 4 || int.TryParse(numbers[3], NumberStyles.None, CultureInfo.InvariantCulture, out limit))
                    ? new Credibility(epsilon, colluders, answering, limit)
                    : null;
        }

        internal static bool Number(string text, out decimal number) =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

        internal static string Written(decimal number) => number.ToString(Format, CultureInfo.InvariantCulture);

        internal static bool IsShare(decimal number) => number is > 0 and <= 1 && number * One == decimal.Truncate(number * One);

        /// <summary>Smallest j with F^j · (1-ε) ≤ ((1-f) a)^j · ε, where F = f; all in whole numbers.</summary>
        private static int LeadNeeded(decimal epsilon, decimal colluders, decimal answering)
        {
            var lies = new BigInteger(colluders * One) * new BigInteger(One);
            var truths = new BigInteger((1 - colluders) * One) * new BigInteger(answering * One);
            var (wrong, right) = (new BigInteger((1 - epsilon) * One), new BigInteger(epsilon * One));
            for (var lead = 1; lead <= MaxExecutions; lead++)
            {
                (wrong, right) = (wrong * lies, right * truths);
                if (wrong <= right)
                    return lead;
            }
            return MaxExecutions + 1;
        }

        /// <summary>
        /// The first vote for the result that most of the trusted gave, how many that is, and how many gave any. A result that leads is
        /// more than half, which one pass finds (Boyer and Moore 1981).
        /// </summary>
        private static (int Best, int Size, int All) Largest(ReadOnlySpan<Vote> votes)
        {
            Hash256? candidate = null;
            var (weight, all) = (0, 0);
            foreach (var vote in votes)
            {
                if (!vote.IsTrusted || vote.Digest is not { } digest)
                    continue;
                all++;
                if (weight == 0)
                    candidate = digest;
                weight += digest == candidate ? 1 : -1;
            }
            var (first, size) = (-1, 0);
            for (var i = 0; i < votes.Length && candidate is not null; i++)
            {
                if (!votes[i].IsTrusted || votes[i].Digest != candidate)
                    continue;
                first = first < 0 ? i : first;
                size++;
            }
            return 2 * size > all || all == 0 ? (first, size, all) : Largest(votes, all);
        }

        private static (int Best, int Size, int All) Largest(ReadOnlySpan<Vote> votes, int all)
        {
            var groups = new Dictionary<Hash256, (int First, int Size)>();
            for (var i = 0; i < votes.Length; i++)
            {
                if (!votes[i].IsTrusted || votes[i].Digest is not { } digest)
                    continue;
                ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, digest, out var known);
                group = (known ? group.First : i, group.Size + 1);
            }
            var best = groups.Values.OrderByDescending(group => group.Size).ThenBy(group => group.First).First();
            return (best.First, best.Size, all);
        }
    }
}
