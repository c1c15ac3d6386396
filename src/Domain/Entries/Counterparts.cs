using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// Whether what an entry says of another one fits that one. A pure function of the two; who was drawn, and whether the
/// policy comes to the verdict, is checked by whoever has the roster and the results.
/// </summary>
public static class Counterparts
{
    /// <summary>
    /// The hash of the entry that must be there before this one: a verdict's and a check's result, a reward's verdict or
    /// result. Null for types that name none.
    /// </summary>
    public static Hash256? NamedBy(Claims claims) => claims switch
    {
        Accept accept => accept.Result,
        Reject reject => reject.Result,
        Check check => check.Checked,
        Reward reward => reward.Entry,
        _ => null,
    };

    /// <summary>Null if they fit.</summary>
    /// <param name="entry">A verdict, a check, or a reward.</param>
    /// <param name="named">The entry of the hash <see cref="NamedBy"/>.</param>
    public static EntryRefused? Match(Entry entry, Entry named)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(named);
        if (NamedBy(entry.Claims) != named.Hash)
            return Refuse(entry, named, "another entry is named");
        if (entry.Claims.OfJob != named.Claims.OfJob)
            return Refuse(entry, named, "another job");
        return (entry.Claims, named.Claims) switch
        {
            (Accept accept, Result) => OfResult(accept.Tasks + accept.Unsure),
            (Reject reject, Result) => OfResult(reject.Tasks),
            (Check check, Result result) when check.Tasks[0] < result.First || check.Tasks[^1] >= result.First + result.Tasks =>
                Refuse(entry, named, "a task that is not of the result"),
            (Check, Result) => OfResult(1),
            (Reward { Verdict: RewardVerdict.Paid or RewardVerdict.Unpaid }, Accept accept) => OfVerdict(accept.Worker),
            (Reward { Verdict: RewardVerdict.WronglyRejected }, Reject reject) => OfVerdict(reject.Worker),
            (Reward { Verdict: RewardVerdict.Unpaid }, Result) => named.Place.Issuer == entry.Place.Issuer
                ? null
                : Refuse(entry, named, "another worker's result"),
            _ => Refuse(entry, named, "the types do not go together"),
        };

        EntryRefused? OfResult(int tasks)
        {
            if (named.Place.Issuer != entry.Claims.About)
                return Refuse(entry, named, "another worker's result");
            return tasks > ((Result)named.Claims).Tasks ? Refuse(entry, named, "more tasks than the result has") : null;
        }

        EntryRefused? OfVerdict(Ground.NodeId worker)
        {
            if (named.Place.Issuer != entry.Claims.About)
                return Refuse(entry, named, "another boss's verdict");
            return worker != entry.Place.Issuer ? Refuse(entry, named, "a verdict on another worker") : null;
        }
    }

    /// <summary>Null if a result is of a bundle of this page: its index, its first task, and how many there are.</summary>
    public static EntryRefused? Match(Result result, Submit page)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(page);
        if (result.Job != page.Job)
            return new EntryRefused(EntryRefusal.WrongCounterpart, "job: not the page's.");
        var place = result.Bundle - page.FirstBundle;
        var offset = Math.Clamp(place, 0, Submit.MaxPage) * page.Bundle;
        if (place < 0 || offset >= page.Tasks)
            return new EntryRefused(EntryRefusal.WrongCounterpart, $"bundle: {result.Bundle} is not of page {page.Page}.");
        return result.First == page.First + offset && result.Tasks == Math.Min(page.Bundle, page.Tasks - offset)
            ? null
            : new EntryRefused(EntryRefusal.WrongCounterpart, $"first, tasks: not those of bundle {result.Bundle}.");
    }

    private static EntryRefused Refuse(Entry entry, Entry named, string why) =>
        new(EntryRefusal.WrongCounterpart, $"typ: {entry.Claims.Type} about {named.Claims.Type} {named.Hash}: {why}.");
}
