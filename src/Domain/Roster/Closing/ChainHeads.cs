using System.Collections.Immutable;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>
/// The heads of all chains there ever were, and those that have moved since. Some 150 bytes a chain. A head only goes forward, and
/// that of a sub-chain waits for the one of the main entry that opened it: they may come from two nodes.
/// </summary>
internal sealed class ChainHeads
{
    /// <summary>Heads that one epoch takes; more are sent again.</summary>
    public const int MaxPerEpoch = 16_384;

    /// <summary>Heads of an author that are entered before anybody has more: many chains gain nothing over a few.</summary>
    public const int PerTurn = 8;

    private readonly RankedSet<ChainName, ChainHead> _waiting = new(MaxPerEpoch);
    private readonly Dictionary<NodeId, int> _ofAuthor = [];

    public MerkleSet<ChainName, ChainHead> Durable { get; private set; } = MerkleSet<ChainName, ChainHead>.Empty;

    /// <summary>Whether there is something to enter.</summary>
    public bool HasReady => _waiting.Items.Any(IsReady);

    /// <param name="trusted">Its author is: before all others.</param>
    /// <param name="beacon">Of the last record: the lot among authors of one rank.</param>
    public RosterReply Enter(ChainHead head, bool trusted, Hash256 beacon)
    {
        if (head.Sub < 0 || head.Seq < 0)
            return new RosterReply(RosterVerdict.BadRequest, Why: $"head: chain {head.Sub}, entry {head.Seq}: below 0.");
        if (head is { Sub: > 0, Seq: 0 })
            return new RosterReply(RosterVerdict.BadRequest, Why: $"head: chain {head.Sub}, entry 0: sub-chains begin with entry 1.");
        if (Durable.TryFind(head.Chain, out var durable) && durable.Seq >= head.Seq)
            return new RosterReply(RosterVerdict.AlreadyEntered);
        var waits = _waiting.TryFind(head.Chain, out var known);
        if (waits && known.Seq >= head.Seq)
            return new RosterReply(RosterVerdict.Unchanged);
        if (!_waiting.TryAdd(head.Chain, head, PriorityOf(head, trusted, beacon), out var displaced))
            return new RosterReply(RosterVerdict.EpochFull, Why: $"{MaxPerEpoch} heads wait: enter it again after the epoch.");
        if (!waits)
            Count(head.Author, 1);
        if (displaced is { } other)
            Count(other.Item.Author, -1);
        return new RosterReply(RosterVerdict.Accepted);
    }

    /// <summary>What waits for nothing but an epoch, by the chains' names.</summary>
    public ImmutableArray<ChainHead> ToEnter() => [.. _waiting.Items.Where(IsReady).OrderBy(head => head.Chain)];

    /// <summary>All heads with these.</summary>
    public MerkleSet<ChainName, ChainHead> With(ImmutableArray<ChainHead> heads) => Durable.With(heads, []);

    public void Apply(MerkleSet<ChainName, ChainHead> durable, ImmutableArray<ChainHead> entered)
    {
        Durable = durable;
        foreach (var head in entered)
        {
            if (_waiting.TryFind(head.Chain, out var waits) && waits.Seq <= head.Seq && _waiting.Remove(head.Chain))
                Count(head.Author, -1);
        }
    }

    /// <summary>
    /// Trusted authors are first. Of the others each has some heads before any has more, those that a record knows before those who have
    /// just declared themselves. A main chain is before the chains that it opened.
    /// </summary>
    private Priority PriorityOf(ChainHead head, bool trusted, Hash256 beacon)
    {
        var turn = head.Sub == EntryPlace.Main ? 0 : _ofAuthor.GetValueOrDefault(head.Author) / PerTurn;
        var known = Durable.TryFind(new ChainName(head.Author, EntryPlace.Main), out _);
        return new Priority(trusted ? 0 : 1, 2 * turn + (known ? 0 : 1), Lot.Of(beacon, head.Author));
    }

    private void Count(NodeId author, int one)
    {
        var count = _ofAuthor.GetValueOrDefault(author) + one;
        if (count == 0)
            _ofAuthor.Remove(author);
        else
            _ofAuthor[author] = count;
    }

    /// <summary>
    /// A chain is named by the number of the main entry that opened it: a record that had one without the other could not be audited.
    /// </summary>
    private bool IsReady(ChainHead head)
    {
        if (head.Sub == EntryPlace.Main)
            return true;
        var main = new ChainName(head.Author, EntryPlace.Main);
        return (Durable.TryFind(main, out var durable) && durable.Seq >= head.Sub)
            || (_waiting.TryFind(main, out var waits) && waits.Seq >= head.Sub);
    }
}
