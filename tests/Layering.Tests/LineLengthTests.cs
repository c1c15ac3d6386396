namespace AkkaCompute.Tests.Layering;

/// <summary>A line is read in one look: of our sources none has more than 140 characters.</summary>
public sealed class LineLengthTests
{
    private const int Most = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("sim")]
    [InlineData("bench")]
    public void No_line_is_longer_than_140_characters(string folder)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root(), folder), "*.cs", SearchOption.AllDirectories).Where(IsSource).ToList();
        var wrong =
            from file in files
            from line in File.ReadLines(file).Select((text, at) => (Text: text, Number: at + 1))
            where line.Text.Length > Most
            select $"{Path.GetRelativePath(Root(), file)}:{line.Number}: {line.Text.Length} characters";

        Assert.NotEmpty(files);
        Assert.Empty(wrong);
    }

    /// <summary>Not what a build made.</summary>
    private static bool IsSource(string file) =>
        !Path.GetRelativePath(Root(), file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AkkaCompute.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("AkkaCompute.sln is not above the tests' folder.");
        return folder.FullName;
    }
}
