using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Domain.Chains;

/// <summary>What becomes of one <see cref="Append"/>: a pure function of the chains, of what came, and of the epoch.</summary>
/// <param name="Next">The chains with what was taken.</param>
/// <param name="Taken">What is new and good, to be kept.</param>
/// <param name="Durable">What has a receipt when <paramref name="Taken"/> is durable, and the epoch that it says; in the order of the
/// message.</param>
/// <param name="Refused">One for each chain that went wrong.</param>
/// <param name="Unknown">The chain has an entry in this place, too long ago to be remembered: to be read and compared. Its key signed this
/// one.</param>
/// <param name="Unseen">Epochs whose records good entries name, and which are not known here: to be looked up, for the entries come
/// again.</param>
public sealed record AppendVerdict(
    AuthorChains Next, IReadOnlyList<Entry> Taken, IReadOnlyList<(Hash256 Entry, Epoch In)> Durable,
    IReadOnlyList<AppendRefused> Refused, IReadOnlyList<Entry> Unknown, IReadOnlyList<Epoch> Unseen)
{
    private static readonly EntryRefused _noNode = new(EntryRefusal.WrongChain, "typ: issue is for the keys of cluster nodes.");

    /// <summary>Null if the message keeps to its limits.</summary>
    public static Refused? Limit(Append append)
    {
        ArgumentNullException.ThrowIfNull(append);
        if (append.Entries.Count is 0 or > MaxEntries || append.Named.Count > append.Entries.Count)
            return new Refused(
                RefusalReason.Invalid,
                $"Append: {append.Entries.Count} entries and {append.Named.Count} named ones, but 1 to {MaxEntries}, and no more named.");
        var bytes = append.Entries.Sum(entry => (long)entry.Length) + append.Named.Sum(entry => (long)entry.Length);
        return bytes > MaxBytes
            ? new Refused(RefusalReason.TooLarge, $"Append: {bytes} bytes, at most {MaxBytes}.")
            : null;
    }

    /// <summary>Judges a message that keeps to its limits. About 50 µs an entry.</summary>
    /// <param name="recordOf">The hash of an epoch's record; null where it is not known here.</param>
    /// <param name="isNode">The author is the key of a cluster node: it may issue credits.</param>
    /// <param name="openings">Chains that the author may open in <see cref="Openings.Span"/> epochs.</param>
    public static AppendVerdict Of(
        AuthorChains chains, Append append, RecentEntries recent, AdmissionRules rules, Epoch now, Func<Epoch, Hash256?> recordOf,
        bool isNode = false, int openings = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(chains);
        ArgumentNullException.ThrowIfNull(append);
        ArgumentNullException.ThrowIfNull(recent);
        var judging = new Judging(append, recent, rules, now, recordOf, openings);
        foreach (var bytes in append.Entries)
        {
            if (!Entry.TryParse(bytes.Span, out var entry, out var refused))
            {
                // Which chain it is for can't be told, so nothing after it is looked at.
                judging.Refuse(EntryPlace.Main, 0, refused, chains.Expected(EntryPlace.Main));
                break;
            }
            if (!judging.Goes(entry))
            {
                judging.Pass(chains, entry);
                continue;
            }
            if (entry.Claims is Issuance && !isNode)
                judging.Refuse(entry.Place.Sub, entry.Place.Seq, _noNode, chains.Expected(entry.Place.Sub));
            else
                chains = judging.Judge(chains, entry);
        }
        return new AppendVerdict(chains, judging.Taken, judging.Durable, judging.Refused, judging.Unknown, judging.Unseen);
    }

    private sealed class Judging(
        Append append, RecentEntries recent, AdmissionRules rules, Epoch now, Func<Epoch, Hash256?> recordOf, int openings)
    {
        private readonly HashSet<long> _stopped = [];
        private readonly HashSet<long> _waiting = []; // of these, for a record
        private Dictionary<Hash256, ReadOnlyMemory<byte>>? _named;

        public List<Entry> Taken { get; } = [];

        public List<(Hash256, Epoch)> Durable { get; } = [];

        public List<AppendRefused> Refused { get; } = [];

        public List<Entry> Unknown { get; } = [];

        public List<Epoch> Unseen { get; } = [];

        public bool Goes(Entry entry) => !_stopped.Contains(entry.Place.Sub);

        /// <summary>
        /// An entry after one that was refused: where that waits for a record, the records of all that come with it are looked up at once.
        /// </summary>
        public void Pass(AuthorChains chains, Entry entry)
        {
            var place = entry.Place;
            if (_waiting.Contains(place.Sub)
                && chains.Chains.TryGetValue(place.Sub, out var chain)
                && entry.Verify(chain.State.KeyAt(place.Seq)))
                See(place);
        }

        public void Refuse(long sub, long seq, EntryRefused why, long expected)
        {
            _stopped.Add(sub);
            Refused.Add(new AppendRefused(append.NodeId, sub, seq, why.Reason, why.Message, expected));
        }

        public AuthorChains Judge(AuthorChains chains, Entry entry)
        {
            var place = entry.Place;
            var (next, result) = chains.Append(entry, Find, rules, now, recordOf, openings);
            switch (result)
            {
                case Appended:
                    recent.Add(entry, next.Last);
                    Taken.Add(entry);
                    Durable.Add((entry.Hash, next.Last));
                    break;
                case Repeated:
                    Durable.Add((entry.Hash, chains.Chains[place.Sub].In));
                    break;
                case Behind when recent.Find(entry) is { } known:
                    Durable.Add((entry.Hash, known));
                    break;
                // Only the author, or who has its key, makes anybody read a journal.
                case Behind when !entry.Verify(chains.Chains[place.Sub].State.KeyAt(place.Seq)):
                    Refuse(
                        place.Sub, place.Seq,
                        new EntryRefused(EntryRefusal.BadSignature, $"entry: not signed by the key in force at {place.Seq}."),
                        chains.Expected(place.Sub));
                    break;
                case Behind:
                    Unknown.Add(entry);
                    break;
                case EntryRefused refused:
                    if (refused.Reason == EntryRefusal.BadCheckpoint && See(place))
                        _waiting.Add(place.Sub);
                    Refuse(place.Sub, place.Seq, refused, chains.Expected(place.Sub));
                    break;
            }
            return next;
        }

        private bool See(EntryPlace place)
        {
            var epoch = place.Checkpoint.Epoch;
            if (epoch > now || recordOf(epoch) is not null)
                return false;
            if (!Unseen.Contains(epoch))
                Unseen.Add(epoch);
            return true;
        }

        private Entry? Find(Hash256 hash)
        {
            _named ??= Index();
            return _named.TryGetValue(hash, out var bytes) && Entry.TryParse(bytes.Span, out var entry, out _) ? entry : null;
        }

        private Dictionary<Hash256, ReadOnlyMemory<byte>> Index()
        {
            var index = new Dictionary<Hash256, ReadOnlyMemory<byte>>(append.Named.Count);
            foreach (var bytes in append.Named)
                index[Hash256.Of(bytes.Span)] = bytes;
            return index;
        }
    }
}
