using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Audit.File;

/// <summary>
/// The text of a line: an entry's is the JWS itself, all others are JSON in the one form that <see cref="ClaimWriter"/> writes.
/// What does not re-encode to the same bytes is refused.
/// </summary>
public static class ExportText
{
    /// <summary>The longest line in bytes, without its end: the record of an epoch with 1,024 cluster nodes has some 400,000.</summary>
    public const int MaxLine = LineText.Max;

    private static ReadOnlySpan<byte> EntryStart => "eyJ"u8;

    /// <summary>The line without its end. A line of the auditor's own making is always within its limits.</summary>
    /// <exception cref="ArgumentException">A field is outside its limits; the message names it.</exception>
    public static ReadOnlyMemory<byte> Write(ExportLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var text = line.Text(out var flaw);
        return flaw is null ? text : throw new ArgumentException(flaw, nameof(line));
    }

    /// <summary>Reads a line, without its end.</summary>
    /// <param name="flaw">Why it is none.</param>
    /// <param name="kinds">The kinds that are known; <c>null</c> means <see cref="LineKinds.Known"/>.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> text, [NotNullWhen(true)] out ExportLine? line, [NotNullWhen(false)] out string? flaw, LineKinds? kinds = null)
    {
        (line, flaw) = (null, null);
        if (text.Length > MaxLine)
        {
            flaw = $"line: {text.Length} bytes, at most {MaxLine}.";
            return false;
        }
        if (text.StartsWith(EntryStart))
        {
            if (Entry.TryParse(text, out var entry, out var refused))
            {
                line = new EntryLine(entry);
                return true;
            }
            flaw = refused.Message;
            return false;
        }
        try
        {
            line = ReadJson(text, kinds ?? LineKinds.Known, out flaw);
            if (line is not null && !text.SequenceEqual(line.Text(out flaw).Span))
                flaw ??= "line: it can be written in another way, which alone counts.";
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or FormatException)
        {
            flaw = $"line: {wrong.Message}";
        }
        if (line is not null && flaw is null)
            return true;
        line = null;
        flaw ??= "line: empty.";
        return false;
    }

    private static ExportLine? ReadJson(ReadOnlySpan<byte> text, LineKinds kinds, out string? flaw)
    {
        var reader = new ClaimReader(text);
        if (kinds.Beginning(NameOf(text))?.Read is not { } read)
        {
            flaw = reader.Flaw ?? "line: neither an entry nor JSON of a known kind.";
            return null;
        }
        var line = read(ref reader);
        reader.End();
        flaw = reader.Flaw;
        return flaw is null ? line : null;
    }

    /// <summary>The first name of an object that is written as ours are; empty for anything else.</summary>
    private static string NameOf(ReadOnlySpan<byte> text)
    {
        const int Longest = 16;
        if (!text.StartsWith("{\""u8))
            return "";
        var name = text[2..Math.Min(text.Length, 2 + Longest)];
        return name.IndexOf((byte)'"') is >= 0 and var end ? Encoding.ASCII.GetString(name[..end]) : "";
    }
}
