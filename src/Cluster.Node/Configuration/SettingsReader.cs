using Akka.Actor;
using Akka.Configuration;

namespace AkkaCompute.Node.Configuration;

/// <summary>What an operator said, from all places.</summary>
/// <param name="Settings">What holds in the end.</param>
/// <param name="Names">The settings that the operator named himself, each by the name that he used where it counts.</param>
public sealed record SaidSettings(NodeSettings Settings, IReadOnlyDictionary<Setting, string> Names)
{
    /// <summary>The name to tell the operator: his own, or else the option.</summary>
    public string NameOf(Setting setting) => Names.GetValueOrDefault(setting, setting.Option);
}

/// <summary>
/// Reads a node's settings. One order for all of them: the built-in node.conf, then the operator's HOCON file, then the
/// environment, then the command line; the later wins.
/// </summary>
public static class SettingsReader
{
    /// <summary>The HOCON file's own option and variable.</summary>
    public const string HoconOption = "--hocon", HoconVariable = "AKKACOMPUTE_HOCON";

    private const string Prefix = "AKKACOMPUTE_";

    /// <summary>Variables with the prefix that other programs of this project read.</summary>
    private static readonly string[] Others = ["AKKACOMPUTE_NODE", "AKKACOMPUTE_NETWORK", "AKKACOMPUTE_HOME"];

    /// <param name="environment">All variables. An empty one is as good as none, as compose files make them.</param>
    /// <param name="commandLine">The options that were given.</param>
    /// <param name="hoconFile">What <see cref="HoconOption"/> says; <c>null</c> means nothing.</param>
    /// <exception cref="SettingException">A value that cannot be, or a name that is not known.</exception>
    public static SaidSettings Read(
        IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<Setting, string> commandLine, string? hoconFile = null)
    {
        var settings = Apply(new NodeSettings { DataDirectory = "akkacompute-data" }, "node.conf", HoconSettings.BuiltIn, []);
        var names = new Dictionary<Setting, string>();

        CheckNames(environment);
        var (file, said) = hoconFile is not null ? (hoconFile, HoconOption)
            : environment.GetValueOrDefault(HoconVariable) is { Length: > 0 } variable ? (variable, HoconVariable) : (null, "");
        if (file is not null)
        {
            var hocon = HoconSettings.Load(file, said);
            settings = Apply(settings, file, hocon, names) with { Hocon = hocon };
        }
        foreach (var setting in SettingTable.All)
        {
            if (environment.GetValueOrDefault(setting.Variable) is { Length: > 0 } text)
                settings = Apply(settings, setting, setting.Variable, text, names);
            if (commandLine.GetValueOrDefault(setting) is { } argument)
                settings = Apply(settings, setting, setting.Option, argument, names);
        }
        var all = new SaidSettings(settings, names);
        CheckTogether(all);
        return all;
    }

    private static NodeSettings Apply(NodeSettings settings, string file, Config config, Dictionary<Setting, string> names)
    {
        foreach (var setting in SettingTable.All)
        {
            if (HoconSettings.Text(config, setting.Path, file) is { Length: > 0 } text)
                settings = Apply(settings, setting, $"{file}: {setting.Path}", text, names);
        }
        return settings;
    }

    private static NodeSettings Apply(NodeSettings settings, Setting setting, string name, string text, Dictionary<Setting, string> names)
    {
        names[setting] = name;
        if (text.Length > SettingValues.MaxLength)
            throw new SettingException($"{name}: {text.Length} characters are over the {SettingValues.MaxLength} that a setting may have.");
        try
        {
            return setting.Apply(settings, text);
        }
        catch (FormatException wrong)
        {
            throw new SettingException($"{name}: {wrong.Message}", wrong);
        }
    }

    // A misspelt variable would be a setting that silently does not hold.
    private static void CheckNames(IReadOnlyDictionary<string, string> environment)
    {
        var known = SettingTable.All.Select(setting => setting.Variable).Append(HoconVariable).Concat(Others)
            .ToHashSet(StringComparer.Ordinal);
        var unknown = environment.Keys.Where(name => IsOurs(name) && !known.Contains(name)).Order(StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
            throw new SettingException(
                $"{string.Join(", ", unknown)}: no such variable. Known are "
                + $"{string.Join(", ", known.Where(IsOurs).Order(StringComparer.Ordinal))}.");
    }

    private static bool IsOurs(string variable) => variable.StartsWith(Prefix, StringComparison.Ordinal);

    private static void CheckTogether(SaidSettings said)
    {
        var settings = said.Settings;
        foreach (var seed in settings.Seeds.Where(seed => !IsMember(seed, settings)))
        {
            throw new SettingException(
                $"{said.NameOf(SettingTable.Seeds)}: '{seed}' is not {settings.Protocol}://{settings.SystemName}@HOST:PORT.");
        }
        Needs(settings.PostgresPasswordFile, SettingTable.PostgresPasswordFile, settings.Postgres, SettingTable.Postgres);
        Needs(settings.TlsCertificate, SettingTable.TlsCertificate, settings.TlsAuthority, SettingTable.TlsAuthority);
        Needs(settings.TlsAuthority, SettingTable.TlsAuthority, settings.TlsCertificate, SettingTable.TlsCertificate);
        Needs(settings.GatewayCertificate, SettingTable.GatewayCertificate, settings.GatewayKey, SettingTable.GatewayKey);
        Needs(settings.GatewayKey, SettingTable.GatewayKey, settings.GatewayCertificate, SettingTable.GatewayCertificate);
        Needs(settings.TlsPasswordFile, SettingTable.TlsPasswordFile, settings.TlsCertificate, SettingTable.TlsCertificate);

        void Needs(string? value, Setting setting, string? other, Setting needed)
        {
            if (value is not null && other is null)
                throw new SettingException($"{said.NameOf(setting)}: it is of no use without {needed.Option} or {needed.Variable}.");
        }
    }

    private static bool IsMember(string text, NodeSettings settings) =>
        ActorPath.TryParseAddress(text, out var address) && address is { Host: not null, Port: not null }
        && address.Protocol == settings.Protocol && address.System == settings.SystemName;
}
