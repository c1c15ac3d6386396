using System.Globalization;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Domain.Verification;

public abstract partial record Policy
{
    /// <summary>
    /// At most a share <see cref="Epsilon"/> of the job's outcomes is wrong, whoever the workers are: each bundle is done by one worker, of
    /// any standing, and a share <see cref="Share"/> of the results is done again by verifiers, of whom a share <see cref="Colluders"/>
    /// lies. A worker's result is final when <see cref="Checks"/> of its results of this job have passed that were drawn after this one was
    /// committed (<see cref="WorkerChecks"/>). What a caught worker did, and who did too little for so many checks, is done by
    /// <see cref="Otherwise"/>. <c>checked(ε, f, q)</c> or <c>checked(ε, f, q, a)</c>: a is not written where it is as it is by default.
    /// </summary>
    public sealed record Checked : ByChecks
    {
        /// <summary>What its text begins with.</summary>
        public const string Name = "checked";

        /// <summary>q, where nobody says otherwise.</summary>
        public const decimal DefaultShare = 0.1m;

        /// <summary>The most checks of one worker that a policy may ask for.</summary>
        public const int MaxChecks = 100_000;

        /// <inheritdoc cref="Checked"/>
        public Checked(
            decimal epsilon, decimal colluders = Credibility.DefaultColluders, decimal share = DefaultShare,
            decimal answering = Credibility.DefaultAnswering)
        {
            Share = share;
            Otherwise = LeadOf(epsilon, colluders, answering);
            if (Otherwise.Lead is > 0 and < MaxExecutions && epsilon is > 0 and < 1)
                Checks = JobConfidence.ChecksNeededOfAnybody(Otherwise.LyingVotes, (double)epsilon) ?? 0;
        }

        /// <summary>ε: over 0 and below 1, in steps of 10⁻⁹.</summary>
        public decimal Epsilon => Otherwise.Epsilon;

        /// <summary>f: the share of the trusted that may collude, from 0, in steps of 10⁻⁹.</summary>
        public decimal Colluders => Otherwise.Colluders;

        /// <summary>q: the share of results that are due for a check, over 0 to 1, in steps of 10⁻⁹.</summary>
        public decimal Share { get; }

        /// <inheritdoc cref="Credibility.Answering"/>
        public decimal Answering => Otherwise.Answering;

        /// <summary>
        /// K: bundles of the full size that have to be checked of one worker; 0 where the numbers are outside their limits.
        /// </summary>
        public override int Checks { get; }

        /// <summary>q in parts of 10⁹.</summary>
        public override long Parts => (long)(Share * Credibility.One);

        public override Credibility Otherwise { get; }

        public override string Text => string.Create(CultureInfo.InvariantCulture, $"{Name}({Numbers})");

        private string Numbers
        {
            get
            {
                var text = $"{Credibility.Written(Epsilon)}, {Credibility.Written(Colluders)}, {Credibility.Written(Share)}";
                return Answering == Credibility.DefaultAnswering ? text : $"{text}, {Credibility.Written(Answering)}";
            }
        }

        public override string? Check()
        {
            if (!Credibility.IsShare(Share))
                return $"{Text}: q is over 0 and at most 1, in steps of 10⁻⁹.";
            if (Otherwise.Check() is { } flaw)
                return $"{Text}: {flaw}";
            if (Otherwise.Lead >= MaxExecutions)
                return $"{Text} would take a lead of {MaxExecutions} or more.";
            return Checks is > 0 and <= MaxChecks ? null : $"{Text} would take more than {MaxChecks} checks of a worker.";
        }

        internal static Checked? Read(IReadOnlyList<string> numbers)
        {
            var answering = Credibility.DefaultAnswering;
            return numbers.Count is 3 or 4
                && Credibility.Number(numbers[0], out var epsilon) && Credibility.Number(numbers[1], out var colluders)
                && Credibility.Number(numbers[2], out var share)
                && (numbers.Count < 4 || Credibility.Number(numbers[3], out answering))
                    ? new Checked(epsilon, colluders, share, answering)
                    : null;
        }
    }
}
