namespace AkkaCompute.Domain.Verification;

public abstract partial record Policy
{
    /// <summary>
    /// Each bundle is done by one worker, of any standing, and verifiers whom a later beacon draws look at what it has committed itself to.
    /// Its result is final when <see cref="Checks"/> checks of this worker have passed that were drawn after the result was committed
    /// (<see cref="WorkerChecks"/>). What a verifier gainsays, and what a caught worker did, is done by <see cref="Otherwise"/>.
    /// </summary>
    public abstract record ByChecks : Policy
    {
        private protected ByChecks()
        {
        }

        /// <summary>Bundles of the full size that have to be checked of one worker; 0 where a number is outside its limits.</summary>
        public abstract int Checks { get; }

        /// <summary>The share of results that are due for a check, in parts of 10⁹.</summary>
        public abstract long Parts { get; }

        /// <summary>
        /// Whether a result is final by its own check alone, which is less than a run of all of it: then the check is no vote, and what
        /// else the worker did says nothing of it.
        /// </summary>
        public virtual bool IsFinalByOwnCheck => false;

        /// <summary>The rule by the lead of trusted strangers; of the one worker nothing counts in it.</summary>
        public abstract Credibility Otherwise { get; }

        public sealed override int First => 1;

        public sealed override int Most => Verifiers + 1;

        /// <summary>
        /// The most verifiers of a bundle: as many as the lead may ask for, and two where that is fewer, for a check and the closing draw.
        /// </summary>
        public int Verifiers => Math.Max(2, Otherwise.Limit);

        /// <summary>0: the word of one is compared with nobody's.</summary>
        public sealed override int Earning => 0;

        public sealed override bool StatesError => true;

        /// <summary>For the rule by the lead; the one worker may be one of the trusted.</summary>
        public sealed override int Needed => Otherwise.Lead + 1;

        /// <summary>
        /// Of one bundle alone: the vote that is not of a verifier (<see cref="Vote.IsTrusted"/> false) is right where nobody gainsays it.
        /// Whether its worker has passed enough checks is checked by whoever sees all of its bundles.
        /// </summary>
        public sealed override Ruling Rule(ReadOnlySpan<Vote> votes) => votes.Length == 0 ? Ruling.AskMore(1) : Second(votes, 0);

        /// <summary>
        /// What comes of a task whose worker is checked: its result where so many verifiers bear it out, and by their lead where one does
        /// not.
        /// </summary>
        /// <param name="wanted">Verifiers, from 0.</param>
        public Ruling Second(ReadOnlySpan<Vote> votes, int wanted)
        {
            var alone = AloneIn(votes);
            if (alone < 0 || votes[alone].Digest is not { } said)
                return Again(votes);
            var same = 0;
            foreach (var vote in votes)
            {
                if (!vote.IsTrusted || vote.Digest is null)
                    continue;
                if (vote.Digest != said)
                    return Again(votes);
                same++;
            }
            return same >= wanted ? Ruling.Decided(alone) : Ruling.AskMore(wanted - same);
        }

        /// <summary>What comes of a task that the trusted do again: by their lead.</summary>
        public Ruling Again(ReadOnlySpan<Vote> votes)
        {
            var alone = AloneIn(votes);
            if (alone < 0)
                return Otherwise.Rule(votes);
            var others = new Vote[votes.Length - 1];
            votes[..alone].CopyTo(others);
            votes[(alone + 1)..].CopyTo(others.AsSpan(alone));
            var ruling = Otherwise.Rule(others);
            return ruling.Kind == RulingKind.Decided && ruling.By >= alone ? Ruling.Decided(ruling.By + 1) : ruling;
        }

        /// <summary>The lead of these numbers, which leaves room for the one worker.</summary>
        private protected static Credibility LeadOf(decimal epsilon, decimal colluders, decimal answering)
        {
            var full = new Credibility(epsilon, colluders, answering);
            return full.Limit < MaxExecutions ? full : new Credibility(epsilon, colluders, answering, MaxExecutions - 1);
        }

        private static int AloneIn(ReadOnlySpan<Vote> votes)
        {
            for (var i = 0; i < votes.Length; i++)
            {
                if (!votes[i].IsTrusted)
                    return i;
            }
            return -1;
        }
    }
}
