using System.Collections.Immutable;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Chains.ChainProtocol;
using Delegate = AkkaCompute.Domain.Entries.Delegate;

namespace AkkaCompute.Domain.Chains;

/// <summary>A chain that is kept, and the epoch in which its head was appended.</summary>
public sealed record KeptChain(ChainState State, Epoch In);

/// <summary>
/// All chains of one author as their keeper has them: it judges entries, lends places in the main chain, and folds what was kept.
/// Never changes in place. Entries are not in it.
/// </summary>
/// <param name="Chains">By their number; the main chain is 0.</param>
/// <param name="Count">How many entries were appended to all of them.</param>
/// <param name="Last">The epoch of the last append: time does not go backwards in an author's chains, wherever they are kept.</param>
/// <param name="Declaration">The latest declaration, and the epoch in which it was appended.</param>
/// <param name="Lent">Who holds the next place of the main chain, or held it last.</param>
/// <param name="Contested">Places that were lent more than once, to one holder too: two entries for one of these are no fork.</param>
/// <param name="Fork">With a key that was in force: the author is out.</param>
/// <param name="Forked">Chains whose fork is on record without a ban: a delegate's, or one by a key that had ended.</param>
public sealed record AuthorChains(
    NodeId Author, ImmutableDictionary<long, KeptChain> Chains, long Count, Epoch Last, (Entry Entry, Epoch In)? Declaration,
    PlaceLent? Lent, ImmutableArray<long> Contested, ForkProven? Fork, ImmutableHashSet<long> Forked)
{
    /// <summary>The most chains of one author.</summary>
    public const int MaxChains = 65_536;

    /// <summary>Contested places that are remembered: the latest.</summary>
    public const int MaxContested = 16;

    /// <summary>Chains that were opened of late.</summary>
    public Openings Opened { get; init; }

    public static AuthorChains Empty(NodeId author) =>
        new(author, ImmutableDictionary<long, KeptChain>.Empty, 0, Epoch.None, null, null, [], null, []);

    /// <summary>How often a place was lent, but for the first one.</summary>
    public long Turn { get; init; }

    /// <summary>How often the first place was lent, as far as this keeper knows.</summary>
    public long FirstLends { get; init; }

    /// <summary>The number that the next request for a place has to name; below 0 before the declaration.</summary>
    public long NextTurn => Main is null ? -1 - FirstLends : Turn;

    public ChainState? Main => Chains.GetValueOrDefault(EntryPlace.Main)?.State;

    public bool IsBanned => Fork is not null;

    /// <summary>What bans the author: the two entries, one a line; null where there is no fork.</summary>
    public byte[]? BanProof => Fork is { } fork ? [.. fork.First.Span, (byte)'\n', .. fork.Second.Span] : null;

    /// <summary>The number of the next entry in a chain.</summary>
    public long Expected(long sub) => Chains.TryGetValue(sub, out var chain) ? chain.State.Head.Seq + 1 : sub == EntryPlace.Main ? 0 : 1;

    /// <summary>Judges the next entry of any of the chains.</summary>
    /// <param name="named">Finds the entry of this hash among those that came along.</param>
    /// <param name="now">The epoch in force.</param>
    /// <param name="recordOf">The hash of an epoch's record; null where it is not known here.</param>
    /// <param name="openings">Chains that the author may open in <see cref="Openings.Span"/> epochs.</param>
    public (AuthorChains Next, AppendResult Result) Append(
        Entry entry, Func<Hash256, Entry?> named, AdmissionRules rules, Epoch now, Func<Epoch, Hash256?> recordOf,
        int openings = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(named);
        now = Later(now);
        if ((Refuse(entry) ?? Spent(entry, openings, now)) is { } refused)
            return (this, refused);
        var result = Main is null && entry.Place.Seq == 0
            ? ChainRules.Start(entry, rules, now)
            : ChainRules.Append(entry, Main, Chains.GetValueOrDefault(entry.Place.Sub)?.State, now);
        if (result is not Appended appended)
            return (this, result);
        // After the signature: only who has the author's key makes anybody look for an old record.
        return (CheckpointRules.Check(entry.Place.Checkpoint, recordOf) ?? Unmatched(entry, named)) is { } wrong
            ? (this, wrong)
            : (With(appended, entry, now), result);
    }

    /// <summary>Compares an entry that is <see cref="Behind"/> with the one that was kept in its place.</summary>
    public AppendResult Compare(Entry kept, Entry entry)
    {
        ArgumentNullException.ThrowIfNull(kept);
        var result = ChainRules.Compare(Main!, Chains[kept.Place.Sub].State, kept, entry);
        return result is Forked && kept.Place.Sub == EntryPlace.Main && WasFree(kept, entry)
            ? new EntryRefused(EntryRefusal.Fork, $"seq: {kept.Place.Seq} was free for two, and the other entry was first.")
            : result;
    }

    /// <summary>
    /// Whether an honest author may have signed both. That the first place is lent is known to one keeper, until it ends: two programs with
    /// a new key may both declare it. And who signs several entries for a place that another had too goes on from its own: where two
    /// histories part is the proof, not after that.
    /// </summary>
    private bool WasFree(Entry kept, Entry entry) =>
        kept.Place.Seq == 0 || Contested.Contains(kept.Place.Seq) || kept.Place.Previous != entry.Place.Previous;

    /// <summary>What becomes of a fork: an event, or none where it is known already.</summary>
    public ForkProven? Prove(Forked fork)
    {
        ArgumentNullException.ThrowIfNull(fork);
        var proof = fork.Proof;
        return IsBanned || Forked.Contains(proof.First.Place.Sub)
            ? null
            : new ForkProven(Author, proof.Key, proof.First.Bytes, proof.Second.Bytes, fork.KeyEnded);
    }

    /// <summary>
    /// Lends the next place of the main chain, or says that it is lent. That the first place was lent is not to be kept: keys are free, and
    /// only a proof of work leaves something durable.
    /// </summary>
    /// <param name="now">The keeper's clock.</param>
    /// <param name="hold">How long.</param>
    public (PlaceLent? Event, IWire Reply) Process(Reserve command, DateTimeOffset now, TimeSpan hold, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (IsBanned)
            return (null, new Refused(RefusalReason.Invalid, $"Reserve.NodeId: {Author} has forked, and nothing more of it is taken."));
        if (command.CheckSignature() is { } unsigned)
            return (null, unsigned);
        var (main, key) = (Main, command.Signature!.Key);
        if (main is null && key.NodeId != Author)
            return (null, new Refused(
                RefusalReason.Invalid, $"Reserve.Signature: {Author} has not declared itself, and {key} is not its first key."));
        if (main is not null && key != main.Key)
            return (null, Answer());
        var next = Expected(EntryPlace.Main);
        // A keeper that starts again on a clock that was set back must not hold the place until that clock is there again.
        var lent = Lent is { } before && before.Seq == next && before.Until > now && before.Until - now <= hold ? Lent : null;
        if (lent is not null && lent.Holder != command.Holder)
            return (null, new Refused(
                RefusalReason.Unavailable, $"Reserve: somebody else signs into the main chain of {Author} until {lent.Until:O}."));
        // A record that this node has not seen yet may be named already.
        if (main is not null && main.Seen > checkpoint.Epoch)
            return (null,
                new Refused(RefusalReason.Unavailable, $"Reserve: this node is at epoch {checkpoint.Epoch}, the chain at {main.Seen}."));
        // Asked again: its time does not begin anew. One who saw the first answer may have signed for the place, and does it once more.
        if (lent is not null && command.Turn == NextTurn && next > 0 && !Contested.Contains(next))
            return (lent, Reserved(lent.Until - now, NextTurn + 1));
        if (lent is not null)
            return (null, Reserved(lent.Until - now, NextTurn));
        return command.Turn == NextTurn
            ? (new PlaceLent(Author, command.Holder, next, now + hold), Reserved(hold, main is null ? NextTurn - 1 : NextTurn + 1))
            : (null, Answer());

        Reserved Reserved(TimeSpan time, long turn) =>
            new(Author, next, main?.Head.Hash ?? default, checkpoint, time, main is null ? null : Known(main)) { Turn = turn };
    }

    /// <summary>Where the main chain stands.</summary>
    public ChainProtocol.Place Answer() => new(Author, NextTurn, Main is { } main ? Known(main) : null);

    public AuthorChains Apply(PlaceLent lent)
    {
        ArgumentNullException.ThrowIfNull(lent);
        if (lent.Seq == 0)
            return this with { Lent = lent, FirstLends = FirstLends + 1 };
        var again = Lent is { } before && before.Seq == lent.Seq && !Contested.Contains(lent.Seq);
        var contested = again ? Contested.Add(lent.Seq) : Contested;
        return this with
        {
            Lent = lent, Turn = Turn + 1, Contested = contested.Length > MaxContested ? contested.RemoveAt(0) : contested,
        };
    }

    /// <summary>Entries that were judged when they were kept.</summary>
    /// <exception cref="ArgumentException">They do not go on from here: the journal is not the one that was written.</exception>
    public AuthorChains Apply(EntriesAppended appended)
    {
        ArgumentNullException.ThrowIfNull(appended);
        var state = this;
        foreach (var bytes in appended.Entries)
        {
            if (!Entry.TryParse(bytes.Span, out var entry, out var refused))
                throw new ArgumentException(refused.Message, nameof(appended));
            var next = state.Main is null
                ? ChainRules.Apply(entry)
                : ChainRules.Apply(entry, state.Chains[entry.Place.Sub].State);
            state = state.With(next, entry, appended.Epoch);
        }
        return state;
    }

    public AuthorChains Apply(ForkProven proven)
    {
        ArgumentNullException.ThrowIfNull(proven);
        if (!Entry.TryParse(proven.First.Span, out var first, out var refused))
            throw new ArgumentException(refused.Message, nameof(proven));
        // A key that had ended may be in a thief's hands: kept as evidence, and its chains take nothing more anyway.
        // A delegate's key is its Job's: its node may misuse it, and only that chain ends.
        var sub = first.Place.Sub;
        var delegated = Chains[sub].State.Opening?.Claims is Delegate;
        return proven.KeyEnded || delegated ? this with { Forked = Forked.Add(sub) } : this with { Fork = proven };
    }

    private ChainAuthor Known(ChainState main) => new(main.Key, main.NextKey, Declaration!.Value.Entry.Bytes, Declaration.Value.In);

    private Epoch Later(Epoch now) => now < Last ? Last : now;

    private EntryRefused? Refuse(Entry entry)
    {
        if (entry.Place.Issuer != Author)
            return new EntryRefused(EntryRefusal.UnknownAuthor, $"iss: {entry.Place.Issuer}, but these are the chains of {Author}.");
        if (IsBanned)
            return new EntryRefused(EntryRefusal.Banned, $"iss: {Author} has forked, and nothing more of it is taken.");
        if (entry.Place.Sub != EntryPlace.Main && Forked.Contains(entry.Place.Sub))
            return new EntryRefused(EntryRefusal.Banned, $"sub: the chain {entry.Place.Sub} has been forked, and takes nothing more.");
        if (entry.Claims is Delegate grant && DelegateOf(grant.Job) is { } first && DelegateRules.Second(grant, first) is { } second)
            return second;
        return Chains.Count >= MaxChains && entry.Claims is Open or Delegate
            ? new EntryRefused(EntryRefusal.TooManyChains, $"typ: {Author} has {MaxChains} chains, and may not open another one.")
            : null;
    }

    /// <summary>
    /// A job's chain is not opened where the delegate that follows would find no room: whoever brings both in again would open one each
    /// time.
    /// </summary>
    private EntryRefused? Spent(Entry entry, int openings, Epoch now)
    {
        var needed = entry.Claims switch { Open => 2, Delegate => 1, _ => 0 };
        return needed > 0 && entry.Place.Seq == Expected(entry.Place.Sub) && Opened.At(now) + needed > openings
            ? new EntryRefused(EntryRefusal.TooManyOpenings,
                $"typ: {Author} has opened {Opened.At(now)} chains in the last {Openings.Span} epochs, and may open {openings}: "
                + "bring it in again later.")
            : null;
    }

    /// <summary>The key that may sign verdicts on a job; null where none was given. Once a job: it looks at each of the chains.</summary>
    private PublicKey? DelegateOf(JobId job)
    {
        foreach (var (_, chain) in Chains)
        {
            if (chain.State.Opening?.Claims is Delegate grant && grant.Job == job)
                return grant.Key;
        }
        return null;
    }

    private static EntryRefused? Unmatched(Entry entry, Func<Hash256, Entry?> named)
    {
        if (Counterparts.NamedBy(entry.Claims) is not { } name)
            return null;
        return named(name) is { } other
            ? Counterparts.Match(entry, other)
            : new EntryRefused(EntryRefusal.WrongCounterpart, $"typ: {entry.Claims.Type} names {name}, which did not come along.");
    }

    private AuthorChains With(Appended appended, Entry entry, Epoch now)
    {
        var chains = Chains.SetItem(entry.Place.Sub, new KeptChain(appended.Chain, now));
        if (appended.Opened is { } opened)
            chains = chains.SetItem(opened.Head.Sub, new KeptChain(opened, now));
        return this with
        {
            Chains = chains,
            Count = Count + 1,
            Last = Later(now),
            Declaration = entry.Claims is Declare ? (entry, now) : Declaration,
            Opened = appended.Opened is null ? Opened : Opened.Add(Later(now)),
        };
    }
}
