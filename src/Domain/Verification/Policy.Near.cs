using System.Globalization;

namespace AkkaCompute.Domain.Verification;

public abstract partial record Policy
{
    /// <summary>
    /// As <see cref="Of"/>, but results count as the same whose numbers are near one another: for work that rounds otherwise on other
    /// machines. <c>near(f64, absolute, relative, POLICY)</c>, or <c>f32</c> or <c>json</c>. Two runs that did not end with numbers count
    /// as the same where their bytes are. What is not exact is evidence against nobody: no result is rejected, and none earns standing.
    /// </summary>
    public sealed record Near : Policy
    {
        /// <summary>What its text begins with.</summary>
        public const string Name = "near";

        /// <summary>The longest text that stands in entries.</summary>
        private const int MaxText = 128;

        private const string Digits = "0.############################";

        /// <inheritdoc cref="Near"/>
        /// <param name="absolute">From 0; up to 28 digits after the point.</param>
        /// <param name="relative">From 0 to below 1; up to 28 digits after the point. One of the two is over 0.</param>
        /// <param name="of">A quorum of two at least, or a credibility.</param>
        public Near(NumberForm form, decimal absolute, decimal relative, Policy of) =>
            (Form, Absolute, Relative, Of) = (form, absolute, relative, of);

        /// <summary>How the numbers are written.</summary>
        public NumberForm Form { get; }

        /// <summary>The part of the <see cref="Tolerance"/> that is the same for all numbers, from 0.</summary>
        public decimal Absolute { get; }

        /// <summary>The part of the <see cref="Tolerance"/> that is a share of the larger number, 0 to below 1.</summary>
        public decimal Relative { get; }

        /// <summary>How many have to agree.</summary>
        public Policy Of { get; }

        public override Comparison Comparison => new(Form, new Tolerance((double)Absolute, (double)Relative));

        public override string Text => $"{Name}({NameOf(Form)}, {Written(Absolute)}, {Written(Relative)}, {Of.Text})";

        public override int First => Of.First;

        public override int Most => Of.Most;

        /// <summary>0: what can't be compared by its bytes can't be checked by an audit.</summary>
        public override int Earning => 0;

        public override bool StatesError => Of.StatesError;

        public override int Needed => Of.Needed;

        /// <summary>
        /// Of votes whose results are not there to be compared: by their digests. <see cref="NearVotes"/> is for those that are.
        /// </summary>
        public override Ruling Rule(ReadOnlySpan<Vote> votes) => Of.Rule(votes);

        public override string? Check()
        {
            if (!Enum.IsDefined(Form))
                return $"{Text}: numbers are f64, f32 or json.";
            if (Absolute < 0)
                return $"{Text}: absolute is from 0.";
            if (Relative is < 0 or >= 1)
                return $"{Text}: relative is from 0 to below 1.";
            if (Absolute == 0 && Relative == 0)
                return $"{Text}: absolute and relative are 0: results are compared by their bytes without '{Name}'.";
            if (Text.Length > MaxText)
                return $"{Text}: {Text.Length} characters, at most {MaxText}.";
            if (Of is not (Credibility or Quorum { M: > 1 }))
                return $"{Text}: '{Of}' compares no two results, or by their bytes alone; it is of a quorum of 2 or more, or a "
                    + "credibility.";
            return Of.Check();
        }

        internal static Near? Read(IReadOnlyList<string> numbers) =>
            numbers.Count > 3 && FormOf(numbers[0]) is { } form
            && Credibility.Number(numbers[1], out var absolute) && Credibility.Number(numbers[2], out var relative)
            && Policies.Known.TryParse(Inner(numbers), out var of)
                ? new Near(form, absolute, relative, of)
                : null;

        /// <summary>The brackets at the end of the whole text were cut off with its own.</summary>
        private static string Inner(IReadOnlyList<string> numbers)
        {
            var text = string.Join(", ", numbers.Skip(3));
            return text.Contains('(', StringComparison.Ordinal) ? text + ")" : text;
        }

        private static NumberForm? FormOf(string name) => name switch
        {
            "f64" => NumberForm.F64,
            "f32" => NumberForm.F32,
            "json" => NumberForm.Json,
            _ => null,
        };

        private static string NameOf(NumberForm form) => form switch
        {
            NumberForm.F64 => "f64",
            NumberForm.F32 => "f32",
            NumberForm.Json => "json",
            _ => form.ToString(),
        };

        private static string Written(decimal number) => number.ToString(Digits, CultureInfo.InvariantCulture);
    }
}
