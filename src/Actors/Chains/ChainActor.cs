using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Actors.Chains;

/// <summary>
/// Keeps all chains of one author. One write is under way at a time, and what comes meanwhile is the next; a receipt goes out
/// when its entry is durable.
/// </summary>
public sealed class ChainActor : DurableActor
{
    /// <summary>Commands that wait for the write before them; whoever sends more is told to come again.</summary>
    private const int MostQueued = 256;

    /// <summary>Entries that may wait for being read from the journal, those of a batch; others are sent again by their authors.</summary>
    private const int MostLookups = MaxEntries;

    /// <summary>The entries of one event.</summary>
    private const int EntriesPerEvent = 1_024;

    /// <summary>Events between snapshots, or as many as half of the chains: a snapshot is in proportion to what was written.</summary>
    private const int EventsPerSnapshot = 256;

    private readonly ChainNode _node;
    private readonly NodeId _id;
    private readonly ChainJournal _journal;
    private readonly Queue<(object Command, IActorRef Sender)> _queue = new();
    private readonly Dictionary<Hash256, (Entry Entry, IActorRef Sender)> _lookups = [], _looking = []; // and those that are being read
    private readonly RecentEntries _recent = new();
    private AuthorChains _state;
    private EntryIndex _index = EntryIndex.Empty;
    private bool _writing, _stopping;

    public ChainActor(NodeId id, ChainNode node) : base(node.Durability)
    {
        (_id, _node, _state) = (id, node, AuthorChains.Empty(id));
        _journal = new ChainJournal(Context.System, PersistenceId, id);
        RecoverFrom<ChainSnapshot>(snapshot => (_state, _index) = (snapshot.Chains, snapshot.Index));
        Recover<EntriesAppended>(Apply);
        Recover<PlaceLent>(lent => _state = _state.Apply(lent));
        Recover<ForkProven>(proven => _state = _state.Apply(proven));
        Recover<RecoveryCompleted>(_ => OnRecovered());
        Command<Append>(Take);
        Command<Reserve>(Take);
        Command<Followed>(_ => Work());
        Command<GetPlace>(_ => Sender.Tell(_state.Answer()));
        Command<GetEntries>(OnGetEntries);
        Command<Found>(OnFound);
        Command<Status.Failure>(OnUnreadable);
    }

    public override string PersistenceId => $"chain-{_id}";

    private Epoch Now => _node.Rosters.Checkpoint.Epoch;

    private void Apply(EntriesAppended appended)
    {
        _index = _index.Add(new EntryMark(LastSequenceNr, _state.Count));
        _state = _state.Apply(appended);
        // An author that has moved to another node, as all did that were on the one before, brings in again what it has no receipt for.
        foreach (var bytes in appended.Entries)
        {
            if (Entry.TryParse(bytes.Span, out var entry, out _))
                _recent.Add(entry, appended.Epoch);
        }
    }

    /// <summary>
    /// All heads are told again, 80 bytes each: the keeper may have died between an append and its word of it, and many epochs may have
    /// passed since. The singleton says which of them a record has. A sub-chain that has no entry of its own has no head to be covered.
    /// </summary>
    private void OnRecovered()
    {
        foreach (var chain in _state.Chains.Values.Where(chain => chain.State.IsMain || chain.State.Head.Seq > 0))
            Tell(chain.State.Head);
        if (_state.BanProof is { } proof)
            _node.Replica.Tell(new RosterProtocol.Ban(_state.Author, proof));
        if (!_node.Rosters.Followed.IsCompleted)
            _node.Rosters.Followed.PipeTo(Self, success: () => Followed.Instance);
    }

    private void Take(object command) => Take(command, Sender);

    private void Take(object command, IActorRef sender)
    {
        if (command is Append append && AppendVerdict.Limit(append) is { } refused)
            sender.Tell(refused);
        else if (_queue.Count >= MostQueued || _stopping)
            sender.Tell(new Refused(RefusalReason.Unavailable, $"{_queue.Count} commands of {_id} wait for the journal: come again."));
        else
            _queue.Enqueue((command, sender));
        Work();
    }

    /// <summary>
    /// All that waits becomes one write. What changes nothing is answered at once: then nothing is under way. Nothing is judged before
    /// this node knows the epoch: a receipt of an old one is a promise that no record can keep.
    /// </summary>
    private void Work()
    {
        while (!_writing && _queue.Count > 0 && _node.Rosters.Followed.IsCompleted)
        {
            var batch = new ChainBatch(_state, _recent, _node);
            while (batch.Count < EntriesPerEvent && _queue.TryDequeue(out var next))
                batch.Add(next.Command, next.Sender);
            if (batch.Close() is not { Count: > 0 } events)
            {
                _state = batch.State;
                Answer(batch);
                continue;
            }
            _writing = true;
            var (left, first) = (events.Count, _state.Count);
            PersistAllAsync(events, durable =>
            {
                if (durable is EntriesAppended appended)
                {
                    _index = _index.Add(new EntryMark(LastSequenceNr, first));
                    first += appended.Entries.Count;
                }
                if (--left == 0)
                    OnWritten(batch);
            });
        }
    }

