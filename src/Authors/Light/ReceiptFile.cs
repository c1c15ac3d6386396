using System.Globalization;
using System.Text;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Light;

/// <summary>
/// The receipts that an author holds, in a file: one a line, and behind it the chain and the place of its entry. What a verified record
/// covers is taken out. <c>akkacompute audit --receipts</c> reads it. Not for several threads at once.
/// </summary>
public sealed class ReceiptFile
{
    private readonly string _path;
    private readonly NodeId _author;
    private readonly bool _covers;
    private readonly HeldReceipts _held = new();
    private readonly List<string> _others = []; // of before places were written, or more than are looked after

    /// <param name="author">Whose chains.</param>
    /// <param name="covers">Whether somebody verifies records. Else the file only grows, and is not read.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    public ReceiptFile(string path, NodeId author, bool covers = true)
    {
        (_path, _author, _covers) = (path, author, covers);
        if (!covers || !File.Exists(path))
            return;
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            if (_held.Count < HeldReceipts.Most && Read(line) is { } held)
                _held.Hold(held);
            else
                _others.Add(line);
        }
    }

    /// <summary>What no verified record is known to cover.</summary>
    public HeldReceipts Held => _held;

    /// <summary>Keeps the receipts of entries that were just taken.</summary>
    /// <param name="entries">In the order of the receipts.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public Task AddAsync(IEnumerable<Entry> entries, IEnumerable<Receipt> receipts)
    {
        HeldReceipt[] fresh = [.. entries.Zip(receipts, (entry, receipt) =>
            new HeldReceipt(new ChainHead(_author, entry.Place.Sub, entry.Place.Seq, entry.Hash), receipt))];
        foreach (var held in _covers ? fresh : [])
        {
            if (_held.Count < HeldReceipts.Most)
                _held.Hold(held);
            else
                _others.Add(Line(held));
        }
        return File.AppendAllLinesAsync(_path, fresh.Select(Line));
    }

    /// <summary>A verified record has this head: what it covers leaves the file; whole, or not at all.</summary>
    /// <inheritdoc cref="HeldReceipts.Cover" path="/exception"/>
    /// <exception cref="IOException">It can't be written.</exception>
    public async Task CoverAsync(ChainHead head)
    {
        if (_held.Cover(head) == 0)
            return;
        var fresh = $"{_path}.{Guid.NewGuid():N}";
        await File.WriteAllLinesAsync(fresh, [.. _others, .. _held.All.Select(Line)]).ConfigureAwait(false);
        File.Move(fresh, _path, overwrite: true);
    }

    private HeldReceipt? Read(string line) =>
        line.Split(' ') is [var text, var sub, var seq]
            && Receipt.TryParse(Encoding.UTF8.GetBytes(text), out var receipt, out _)
            && TryNumber(sub, out var chain) && TryNumber(seq, out var place)
            ? new HeldReceipt(new ChainHead(_author, chain, place, receipt.Entry), receipt)
            : null;

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Line(HeldReceipt held) => string.Create(
        CultureInfo.InvariantCulture, $"{Encoding.ASCII.GetString(held.Receipt.Bytes.Span)} {held.Place.Sub} {held.Place.Seq}");
}
