namespace AkkaCompute.Cluster.Tests.Docs;

/// <summary>The code blocks of README.md, CONTRIBUTING.md and docs/*.md.</summary>
internal static class Snippets
{
    private const string Fence = "```";

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Demo.Programs.Sources, ".."));

    public static IEnumerable<string> Pages => Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Order(StringComparer.Ordinal)
        .Prepend(Path.Combine(Root, "CONTRIBUTING.md"))
        .Prepend(Path.Combine(Root, "README.md"));

    /// <summary>The blocks of a page, in order.</summary>
    public static IEnumerable<Snippet> Of(string page)
    {
        List<string>? block = null;
        var (heading, language) = ("", "");
        foreach (var line in File.ReadLines(page))
        {
            if (line.StartsWith(Fence, StringComparison.Ordinal))
            {
                if (block is not null)
                    yield return new Snippet(Path.GetFileName(page), heading, language, block);
                (language, block) = (line[Fence.Length..], block is null ? [] : null);
            }
            else if (block is not null)
            {
                block.Add(line);
            }
            else if (line.StartsWith('#'))
            {
                heading = line.TrimStart('#', ' ');
            }
        }
    }
}

/// <param name="Heading">The one above it.</param>
/// <param name="Language">What the fence says: <c>csharp</c>, <c>text</c> for what programs print; empty for commands.</param>
internal sealed record Snippet(string Page, string Heading, string Language, IReadOnlyList<string> Lines)
{
    /// <summary>Its commands: a line that ends with a backslash goes on in the next, and what is behind " # " is for people.</summary>
    public IEnumerable<string> Commands => string.Join('\n', Lines).Replace("\\\n", "", StringComparison.Ordinal)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => string.Join(' ', line.Split(" # ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
