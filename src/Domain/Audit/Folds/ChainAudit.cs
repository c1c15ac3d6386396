using System.Collections.Immutable;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>
/// All chains of all authors: every entry goes through the same judgement as when it was appended. A rotation or revocation ends
/// the author's sub-chains with its epoch, not within it, for records have no time between. What breaks the history is what no keeper
/// takes, whenever it comes. What depends on the time at which it came, which records do not have, is blamed: such an entry has its
/// place in its chain, and counts for nothing.
/// </summary>
/// <param name="live">The entries are from the own journal, where they were judged before they came in.</param>
internal sealed class ChainAudit(TrustRules rules, Findings findings, bool live)
{
    private readonly Dictionary<NodeId, Author> _authors = [];
    private readonly List<Hash256> _records = [default]; // by epoch; 0 is before the first

    private sealed class Author
    {
        public required ChainState Main;
        public required Declare Declaration;
        public Epoch DeclaredIn;
        // declarations that were replaced, and the last epoch that includes each
        public Dictionary<(CapabilitySet, string?), Epoch>? Earlier;
        public readonly Dictionary<long, ChainState> Subs = [];
        public readonly Dictionary<JobId, Entries.Delegate> Delegates = [];
        public List<Epoch>? Rotations; // by key, from the second one on: the epoch that includes its first entry
    }

    /// <summary>C-nodes that have declared themselves.</summary>
    internal int Authors => _authors.Count;

    /// <summary>All chains, main and sub.</summary>
    internal long Count { get; private set; }

    /// <summary>The last declaration of a c-node, and the epoch that includes it.</summary>
    internal (Declare Declaration, Epoch Epoch)? DeclarationOf(NodeId id) =>
        _authors.TryGetValue(id, out var author) ? (author.Declaration, author.DeclaredIn) : null;

    /// <summary>The last epoch that includes a declaration of just this which another one has replaced; null where there is none.</summary>
    internal Epoch? EarlierOf(NodeId id, CapabilitySet capabilities, string? owner) =>
        _authors.TryGetValue(id, out var author) && author.Earlier?.TryGetValue((capabilities, owner), out var epoch) == true
            ? epoch
            : null;

    /// <summary>The number of a chain's last entry; null where no such chain is known.</summary>
    internal long? HeadOf(NodeId id, long sub) =>
        !_authors.TryGetValue(id, out var author) ? null
        : sub == EntryPlace.Main ? author.Main.Head.Seq
        : author.Subs.TryGetValue(sub, out var chain) ? chain.Head.Seq : null;

    /// <summary>
    /// Whether a c-node has signed its main chain with a key, and the epoch that includes the end of it: the entry of the key after.
    /// Null for no key of its chain, or the one that revoked it and signs nothing else. The end is null for the key in force.
    /// </summary>
    internal (PublicKey Key, Epoch? Ended)? KeyOf(NodeId id, PublicKey? rotated)
    {
        if (!_authors.TryGetValue(id, out var author))
            return null;
        var keys = author.Main.Keys;
        for (var i = keys.Length - (author.Main.IsRevoked ? 2 : 1); i >= 0; i--)
        {
            if (id.SignsWith(keys[i].Key, rotated))
                return (keys[i].Key, i + 1 < keys.Length ? author.Rotations![i] : null);
        }
        return null;
    }

    /// <summary>The last epoch that may include a verdict on a boss's job; null where it has no delegate.</summary>
    internal Epoch? LastOf(NodeId boss, JobId job) =>
        _authors.TryGetValue(boss, out var author) && author.Delegates.TryGetValue(job, out var grant) ? grant.Last : null;

    /// <summary>The key that has signed, or would sign, at a place; null where no such chain is known.</summary>
    internal PublicKey? KeyAt(EntryPlace place) =>
        !_authors.TryGetValue(place.Issuer, out var author) ? null
        : place.Sub == EntryPlace.Main ? author.Main.KeyAt(place.Seq)
        : author.Subs.GetValueOrDefault(place.Sub)?.Key;

