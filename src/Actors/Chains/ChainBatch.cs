using Akka.Actor;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Actors.Chains;

/// <summary>What one write of a <see cref="ChainActor"/> makes durable, and what is said afterwards.</summary>
internal sealed class ChainBatch(AuthorChains state, RecentEntries recent, ChainNode node)
{
    private readonly Epoch _now = node.Rosters.Checkpoint.Epoch;
    private readonly List<object> _events = [];
    private readonly List<ReadOnlyMemory<byte>> _entries = [];
    private readonly List<(IActorRef To, AppendVerdict Verdict)> _verdicts = [];
    private readonly List<(IActorRef To, IWire Reply)> _replies = [];

    /// <summary>The chains when it is durable.</summary>
    public AuthorChains State { get; private set; } = state;

    /// <summary>Entries so far.</summary>
    public int Count { get; private set; }

    /// <summary>The chains that have grown.</summary>
    public HashSet<long> Moved { get; } = [];

    /// <summary>What has to be read and compared before it is answered.</summary>
    public IEnumerable<(Entry Entry, IActorRef Sender)> Unknown =>
        _verdicts.SelectMany(verdict => verdict.Verdict.Unknown.Select(entry => (entry, verdict.To)));

    /// <summary>Epochs whose records are to be looked up.</summary>
    public IEnumerable<Epoch> Unseen => _verdicts.SelectMany(verdict => verdict.Verdict.Unseen);

    public void Add(object command, IActorRef sender)
    {
        switch (command)
        {
            case Append append:
                Add(append, sender);
                break;
            case Reserve reserve:
                Add(reserve, sender);
                break;
            case Forked fork:
                Add(fork, sender);
                break;
        }
    }

    /// <summary>The events, in their order; none where nothing is new.</summary>
    public IReadOnlyList<object> Close()
    {
        CloseEntries();
        return _events;
    }

    /// <summary>It is durable: receipts, refusals, places.</summary>
    public void Answer(IActorRef self)
    {
        foreach (var (to, verdict) in _verdicts)
        {
            if (verdict.Durable.Count > 0)
            {
                var receipts = verdict.Durable.Select(entry => Receipt.Sign(node.NodeKey, entry.Entry, entry.In).Bytes);
                to.Tell(new ChainProtocol.Appended(State.Author, [.. receipts]), self);
            }
            foreach (var refused in verdict.Refused)
                to.Tell(refused, self);
        }
        foreach (var (to, reply) in _replies)
            to.Tell(reply, self);
    }

    private void Add(Append append, IActorRef sender)
    {
        var isNode = node.KeyOf(append.NodeId) is not null;
        var openings = node.Budgets.OpeningsOf(isNode || node.Rosters.IsTrusted(append.NodeId), node.Rosters.SinceRecord);
        var verdict = AppendVerdict.Of(
            State, append, recent, node.Rules.Admission, _now, node.Rosters.Records.HashOf, isNode, openings);
        State = verdict.Next;
        Count += append.Entries.Count;
        foreach (var entry in verdict.Taken)
        {
            _entries.Add(entry.Bytes);
            Moved.Add(entry.Place.Sub);
        }
        _verdicts.Add((sender, verdict));
    }

    private void Add(Reserve reserve, IActorRef sender)
    {
        Count++;
        var (lent, reply) = State.Process(reserve, node.Time.GetUtcNow(), node.PlaceHeldFor, node.Rosters.Checkpoint);
        _replies.Add((sender, reply));
        if (lent is null)
            return;
        if (lent.Seq > 0) // else nothing is kept of it
        {
            CloseEntries();
            _events.Add(lent);
        }
        State = State.Apply(lent);
    }

    private void Add(Forked fork, IActorRef sender)
    {
        Count++;
        var place = fork.Proof.First.Place;
        _replies.Add((sender, new AppendRefused(
            State.Author, place.Sub, place.Seq, EntryRefusal.Fork, $"seq: the author signed another entry for {place.Sub}/{place.Seq}.",
            State.Expected(place.Sub))));
        if (State.Prove(fork) is not { } proven)
            return;
        CloseEntries();
        _events.Add(proven);
        State = State.Apply(proven);
    }

    private void CloseEntries()
    {
        if (_entries.Count == 0)
            return;
        _events.Add(new EntriesAppended(State.Author, [.. _entries], State.Last));
        _entries.Clear();
    }
}
