using System.Globalization;
using System.Text;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Light;

/// <summary>
/// The receipts that an author holds, in a file: one a line, and behind it the author, the chain and the place of its entry. What a
/// verified record covers is taken out. Several programs and several authors may have one file: each writes while it alone holds NAME.lock.
/// Other lines stay as they are: of other authors, and of before the author was written. <c>akkacompute audit --receipts</c> reads all.
/// One object is not for several threads at once.
/// </summary>
public sealed class ReceiptFile
{
    /// <summary>The longest file that is read, in bytes. A longer one only grows.</summary>
    public const long MaxBytes = 64 << 20;

    // Byte by byte, so that a line that is not ours stays what it is.
    private static readonly Encoding _encoding = Encoding.Latin1;

    private readonly string _path;
    private readonly NodeId _author;
    private readonly bool _covers;
    private readonly TimeProvider _time;
    private readonly Action<string>? _warn;
    private readonly HashSet<string> _said = [];

    /// <param name="author">Whose chains.</param>
    /// <param name="covers">Whether somebody verifies records. Else the file only grows, and is not read.</param>
    /// <param name="time">For how long another program is waited for; null: the system's.</param>
    /// <param name="warn">Told once that there are more receipts than are looked after.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    public ReceiptFile(string path, NodeId author, bool covers = true, TimeProvider? time = null, Action<string>? warn = null)
    {
        (_path, _author, _covers, _time, _warn) = (path, author, covers, time ?? TimeProvider.System, warn);
        if (covers && !IsTooLong())
            HoldAll(Lines().Select(Read).OfType<HeldReceipt>());
    }

    /// <summary>What no verified record is known to cover, of this author, as this program knows it: <see cref="HeldReceipts.Most"/> at
    /// most. Another one after each <see cref="CoverAsync"/>.</summary>
    public HeldReceipts Held { get; private set; } = new();

    /// <summary>Keeps the receipts of entries that were just taken.</summary>
    /// <param name="entries">In the order of the receipts.</param>
    /// <exception cref="FileLockedException">Others have it locked for 10 s.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    public async Task AddAsync(IEnumerable<Entry> entries, IEnumerable<Receipt> receipts)
    {
        HeldReceipt[] fresh = [.. entries.Zip(receipts, (entry, receipt) =>
            new HeldReceipt(new ChainHead(_author, entry.Place.Sub, entry.Place.Seq, entry.Hash), receipt))];
        if (fresh.Length == 0)
            return;
        using var alone = await FileLock.TakeAsync(_path + ".lock", _time).ConfigureAwait(false);
        var lines = fresh.Select(Line);
        await File.AppendAllLinesAsync(_path, IsCut() ? lines.Prepend("") : lines).ConfigureAwait(false);
        if (_covers && !IsTooLong())
            HoldAll(fresh);
    }

    /// <summary>A verified record has this head: what it covers leaves the file; whole, or not at all.</summary>
    /// <inheritdoc cref="HeldReceipts.Cover" path="/exception"/>
    /// <exception cref="FileLockedException">Others have it locked for 10 s.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    public async Task CoverAsync(ChainHead head)
    {
        if (!_covers)
            return;
        using var alone = await FileLock.TakeAsync(_path + ".lock", _time).ConfigureAwait(false);
        // Other programs have added lines since, and taken some out.
        var all = new HeldReceipts();
        (string Text, HeldReceipt? Own)[] lines = IsTooLong() ? [] : [.. Lines().Select(line => (line, Read(line)))];
        foreach (var (_, own) in lines)
        {
            if (own is not null)
                all.Hold(own);
        }
        var covered = all.Cover(head);
        if (covered.Count > 0)
        {
            var fresh = $"{_path}.{Guid.NewGuid():N}";
            await File.WriteAllLinesAsync(
                fresh, lines.Where(line => line.Own is null || !covered.Contains(line.Own.Place)).Select(line => line.Text), _encoding)
                .ConfigureAwait(false);
            File.Move(fresh, _path, overwrite: true);
        }
        Held = new HeldReceipts();
        HoldAll(all.All);
    }

    private void HoldAll(IEnumerable<HeldReceipt> receipts)
    {
        foreach (var held in receipts)
        {
            if (Held.Count >= HeldReceipts.Most)
            {
                WarnOnce($"{_path}: no record is known to cover {HeldReceipts.Most} receipts. More are kept there, and not looked after.");
                return;
            }
            Held.Hold(held);
        }
    }

    private bool IsTooLong()
    {
        var file = new FileInfo(_path);
        if (!file.Exists || file.Length <= MaxBytes)
            return false;
        WarnOnce($"{_path}: it has more than {MaxBytes} bytes: receipts are kept there, and not looked after. Move it away.");
        return true;
    }

    private void WarnOnce(string what)
    {
        if (_said.Add(what))
            _warn?.Invoke(what);
    }

    /// <summary>Whether a crash has cut the last line short: the next one begins on its own.</summary>
    private bool IsCut()
    {
        if (!File.Exists(_path))
            return false;
        using var file = Open();
        if (file.Length == 0)
            return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    private IEnumerable<string> Lines()
    {
        if (!File.Exists(_path))
            yield break;
        using var reader = new StreamReader(Open(), _encoding, detectEncodingFromByteOrderMarks: false);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
                yield return line;
        }
    }

    private FileStream Open() => new(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Null where the line is another author's, or of before the author was written.</summary>
    private HeldReceipt? Read(string line) =>
        line.Split(' ') is [var text, var name, var sub, var seq]
            && NodeId.TryParse(name, out var author) && author == _author
            && Receipt.TryParse(_encoding.GetBytes(text), out var receipt, out _)
            && TryNumber(sub, out var chain) && TryNumber(seq, out var place)
            ? new HeldReceipt(new ChainHead(_author, chain, place, receipt.Entry), receipt)
            : null;

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Line(HeldReceipt held) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Encoding.ASCII.GetString(held.Receipt.Bytes.Span)} {held.Place.Author} {held.Place.Sub} {held.Place.Seq}");
}
