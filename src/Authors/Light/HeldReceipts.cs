using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Light;

/// <summary>A cluster node's word on an entry that no verified record is known to cover yet.</summary>
/// <param name="Place">Where the entry stands in its author's chains.</param>
public sealed record HeldReceipt(ChainHead Place, Receipt Receipt);

/// <summary>
/// The receipts of what an author signed, until a verified record covers the entry: then they prove nothing more, and are dropped. Not for
/// several threads at once.
/// </summary>
public sealed class HeldReceipts
{
    /// <summary>The most that are looked after. Whoever signs so much while no record is shown has to know that something is
    /// wrong.</summary>
    public const int Most = 65_536;

    private readonly SortedDictionary<ChainName, SortedDictionary<(long Seq, Hash256 Hash), HeldReceipt>> _held = [];

    public int Count { get; private set; }

    /// <summary>By chain and place.</summary>
    public IEnumerable<HeldReceipt> All => _held.Values.SelectMany(chain => chain.Values);

    /// <summary>The chains of which something is held.</summary>
    public IReadOnlyCollection<ChainName> Chains => _held.Keys;

    /// <summary>Holds a receipt that was verified. One more of the same entry changes nothing.</summary>
    public void Hold(HeldReceipt held)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (!_held.TryGetValue(held.Place.Chain, out var chain))
            _held.Add(held.Place.Chain, chain = []);
        Count += chain.TryAdd((held.Place.Seq, held.Place.Hash), held) ? 1 : 0;
    }

    /// <summary>
    /// A verified record has this head. Where it is an entry that is held, it covers that and those before it. A head further on than all
    /// that is held drops nothing: it may stand in a history that has not these entries. Nor does anything leave a place of which two
    /// entries are held: one of them is in no record.
    /// </summary>
    /// <returns>The places of what was dropped.</returns>
    /// <exception cref="LyingNetworkException">At this place the author has signed another entry.</exception>
    public IReadOnlySet<ChainHead> Cover(ChainHead head)
    {
        if (!_held.TryGetValue(head.Chain, out var chain))
            return new HashSet<ChainHead>();
        Hash256[] there = [.. chain.Keys.Where(place => place.Seq == head.Seq).Select(place => place.Hash)];
        if (there.Length == 0)
            return new HashSet<ChainHead>();
        if (!there.Contains(head.Hash))
            throw new LyingNetworkException(
                $"A record has {head.Hash} at place {head.Seq} of the chain {head.Sub} of {head.Author}, who has signed {there[0]} there.");
        var covered = chain.Values.Select(held => held.Place).TakeWhile(place => place.Seq <= head.Seq).GroupBy(place => place.Seq)
            .Where(entries => entries.Count() == 1).Select(entries => entries.Single()).ToHashSet();
        foreach (var place in covered)
            chain.Remove((place.Seq, place.Hash));
        if (chain.Count == 0)
            _held.Remove(head.Chain);
        Count -= covered.Count;
        return covered;
    }

    /// <summary>Those of a chain that a record of this epoch has to cover: each node's word was that it would.</summary>
    public IReadOnlyList<HeldReceipt> DueIn(ChainName name, Epoch record) =>
        record.Number >= Receipt.Grace && _held.TryGetValue(name, out var chain)
            ? [.. chain.Values.Where(held => held.Receipt.Epoch.Number <= record.Number - Receipt.Grace)]
            : [];
}
