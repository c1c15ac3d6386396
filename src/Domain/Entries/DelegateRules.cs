using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// What a Job may sign in its boss's place: that leases ran out, and verdicts by the policy that the boss wrote down, up to its
/// budget and its last epoch. Whether the policy comes to such a verdict is for who has the results.
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
        var policy = entry.Claims switch
        {
            Accept accept => accept.Policy,
            Reject reject => reject.Policy,
            Expired => grant.Policy,
            _ => null,
        };
        if (policy is null)
            return new EntryRefused(EntryRefusal.WrongChain, $"typ: a delegate signs accept, reject and expired, not {entry.Claims.Type}.");
        if (policy != grant.Policy)
            return new EntryRefused(EntryRefusal.WrongPolicy, $"policy: {policy}, but the delegate was given {grant.Policy}.");
        return entry.Claims is Accept { Pay: var pay } && pay > grant.Budget - chain.Spent
            ? new EntryRefused(EntryRefusal.OverBudget, $"pay: {pay}, but {grant.Budget - chain.Spent} are left of {grant.Budget}.")
            : null;
    }
}
