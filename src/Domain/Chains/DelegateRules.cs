using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using Delegate = AkkaCompute.Domain.Entries.Delegate;

namespace AkkaCompute.Domain.Chains;

/// <summary>
/// What a Job may sign in its boss's place: that leases ran out, and verdicts by the policy that the boss wrote down, up to its
/// budget and its last epoch; and how its escrow ended. Whether the policy comes to such a verdict is checked by whoever has the results.
/// </summary>
internal static class DelegateRules
{
    /// <summary>Null if the chain is no delegate's, or the entry keeps to what the delegate was given.</summary>
    /// <param name="now">The epoch that includes the entry: never the author's clock.</param>
    internal static EntryRefused? Check(Entry entry, ChainState chain, Epoch now)
    {
        if (chain.Opening?.Claims is not Delegate grant)
            return null;
        if (now > grant.Last)
            return new EntryRefused(EntryRefusal.DelegateEnded, $"sub: the delegate's last epoch was {grant.Last}, and it is {now}.");
        if (chain.Settled)
            return new EntryRefused(EntryRefusal.DelegateEnded, "sub: the delegate has settled its job.");
        if (entry.Claims is Settlement settlement)
            return Check(settlement, grant, chain.Spent);
        var policy = entry.Claims switch
        {
            Accept accept => accept.Policy,
            Reject reject => reject.Policy,
            Expired => grant.Policy,
            _ => null,
        };
        if (policy is null)
            return new EntryRefused(
                EntryRefusal.WrongChain, $"typ: a delegate signs accept, reject, expired and settle, not {entry.Claims.Type}.");
        if (policy != grant.Policy)
            return new EntryRefused(EntryRefusal.WrongPolicy, $"policy: {policy}, but the delegate was given {grant.Policy}.");
        return entry.Claims is Accept { Pay: var pay } && pay > grant.Budget - chain.Spent
            ? new EntryRefused(EntryRefusal.OverBudget, $"pay: {pay}, but {grant.Budget - chain.Spent} are left of {grant.Budget}.")
            : null;
    }

    /// <summary>
    /// Null if a delegate is for the key that its job has had from the first one on: a boss that was not answered says it again. With a key
    /// of its own beside its job's, it would settle before the job does, and the records would drop what workers are owed.
    /// </summary>
    internal static EntryRefused? Second(Delegate grant, PublicKey first) => grant.Key == first
        ? null
        : new EntryRefused(EntryRefusal.WrongKey, $"key: {grant.Key}, but the delegate of job {grant.Job} is {first}.");

    /// <summary>
    /// It may misstate neither what it paid nor hand out more than it was given; the rest is checked by whoever keeps the accounts.
    /// </summary>
    private static EntryRefused? Check(Settlement settlement, Delegate grant, long spent)
    {
        if (settlement.Paid != spent)
            return new EntryRefused(EntryRefusal.OutOfRange, $"paid: {settlement.Paid}, but its accepts have paid {spent}.");
        // Three numbers below 2⁵³ each.
        var sum = settlement.Paid + settlement.Refund + settlement.Pool;
        return sum > grant.Budget
            ? new EntryRefused(EntryRefusal.OverBudget, $"paid, refund, pool: {sum} together, but the budget was {grant.Budget}.")
            : null;
    }
}
