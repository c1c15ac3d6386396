namespace AkkaCompute.Domain.Verification;

public abstract partial record Policy
{
    /// <summary>One execution, believed, whoever was asked: for one's own machines. It earns nothing.</summary>
    public sealed record None : Policy
    {
        /// <summary>What its text begins with.</summary>
        public const string Name = "none";

        public override string Text => Name;

        public override int First => 1;

        public override int Most => 1;

        public override int Earning => 0;

        public override Ruling Rule(ReadOnlySpan<Vote> votes)
        {
            for (var i = 0; i < votes.Length; i++)
            {
                if (votes[i].Digest is not null)
                    return Ruling.Decided(i);
            }
            return votes.Length < Most ? Ruling.AskMore(1) : Ruling.Unsure;
        }

        public override string? Check() => null;

        internal static None? Read(IReadOnlyList<string> numbers) => numbers.Count == 0 ? new None() : null;
    }
}
