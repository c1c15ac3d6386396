using AkkaCompute.Cli.Usage;

namespace AkkaCompute.Cli.Network.Arguments;

/// <summary>
/// What a user always wants, in the file <c>config</c> of the program's directory: <c>NAME = VALUE</c> a line, <c>#</c> begins a comment.
/// An option of the command line counts before an environment variable, and that before the file.
/// </summary>
internal static class ConfigurationFile
{
    /// <summary>An environment variable: a directory in place of the user's configuration directory.</summary>
    public const string HomeVariable = "AKKACOMPUTE_HOME";

    /// <summary>The names of the options that may be in it.</summary>
    private static readonly string[] _names =
        ["network", "key", "policy", "audience", "time", "memory", "directory", "slots", "runtimes", "trust"];

    private static readonly Lazy<Dictionary<string, string>> _said = new(() => Read(Path));

    /// <summary>The program's directory: keys, and this file.</summary>
    public static string Home => Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } said ? said
        : System.IO.Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "akkacompute");

    public static string Path => System.IO.Path.Combine(Home, "config");

    /// <summary>What it says of an option; <c>null</c> means nothing.</summary>
    /// <exception cref="UsageException">It can't be read: the message names the line.</exception>
    public static string? Of(string name) => _said.Value.GetValueOrDefault(name);

    /// <summary>The same as a whole number.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static long? WholeOf(string name) => Of(name) is not { } text ? null
        : long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
        : throw new UsageException($"{Path}: {name}: '{text}' is not a whole number.");

    private static Dictionary<string, string> Read(string path)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path))
            return said;
        var lines = UserFile.Use(path, () => File.ReadAllLines(path));
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? line : line[..equals].TrimEnd();
            if (equals < 0 || !_names.Contains(name))
                throw new UsageException($"{path}, line {i + 1}: '{name}' is none of {string.Join(", ", _names)}; a line is NAME = VALUE.");
            if (!said.TryAdd(name, line[(equals + 1)..].Trim()))
                throw new UsageException($"{path}, line {i + 1}: {name} is said twice.");
        }
        return said;
    }
}
