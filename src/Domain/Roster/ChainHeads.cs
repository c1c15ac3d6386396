using System.Collections.Immutable;
using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// The heads of all chains there ever were, and those that have moved since. Some 150 bytes a chain. A head only goes forward, and
/// that of a sub-chain waits for the one of the main entry that opened it: they may come from two nodes.
/// </summary>
internal sealed class ChainHeads
{
    /// <summary>Heads that one epoch takes; more are sent again.</summary>
    public const int MaxPerEpoch = 16_384;

    private readonly Dictionary<ChainName, ChainHead> _waiting = [];

    public MerkleSet<ChainName, ChainHead> Durable { get; private set; } = MerkleSet<ChainName, ChainHead>.Empty;

    /// <summary>Whether there is something to enter.</summary>
    public bool HasReady => _waiting.Values.Any(IsReady);

    public RosterReply Enter(ChainHead head)
    {
        if (head.Sub < 0 || head.Seq < 0)
            return new RosterReply(RosterVerdict.BadRequest, Why: $"head: chain {head.Sub}, entry {head.Seq}: below 0.");
        if (head is { Sub: > 0, Seq: 0 })
            return new RosterReply(RosterVerdict.BadRequest, Why: $"head: chain {head.Sub}, entry 0: sub-chains begin with entry 1.");
        if (Durable.TryFind(head.Chain, out var durable) && durable.Seq >= head.Seq)
            return new RosterReply(RosterVerdict.AlreadyEntered);
        if (_waiting.TryGetValue(head.Chain, out var waits) && waits.Seq >= head.Seq)
            return new RosterReply(RosterVerdict.Unchanged);
        if (_waiting.Count >= MaxPerEpoch && !_waiting.ContainsKey(head.Chain))
            return new RosterReply(RosterVerdict.EpochFull, Why: $"{MaxPerEpoch} heads wait: enter it again after the epoch.");
        _waiting[head.Chain] = head;
        return new RosterReply(RosterVerdict.Accepted);
    }

    /// <summary>What waits for nothing but an epoch, by the chains' names.</summary>
    public ImmutableArray<ChainHead> ToEnter() => [.. _waiting.Values.Where(IsReady).OrderBy(head => head.Chain)];

    /// <summary>All heads with these.</summary>
    public MerkleSet<ChainName, ChainHead> With(ImmutableArray<ChainHead> heads) => Durable.With(heads, []);

    public void Apply(MerkleSet<ChainName, ChainHead> durable, ImmutableArray<ChainHead> entered)
    {
        Durable = durable;
        foreach (var head in entered)
        {
            if (_waiting.TryGetValue(head.Chain, out var waits) && waits.Seq <= head.Seq)
                _waiting.Remove(head.Chain);
        }
    }

    /// <summary>A chain is named by the number of the main entry that opened it: a record that had one without the other could not be audited.</summary>
    private bool IsReady(ChainHead head)
    {
        if (head.Sub == EntryPlace.Main)
            return true;
        var main = new ChainName(head.Author, EntryPlace.Main);
        return (Durable.TryFind(main, out var durable) && durable.Seq >= head.Sub) || (_waiting.TryGetValue(main, out var waits) && waits.Seq >= head.Sub);
    }
}
