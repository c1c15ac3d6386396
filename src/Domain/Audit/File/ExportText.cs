using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Audit.File;

/// <summary>
/// The text of a line: an entry's is the JWS itself, all others are JSON in the one form that <see cref="ClaimWriter"/> writes.
/// What does not re-encode to the same bytes is refused.
/// </summary>
public static partial class ExportText
{
    /// <summary>The longest line in bytes, without its end: the record of an epoch with 1,024 cluster nodes has some 400,000.</summary>
    public const int MaxLine = 512 * 1024;

    private static ReadOnlySpan<byte> EntryStart => "eyJ"u8;

    /// <summary>The line without its end. A line of the auditor's own making is always within its limits.</summary>
    /// <exception cref="ArgumentException">A field is outside its limits; the message names it.</exception>
    public static ReadOnlyMemory<byte> Write(ExportLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line is EntryLine signed)
            return signed.Entry.Bytes;
        var text = WriteJson(line, out var flaw);
        return flaw is null ? text : throw new ArgumentException(flaw, nameof(line));
    }

    /// <summary>Reads a line, without its end.</summary>
    /// <param name="flaw">Why it is none.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, [NotNullWhen(true)] out ExportLine? line, [NotNullWhen(false)] out string? flaw)
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
            line = ReadJson(text, out flaw);
            if (line is not null && !text.SequenceEqual(WriteJson(line, out flaw)))
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

    private static byte[] WriteJson(ExportLine line, out string? flaw)
    {
        var writer = new ClaimWriter();
        Write(line, writer);
        flaw = writer.Flaw;
        return writer.Close().ToArray();
    }

    private static string Base64(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Padding and other liberties are found when the line is written again.</summary>
    private static byte[] Bytes(string base64) => Base64Url.DecodeFromChars(base64);
}