    /// <summary>The entries of an epoch, in the order of authors, chains and numbers.</summary>
    /// <returns>Whether all of them hold.</returns>
    internal bool Take(EpochSection section)
    {
        var now = section.Record.Number;
        var entries = section.Entries;
        for (var from = 0; from < entries.Count && !findings.IsBroken;)
        {
            var to = from + 1;
            while (to < entries.Count && entries[to].Entry.Place.Issuer == entries[from].Entry.Place.Issuer)
                to++;
            TakeAuthor(entries[from..to], section);
            from = to;
        }
        if (!findings.IsBroken)
            CompareHeads(section);
        _records.Add(section.Record.Hash);
        return !findings.IsBroken;
    }

    private void TakeAuthor(List<(Entry Entry, long Line)> entries, EpochSection section)
    {
        var now = section.Record.Number;
        _authors.TryGetValue(entries[0].Entry.Place.Issuer, out var author);
        var before = author?.Main;
        for (var i = 0; i < entries.Count; i++)
        {
            var (entry, line) = entries[i];
            var place = entry.Place;
            if (i > 0 && entries[i - 1].Entry is var last && (last.Place.Sub, last.Place.Seq) == (place.Sub, place.Seq))
                findings.Break(
                    $"{entry}: a second entry for this place; the other one is {last.Hash}: a fork, or one of them was put in.", entry.Hash,
                    line);
            else if (!live && Judge(entry, author) is { } refused)
                findings.Break($"{entry}: {refused}", entry.Hash, line);
            if (findings.IsBroken)
                return;
            if (Untimely(entry, author, before, now) is { } why)
            {
                findings.Blame(entry, line, $"{why} It counts for nothing.");
                section.Exclude(entry);
            }
            author = Apply(entry, author, now);
            before ??= author.Main;
        }
    }

    /// <summary>Null if the checkpoint is a record of this history.</summary>
    private string? Unseen(Checkpoint checkpoint) =>
        checkpoint.Epoch.Number >= (ulong)_records.Count ? $"epoch {checkpoint.Epoch} is not before the one that includes the entry."
        : _records[(int)checkpoint.Epoch.Number] != checkpoint.Hash
            ? $"the record of epoch {checkpoint.Epoch} is {_records[(int)checkpoint.Epoch.Number]}, not {checkpoint.Hash}: another history."
        : null;

    /// <summary>Null if a keeper takes it at some time: judged at the epoch that it names, the earliest one possible.</summary>
    private string? Judge(Entry entry, Author? author)
    {
        var seen = entry.Place.Checkpoint.Epoch;
        if (author is null)
            return Chains.ChainRules.Start(entry, rules.Admission with { MaxAge = null }, seen) is EntryRefused refusal
                ? refusal.Message
                : null;
        if (entry.Claims is Entries.Delegate grant
            && author.Delegates.TryGetValue(grant.Job, out var first)
            && DelegateRules.Second(grant, first.Key) is { } second)
            return second.Message;
        var main = entry.Place.Sub == EntryPlace.Main ? author.Main : AsOpened(author.Main, entry.Place.Sub);
        var result = Chains.ChainRules.Append(entry, main, author.Subs.GetValueOrDefault(entry.Place.Sub), seen);
        return result switch
        {
            Appended => null,
            EntryRefused refused => refused.Message,
            Behind => "an entry of this number is in the chain already: a fork, or a line that was put in.",
            _ => "the entry is in the chain already.",
        };
    }

    /// <summary>The main chain with the keys that it had when it opened a sub-chain.</summary>
    private static ChainState AsOpened(ChainState main, long sub) =>
        main with { Keys = main.Keys.RemoveAll(key => key.From > sub), NextKey = main.NextKey ?? default(Hash256) };

