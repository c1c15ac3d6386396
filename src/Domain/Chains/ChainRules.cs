using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using Delegate = AkkaCompute.Domain.Entries.Delegate;

namespace AkkaCompute.Domain.Chains;

/// <summary>
/// Judges entries: a pure function of the chain's state, the author's main chain, and the epoch. The cheap reasons come
/// first, the signature last; what an author may say of others is for <see cref="Counterparts"/>. An author asks the same
/// of its own states before it sends an entry: whoever signs another one for a place because the first was refused has forked.
/// </summary>
public static class ChainRules
{
    /// <summary>Begins an author's main chain with its declaration.</summary>
    public static AppendResult Start(Entry declaration, AdmissionRules rules, Epoch now)
    {
        if (Admission.Check(declaration, rules, now) is { } refused)
            return refused;
        return Apply(declaration);
    }

    /// <summary>Begins a chain with a declaration that was taken before, as when a journal is read: nothing is checked.</summary>
    /// <exception cref="ArgumentException">It is no declaration.</exception>
    public static Appended Apply(Entry declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        if (declaration.Claims is not Declare declare)
            throw new ArgumentException($"A chain begins with a declaration, not with {declaration}.", nameof(declaration));
        var head = new ChainHead(declaration.Place.Issuer, EntryPlace.Main, 0, declaration.Hash);
        return new Appended(
            new ChainState(head, declaration.Place.Checkpoint.Epoch, [new ChainKey(0, declare.Key)]) { NextKey = declare.Next }, null);
    }

