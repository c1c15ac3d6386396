using System.Reflection;
using Akka.Configuration;

namespace AkkaCompute.Node.Configuration;

/// <summary>Settings in HOCON: the file that is built in, and one of the operator's.</summary>
internal static class HoconSettings
{
    private const string Section = "akka-compute";
    private const string ReadJournal = "read-journal";

    /// <summary>Bytes of a HOCON file.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>hocon/node.conf as it was built in.</summary>
    public static Config BuiltIn { get; } = ReadBuiltIn();

    /// <param name="file">The operator's file.</param>
    /// <param name="name">How he named it: for errors.</param>
    /// <exception cref="SettingException">The file cannot be read, or it names a setting of ours that there is not.</exception>
    public static Config Load(string file, string name)
    {
        Config config;
        try
        {
            if (new FileInfo(file).Length > MaxBytes)
                throw new SettingException($"{name}: {file} has more than {MaxBytes} bytes.");
            config = ConfigurationFactory.ParseString(File.ReadAllText(file));
        }
        catch (Exception wrong) when (wrong is not SettingException)
        {
            // The parser throws whatever it stumbles on.
            throw new SettingException($"{name}: {file}: {wrong.Message}", wrong);
        }
        var known = SettingTable.All.Select(setting => setting.Path).Append($"{Section}.{ReadJournal}").ToHashSet(StringComparer.Ordinal);
        var unknown = Keys(config).FirstOrDefault(key => !known.Contains(key));
        return unknown is null ? config : throw new SettingException($"{file}: {unknown}: no such setting.");
    }

    /// <summary>The text of one setting, a list comma-separated; null where it is not there.</summary>
    public static string? Text(Config config, string path, string file)
    {
        if (config.IsEmpty || !config.HasPath(path))
            return null;
        var value = config.GetValue(path);
        if (value.IsArray())
            return string.Join(',', value.GetStringList());
        return value.IsString() ? value.GetString() : throw new SettingException($"{file}: {path}: neither a text nor a list of texts.");
    }

    private static IEnumerable<string> Keys(Config config) =>
        !config.IsEmpty && config.HasPath(Section) ? config.GetConfig(Section).AsEnumerable().Select(pair => $"{Section}.{pair.Key}") : [];

    private static Config ReadBuiltIn()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("node.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
