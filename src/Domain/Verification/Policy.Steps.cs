using System.Globalization;

namespace AkkaCompute.Domain.Verification;

public abstract partial record Policy
{
    /// <summary>
    /// For tasks that go from state to state (<see cref="Programs.Payload.Steps"/>): each is done by one worker, of any standing, that
    /// commits itself to all states. A verifier whom a later beacon draws runs <see cref="Count"/> steps again, which the same beacon
    /// draws. Where one gives another state the verifier runs all of the task, the trusted decide by <see cref="Otherwise"/>, and what a
    /// caught worker did is done again. With a chance of <see cref="Whole"/>, which the beacon draws too, the verifier runs all of them in
    /// any case. One bad step of T is found with a chance of some (1-f)(p + c/T). <c>steps(c, p)</c>, <c>steps(c, p, ε, f)</c> or
    /// <c>steps(c, p, ε, f, a)</c>: ε, f and a are those of the lead, and are not written where they are as they are by default.
    /// </summary>
    public sealed record Steps : ByChecks
    {
        public const string Name = "steps";

        /// <summary>The most steps that a verifier runs again.</summary>
        public const int MaxCount = 64;

        /// <summary>ε of the lead, where nobody says otherwise.</summary>
        public const decimal DefaultEpsilon = 0.01m;

        /// <inheritdoc cref="Steps"/>
        public Steps(
            int count, decimal whole = 0, decimal epsilon = DefaultEpsilon, decimal colluders = Credibility.DefaultColluders,
            decimal answering = Credibility.DefaultAnswering) =>
            (Count, Whole, Otherwise) = (count, whole, LeadOf(epsilon, colluders, answering));

        /// <summary>c: 1 to <see cref="MaxCount"/>.</summary>
        public int Count { get; }

        /// <summary>p: the chance that all of a task is run again, 0 to 1, in steps of 10⁻⁹.</summary>
        public decimal Whole { get; }

        /// <summary>p in parts of 10⁹.</summary>
        public long WholeParts => (long)(Whole * Credibility.One);

        public override bool IsFinalByOwnCheck => true;

        /// <summary>1: a result is final by its own check.</summary>
        public override int Checks => 1;

        /// <summary>All results are checked.</summary>
        public override long Parts => (long)Credibility.One;

        public override Credibility Otherwise { get; }

        public override string Text => string.Create(CultureInfo.InvariantCulture, $"{Name}({Numbers})");

        private string Numbers
        {
            get
            {
                var text = string.Create(CultureInfo.InvariantCulture, $"{Count}, {Credibility.Written(Whole)}");
                var (epsilon, f, a) = (Otherwise.Epsilon, Otherwise.Colluders, Otherwise.Answering);
                if ((epsilon, f, a) == (DefaultEpsilon, Credibility.DefaultColluders, Credibility.DefaultAnswering))
                    return text;
                text += $", {Credibility.Written(epsilon)}, {Credibility.Written(f)}";
                return a == Credibility.DefaultAnswering ? text : $"{text}, {Credibility.Written(a)}";
            }
        }

        public override string? Check()
        {
            if (Count is < 1 or > MaxCount)
                return $"{Text}: c is 1 to {MaxCount} steps.";
            if (Whole != 0 && !Credibility.IsShare(Whole))
                return $"{Text}: p is 0 to 1, in steps of 10⁻⁹.";
            if (Otherwise.Check() is { } flaw)
                return $"{Text}: {flaw}";
            return Otherwise.Lead < MaxExecutions ? null : $"{Text} would take a lead of {MaxExecutions} or more.";
        }

        internal static Steps? Read(IReadOnlyList<string> numbers)
        {
            var (epsilon, f, a) = (DefaultEpsilon, Credibility.DefaultColluders, Credibility.DefaultAnswering);
            return numbers.Count is 2 or 4 or 5
                && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && Credibility.Number(numbers[1], out var whole)
                && (numbers.Count < 4 || (Credibility.Number(numbers[2], out epsilon) && Credibility.Number(numbers[3], out f)))
                && (numbers.Count < 5 || Credibility.Number(numbers[4], out a))
                    ? new Steps(count, whole, epsilon, f, a)
                    : null;
        }
    }
}
