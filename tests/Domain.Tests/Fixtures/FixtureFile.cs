using System.Text.Encodings.Web;
using System.Text.Json;

namespace AkkaCompute.Domain.Tests.Fixtures;

/// <summary>
/// A file of <c>sdk/fixtures</c>: made by our code, read by the tests of every language. With <c>AKKACOMPUTE_WRITE_FIXTURES</c> set to that
/// folder the tests write the files; else a file that differs from what the code makes fails its test.
/// </summary>
internal static class FixtureFile
{
    private static readonly JsonSerializerOptions _options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Check(string name, object content)
    {
        var made = JsonSerializer.Serialize(content, _options) + "\n";
        if (Environment.GetEnvironmentVariable("AKKACOMPUTE_WRITE_FIXTURES") is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, name), made);
        else
            Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fixtures", name)), made);
    }
}
