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
    /// <summary>The most that are held. Whoever signs so much while no record is shown knows by then that something is wrong.</summary>
    public const int Most = 65_536;

    private readonly SortedDictionary<ChainName, SortedDictionary<long, HeldReceipt>> _held = [];

    public int Count { get; private set; }

    /// <summary>By chain and place.</summary>
    public IEnumerable<HeldReceipt> All => _held.Values.SelectMany(chain => chain.Values);

    /// <summary>The chains of which something is held.</summary>
    public IReadOnlyCollection<ChainName> Chains => _held.Keys;

    /// <summary>Holds a receipt that was verified. The same again changes nothing.</summary>
    /// <exception cref="InvalidOperationException">There are <see cref="Most"/>.</exception>
    public void Hold(HeldReceipt held)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (Count >= Most)
            throw new InvalidOperationException($"{Most} receipts are held already.");
        if (!_held.TryGetValue(held.Place.Chain, out var chain))
            _held.Add(held.Place.Chain, chain = []);
        Count += chain.TryAdd(held.Place.Seq, held) ? 1 : 0;
    }

    /// <summary>A verified record has this head: it covers the entries up to it.</summary>
    /// <returns>How many receipts were dropped.</returns>
    /// <exception cref="LyingNetworkException">At this place the author has signed another entry.</exception>
    public int Cover(ChainHead head)
    {
        if (!_held.TryGetValue(head.Chain, out var chain))
            return 0;
        if (chain.TryGetValue(head.Seq, out var own) && own.Place.Hash != head.Hash)
            throw new LyingNetworkException(
                $"A record has {head.Hash} at place {head.Seq} of the chain {head.Sub} of {head.Author}, who has "
                + $"signed {own.Place.Hash} there.");
        long[] covered = [.. chain.Keys.TakeWhile(seq => seq <= head.Seq)];
        foreach (var seq in covered)
            chain.Remove(seq);
        if (chain.Count == 0)
            _held.Remove(head.Chain);
        Count -= covered.Length;
        return covered.Length;
    }

    /// <summary>Those of a chain that a record of this epoch has to cover: each node's word was that it would.</summary>
    public IReadOnlyList<HeldReceipt> DueIn(ChainName name, Epoch record) => _held.TryGetValue(name, out var chain)
        ? [.. chain.Values.Where(held => held.Receipt.Epoch.Number + Receipt.Grace <= record.Number)]
        : [];
}
