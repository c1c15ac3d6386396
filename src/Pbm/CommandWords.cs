using System.Text;

namespace AkkaCompute.Pbm;

/// <summary>Cuts a line of the shell into words: at blanks, but for those within quotes. A line that begins with # has none.</summary>
internal static class CommandWords
{
    /// <exception cref="FormatException">A quote is not closed.</exception>
    public static IReadOnlyList<string> Of(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, open) = ('\0', false);
        if (line.TrimStart().StartsWith('#'))
            return words;
        foreach (var c in line)
        {
            if (quote != '\0')
            {
                if (c == quote) quote = '\0';
                else word.Append(c);
            }
            else if (c is '"' or '\'')
            {
                (quote, open) = (c, true);
            }
            else if (!char.IsWhiteSpace(c))
            {
                word.Append(c);
                open = true;
            }
            else if (open)
            {
                words.Add(word.ToString());
                word.Clear();
                open = false;
            }
        }
        if (quote != '\0')
            throw new FormatException($"A {quote} is not closed.");
        if (open)
            words.Add(word.ToString());
        return words;
    }
}