    private void OnWritten(ChainBatch batch)
    {
        var banned = _state.IsBanned;
        _writing = false;
        _state = batch.State;
        foreach (var sub in batch.Moved)
            Tell(_state.Chains[sub].State.Head);
        if (!banned && _state.BanProof is { } proof)
            _node.Replica.Tell(new RosterProtocol.Ban(_state.Author, proof));
        Answer(batch);
        SaveSnapshotAfter(Math.Max(EventsPerSnapshot, _state.Chains.Count / 2), () => new ChainSnapshot(_state, _index));
        Work();
        if (_stopping)
            OnStop();
    }

    private void Answer(ChainBatch batch)
    {
        batch.Answer(Self);
        foreach (var epoch in batch.Unseen.Distinct())
            _node.Records.Look(epoch);
        foreach (var lookup in batch.Unknown.Where(lookup => !_looking.ContainsKey(lookup.Entry.Hash)).Take(MostLookups - _lookups.Count))
            _lookups[lookup.Entry.Hash] = lookup;
        ReadNext();
    }

    private void Tell(ChainHead head) => _node.Replica.Tell(new RosterReplicaActor.HeadMoved(head));

    private void OnGetEntries(GetEntries query)
    {
        var from = Math.Max(0, query.From);
        if (from >= _state.Count || query.Count <= 0)
            Sender.Tell(new EntryPage(_id, from, [], from >= _state.Count));
        else
            _journal.ReadAsync(_index, from, query.Count, _state.Count, LastSequenceNr).PipeTo(Sender, Self, failure: Unreadable);
    }

    /// <summary>
    /// All that wait are read together, and compared: they are near each other, and each by itself would read the same events again.
    /// </summary>
    private void ReadNext()
    {
        if (_looking.Count > 0 || _lookups.Count == 0)
            return;
        foreach (var (hash, lookup) in _lookups)
            _looking.Add(hash, lookup);
        _lookups.Clear();
        _journal.FindAsync(
            _index, _looking.Values.Select(lookup => (lookup.Entry.Place.Sub, lookup.Entry.Place.Seq)).ToHashSet(), LastSequenceNr)
            .PipeTo(Self, success: kept => new Found(kept));
    }

    private void OnFound(Found found)
    {
        var durable = new List<(IActorRef To, ReadOnlyMemory<byte> Receipt)>();
        foreach (var (entry, sender) in _looking.Values.OrderBy(lookup => lookup.Entry.Place.Seq))
        {
            var place = entry.Place;
            var (kept, epoch) = found.Kept[(place.Sub, place.Seq)];
            switch (_state.Compare(kept, entry))
            {
                case Repeated:
                    durable.Add((sender, Receipt.Sign(_node.NodeKey, entry.Hash, epoch).Bytes));
                    break;
                case Forked fork:
                    Log.Error("{0} has forked: {1} and {2}.", _id, fork.Proof.First, fork.Proof.Second);
                    Take(fork, sender);
                    break;
                case EntryRefused refused:
                    sender.Tell(
                        new AppendRefused(_id, place.Sub, place.Seq, refused.Reason, refused.Message, _state.Expected(place.Sub)), Self);
                    break;
            }
        }
        foreach (var receipts in durable.GroupBy(one => one.To, one => one.Receipt))
            receipts.Key.Tell(new ChainProtocol.Appended(_id, [.. receipts]), Self);
        _looking.Clear();
        ReadNext();
    }

    private void OnUnreadable(Status.Failure failure)
    {
        Log.Error(failure.Cause, "Entries of {0} could not be read.", PersistenceId);
        _looking.Clear();
        ReadNext();
    }

    private Refused Unreadable(Exception cause)
    {
        Log.Error(cause, "Entries of {0} could not be read.", PersistenceId);
        return new Refused(RefusalReason.Unavailable, $"The entries of {_id} could not be read: {cause.Message}");
    }

    /// <summary>First a write under way ends, or the next keeper would not know of it.</summary>
    protected override void OnStop()
    {
        _stopping = true;
        if (!_writing && (_queue.Count == 0 || !_node.Rosters.Followed.IsCompleted))
            Context.Stop(Self);
    }

    private sealed class Followed
    {
        public static readonly Followed Instance = new();
    }

    private sealed record Found(IReadOnlyDictionary<(long Sub, long Seq), (Entry Entry, Epoch In)> Kept);
}