    /// <summary>Appends to a chain that has been started or opened.</summary>
    /// <param name="main">The author's main chain; null where there is none.</param>
    /// <param name="chain">The chain that the entry names; null where there is none. The same as <paramref name="main"/> for number
    /// 0.</param>
    /// <param name="now">The epoch that includes it.</param>
    public static AppendResult Append(Entry entry, ChainState? main, ChainState? chain, Epoch now)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var place = entry.Place;
        if (main is null || main.Head.Author != place.Issuer || !main.IsMain)
            return Refuse(EntryRefusal.UnknownAuthor, $"iss: {place.Issuer} has not declared itself.");
        if (place.Sub == EntryPlace.Main)
            chain = main;
        if (chain is null || chain.Head.Author != place.Issuer || chain.Head.Sub != place.Sub)
            return Refuse(EntryRefusal.NotOpened, $"sub: {place.Issuer} has opened no chain {place.Sub}.");
        if (entry.Hash == chain.Head.Hash)
            return Repeated.Instance;
        if (place.Seq <= chain.Head.Seq)
            return new Behind(place.Seq);
        if (place.Seq > chain.Head.Seq + 1)
            return Refuse(EntryRefusal.Gap, $"seq: {place.Seq}, but the next one is {chain.Head.Seq + 1}.");
        if (Ended(chain, main) is { } ended)
            return ended;
        var (key, wrong) = chain.IsMain ? SuccessorOf(entry, chain) : (chain.Key, null);
        if ((wrong ?? Check(entry, chain, now)) is { } refused)
            return refused;
        if (!entry.Verify(key))
            return Refuse(EntryRefusal.BadSignature, $"entry: not signed by {key}, the key in force at {place.Seq}.");
        // Only now, as it accuses the author.
        return place.Previous == chain.Head.Hash
            ? Apply(entry, chain)
            : Refuse(EntryRefusal.OtherHistory, $"prev: {place.Previous}, but entry {chain.Head.Seq} is {chain.Head.Hash}.");
    }

    /// <summary>Null if the chain takes an entry with such claims in this epoch: what an author looks at before it sends its own.</summary>
    public static EntryRefused? Check(Entry entry, ChainState chain, Epoch now)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(chain);
        return DelegateRules.Check(entry, chain, now) ?? Misplaced(entry, chain, now);
    }

    /// <summary>Goes on with an entry that was taken before, as when a journal is read: only its place is checked.</summary>
    /// <exception cref="ArgumentException">It does not follow the head.</exception>
    public static Appended Apply(Entry entry, ChainState chain)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(chain);
        if (entry.Place != chain.Next(entry.Place.Checkpoint))
            throw new ArgumentException($"{entry} does not follow {chain.Head}.", nameof(entry));
        var next = chain.With(entry);
        return entry.Claims switch
        {
            Rotate rotate => new Appended(
                next with { Keys = chain.Keys.Add(new ChainKey(entry.Place.Seq, rotate.Key)), NextKey = rotate.Next }, null),
            Revoke revoke => new Appended(
                next with { Keys = chain.Keys.Add(new ChainKey(entry.Place.Seq, revoke.Key)), NextKey = null }, null),
            Open or Delegate => new Appended(next, ChainState.Opened(entry, chain.Key)),
            Accept accept when chain.Opening?.Claims is Delegate => new Appended(next with { Spent = chain.Spent + accept.Pay }, null),
            Settlement => new Appended(next with { Settled = true }, null),
            _ => new Appended(next, null),
        };
    }

    /// <summary>Says of an entry that is <see cref="Behind"/> whether it is the one that was kept, or another one for its place.</summary>
    /// <param name="main">The author's main chain.</param>
    /// <param name="chain">The chain that both are in.</param>
    /// <param name="kept">The entry that the chain has there.</param>
    public static AppendResult Compare(ChainState main, ChainState chain, Entry kept, Entry entry)
    {
        ArgumentNullException.ThrowIfNull(main);
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(kept);
        ArgumentNullException.ThrowIfNull(entry);
        if (kept.Place.Seq != entry.Place.Seq || kept.Place.Sub != chain.Head.Sub || kept.Place.Issuer != chain.Head.Author)
            throw new ArgumentException($"{kept} is not what the chain has in the place of {entry}.", nameof(kept));
        if (kept.Equals(entry))
            return Repeated.Instance;
        var key = chain.KeyAt(kept.Place.Seq);
        return ForkProof.Of(key, kept, entry) is { } proof
            ? new Forked(proof, key != chain.Key || Ended(chain, main) is not null)
            : Refuse(EntryRefusal.BadSignature, $"entry: not signed by {key}, the key in force at {kept.Place.Seq}.");
    }

    /// <summary>Which key signs the next entry of a main chain: a rotation and a revocation bring their own.</summary>
    private static (PublicKey Key, EntryRefused? Wrong) SuccessorOf(Entry entry, ChainState main)
    {
        PublicKey? successor = entry.Claims switch { Rotate rotate => rotate.Key, Revoke revoke => revoke.Key, _ => null };
        if (successor is not { } key)
            return (main.Key, null);
        if (key.NodeId.Hash != main.NextKey)
            return (key, Refuse(EntryRefusal.WrongNextKey, $"key: not the one of hash {main.NextKey} that was committed to."));
        return (key, entry.Claims is Rotate && main.Keys.Length >= ChainState.MaxKeys
            ? Refuse(EntryRefusal.TooManyKeys, $"key: {ChainState.MaxKeys} keys were in use; declare a new c-node.")
            : null);
    }

    /// <summary>A revocation ends all; a rotation the sub-chains of the keys before it, but for those of delegates.</summary>
    private static EntryRefused? Ended(ChainState chain, ChainState main)
    {
        if (main.IsRevoked)
            return Refuse(EntryRefusal.RevokedKey, $"iss: {main.Head.Author} has revoked its key.");
        return !chain.IsMain && chain.Opening?.Claims is not Delegate && main.Keys[^1].From > chain.Head.Sub
            ? Refuse(
                EntryRefusal.RevokedKey, $"sub: the key of {chain.Head.Sub} was replaced by entry {main.Keys[^1].From}; open a new one.")
            : null;
    }

    private static EntryRefused? Misplaced(Entry entry, ChainState chain, Epoch now)
    {
        var seen = entry.Place.Checkpoint.Epoch;
        if (seen > now || seen < chain.Seen)
            return Refuse(EntryRefusal.BadCheckpoint, $"cp: epoch {seen} is not between {chain.Seen}, which was named before, and {now}.");
        if (!chain.IsMain && entry.Claims is Declare or Rotate or Revoke or Open or Delegate or Issuance)
            return Refuse(EntryRefusal.WrongChain, $"typ: {entry.Claims.Type} belongs in the main chain.");
        if (chain.Opening?.Claims.OfJob is { } job && entry.Claims.OfJob != job)
            return Refuse(EntryRefusal.WrongJob, $"job: the chain {entry.Place.Sub} was opened for {job} only.");
        if (entry.Claims is Declare declare && (declare.Key != chain.Key || declare.Next != chain.NextKey))
            return Refuse(EntryRefusal.WrongKey, "key: not the one in force, or next: not the hash that was committed to.");
        if (entry.Claims.About == entry.Place.Issuer)
            return Refuse(EntryRefusal.AboutItself, $"typ: {entry.Claims.Type} about its own author.");
        // A boss judges by its delegate alone: else it would pay a friend from an escrow that its job pays workers from.
        return entry.Claims is Accept or Reject or Expired or Settlement && chain.Opening?.Claims is not Delegate
            ? Refuse(EntryRefusal.WrongChain, $"typ: {entry.Claims.Type} belongs in a delegate's chain.")
            : null;
    }

    private static EntryRefused Refuse(EntryRefusal reason, string message) => new(reason, message);
}