    /// <summary>
    /// Null if it came in time. Asked of a running cluster's own journal too: what counts is the same there and here. A keeper looks at the
    /// same; but its word of an entry may take longer to come into a record than the grace, and one of an old version looked at less.
    /// </summary>
    /// <param name="before">The main chain when the epoch began.</param>
    private string? Untimely(Entry entry, Author? author, ChainState? before, Epoch now)
    {
        var (place, seen) = (entry.Place, entry.Place.Checkpoint.Epoch.Number);
        if (Unseen(place.Checkpoint) is { } unseen)
            return $"cp: {unseen}";
        // It was appended at some time since its checkpoint, and at most the grace before the epoch that includes it.
        var last = now.Number - 1;
        var appended = Math.Max(seen, last > Receipt.Grace ? last - Receipt.Grace : 0);
        if (author is null)
        {
            return rules.Admission.MaxAge is { } age && appended - seen > (ulong)age
                ? $"cp: epoch {seen} is more than {age} epochs before {appended}, when it came at the earliest."
                : null;
        }
        if (place.Sub == EntryPlace.Main)
            return null;
        var opening = author.Subs[place.Sub].Opening?.Claims;
        if (opening is Entries.Delegate grant && appended > grant.Last.Number)
            return $"sub: the delegate's last epoch was {grant.Last}, and it came in epoch {appended} at the earliest.";
        if (before!.IsRevoked)
            return $"iss: {place.Issuer} had revoked its key before.";
        return opening is not Entries.Delegate && before.Keys[^1].From > place.Sub
            ? $"sub: the key of {place.Sub} was replaced by entry {before.Keys[^1].From} before."
            : null;
    }

    private Author Apply(Entry entry, Author? author, Epoch now)
    {
        if (author is null)
        {
            author = new Author
            {
                Main = Chains.ChainRules.Apply(entry).Chain, Declaration = (Declare)entry.Claims, DeclaredIn = now,
            };
            _authors.Add(entry.Place.Issuer, author);
            Count++;
            return author;
        }
        var isMain = entry.Place.Sub == EntryPlace.Main;
        var (chain, opened) = Chains.ChainRules.Apply(entry, isMain ? author.Main : author.Subs[entry.Place.Sub]);
        if (isMain)
            author.Main = chain;
        else
            author.Subs[entry.Place.Sub] = chain;
        if (opened is not null)
        {
            author.Subs.Add(opened.Head.Sub, opened);
            Count++;
        }
        if (entry.Claims is Declare again)
        {
            (author.Earlier ??= [])[(author.Declaration.Capabilities, author.Declaration.Owner)] = author.DeclaredIn;
            (author.Declaration, author.DeclaredIn) = (again, now);
        }
        else if (entry.Claims is Rotate or Revoke)
            (author.Rotations ??= []).Add(now);
        else if (entry.Claims is Entries.Delegate grant
            && (!author.Delegates.TryGetValue(grant.Job, out var before) || before.Last < grant.Last))
            author.Delegates[grant.Job] = grant;
        return author;
    }

    /// <summary>The epoch's heads are the ends of exactly those chains that have entries in it.</summary>
    private void CompareHeads(EpochSection section)
    {
        var ends = new Dictionary<(NodeId Author, long Sub), (Entry Entry, long Line)>();
        foreach (var (entry, line) in section.Entries)
            ends[(entry.Place.Issuer, entry.Place.Sub)] = (entry, line);
        foreach (var (head, line) in section.Heads)
        {
            if (!ends.Remove((head.Author, head.Sub), out var end))
                findings.Break(
                    $"head: the chain {head.Author}/{head.Sub} grows to {head.Seq}, and no entry of it is here.", head.Hash, line);
            else if (end.Entry.Hash != head.Hash || end.Entry.Place.Seq != head.Seq)
                findings.Break(
                    $"head: the chain {head.Author}/{head.Sub} grows to {head.Seq} {head.Hash}, but its last entry here is "
                    + $"{end.Entry.Place.Seq} {end.Entry.Hash}.",
                    head.Hash, line);
        }
        if (ends.Count > 0)
        {
            var (entry, line) = ends.Values.MinBy(end => end.Line);
            findings.Break($"{entry}: no head of this epoch covers it.", entry.Hash, line);
        }
    }
}
