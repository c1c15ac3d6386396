using System.Globalization;
using System.Text;

namespace AkkaCompute.Actors.Logs;

/// <summary>
/// Text from outside (a label, a log line, a refusal) as one line that a terminal can't be made to obey or to turn around
/// (Boucher and Anderson, Trojan Source, 2021). Line ends and tabs become spaces; control and format characters, among them the
/// bidirectional ones, and the line and paragraph separators become <c>\uXXXX</c>.
/// </summary>
public static class PlainText
{
    /// <param name="text">Any text; a surrogate without its half becomes U+FFFD.</param>
    /// <param name="most">UTF-16 units of the result: more is cut off, between characters.</param>
    public static string Of(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            var part = rune.Value is '\n' or '\r' or '\t' ? " " : IsHidden(rune) ? $"\\u{rune.Value:x4}" : rune.ToString();
            if (line.Length + part.Length > most)
                break;
            line.Append(part);
        }
        return line.ToString();
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
