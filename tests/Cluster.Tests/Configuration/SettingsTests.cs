using System.Net;
using AkkaCompute.Node.Configuration;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Which of a node's settings hold, and what is refused by which name.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public SettingsTests()
    {
        foreach (var name in (string[])["one", "two", "three"])
            File.WriteAllText(_directory[name], "secret");
    }

    public static TheoryData<string> Options => [.. SettingTable.All.Select(setting => setting.Option)];

    [Theory]
    [MemberData(nameof(Options))]
    public void The_built_in_file_yields_to_the_operators_that_to_the_environment_and_that_to_the_command_line(string option)
    {
        var setting = SettingTable.All.Single(setting => setting.Option == option);
        var (inFile, inEnvironment, onCommandLine) = Values(setting);
        File.WriteAllText(_directory["node.conf"], $"{setting.Path} = \"{inFile}\"");
        // What some settings are of no use without.
        var environment = new Dictionary<string, string>();
        if (setting == SettingTable.PostgresPasswordFile)
            environment[SettingTable.Postgres.Variable] = "Host=db;Database=d";
        if (setting == SettingTable.TlsPasswordFile)
            environment[SettingTable.TlsCertificate.Variable] = _directory["one"];
        if (setting == SettingTable.TlsAuthority)
            environment[SettingTable.TlsCertificate.Variable] = _directory["one"];
        if (setting == SettingTable.TlsPasswordFile || setting == SettingTable.TlsCertificate)
            environment[SettingTable.TlsAuthority.Variable] = _directory["one"];
        if (setting == SettingTable.GatewayKey)
            environment[SettingTable.GatewayCertificate.Variable] = _directory["one"];
        if (setting == SettingTable.GatewayCertificate)
            environment[SettingTable.GatewayKey.Variable] = _directory["one"];

        if (setting != SettingTable.GatewayCertificate && setting != SettingTable.GatewayKey && setting != SettingTable.TlsCertificate && setting != SettingTable.TlsAuthority) // neither is without the other
            Assert.NotEqual(inFile, Shown(null, null));
        Assert.Equal(inFile, Shown(_directory["node.conf"], null));
        environment[setting.Variable] = inEnvironment;
        Assert.Equal(inEnvironment, Shown(_directory["node.conf"], null));
        Assert.Equal(onCommandLine, Shown(_directory["node.conf"], onCommandLine));
        Assert.Equal(onCommandLine, Shown(null, onCommandLine));
        environment[SettingsReader.HoconVariable] = _directory["node.conf"];
        environment[setting.Variable] = ""; // as compose files make it: as good as none
        Assert.Equal(inFile, Shown(null, null));

        string? Shown(string? hocon, string? argument) =>
            setting.Show(SettingsReader.Read(environment, argument is null ? [] : new Dictionary<Setting, string> { [setting] = argument }, hocon).Settings);
    }

    [Fact]
    public void The_manifests_for_Kubernetes_name_settings_that_there_are()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AkkaCompute.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("AkkaCompute.sln is not above the tests' folder.");
        var text = string.Concat(Directory.GetFiles(Path.Combine(folder.FullName, "docker", "kubernetes"), "*.yaml").Select(File.ReadAllText));

        var named = System.Text.RegularExpressions.Regex.Matches(text, @"name: ((?:AKKACOMPUTE|CLUSTER)_\w+)")
            .Select(match => match.Groups[1].Value).ToList();

        Assert.Contains(SettingTable.Seeds.Variable, named);
        Assert.Empty(named.Except(SettingTable.All.Select(setting => setting.Variable)));
    }

    [Fact]
    public void The_built_in_file_and_the_settings_record_have_the_same_defaults()
    {
        var read = SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<Setting, string>());
        Assert.Equal(new NodeSettings { DataDirectory = "akkacompute-data", Seeds = read.Settings.Seeds }, read.Settings);
        Assert.Empty(read.Settings.Seeds);
        Assert.Empty(read.Names);
    }

    [Theory]
    [InlineData("CLUSTER_PORT", "70000", "0 .. 65535")]
    [InlineData("CLUSTER_PORT", "http", "0 .. 65535")]
    [InlineData("CLUSTER_IP", "not a host", "host name")]
    [InlineData("CLUSTER_SEEDS", "akka.tcp://Other@one:4053", "akka.tcp://AkkaCompute@HOST:PORT")]
    [InlineData("CLUSTER_SEEDS", "akka.ssl.tcp://AkkaCompute@one:4053", "akka.tcp://AkkaCompute@HOST:PORT")]
    [InlineData("ACTORSYSTEM", "a b", "letters")]
    [InlineData("AKKACOMPUTE_BIND", "localhost", "IP address")]
    [InlineData("AKKACOMPUTE_WORKERS", "0", "1 .. 10000")]
    [InlineData("AKKACOMPUTE_SLOTS", "-1", "1 ..")]
    [InlineData("AKKACOMPUTE_PBM_HOST", "db", "IP address")]
    [InlineData("AKKACOMPUTE_PBM_PORT", "65536", "0 .. 65535 or off")]
    [InlineData("AKKACOMPUTE_HTTP", "127.0.0.1", "ADDRESS:PORT")]
    [InlineData("AKKACOMPUTE_HTTP", "127.0.0.1:", "ADDRESS:PORT")]
    [InlineData("AKKACOMPUTE_HTTP", "127.0.0.1:65536", "ADDRESS:PORT")]
    [InlineData("AKKACOMPUTE_HTTP", "::1:80", "ADDRESS:PORT")]
    [InlineData("AKKACOMPUTE_GATEWAY", "8450", "ADDRESS:PORT")]
    [InlineData("AKKACOMPUTE_GATEWAY_HOSTS", "not a host", "host name")]
    [InlineData("AKKACOMPUTE_GATEWAY_ORIGINS", "example.org", "https://example.org")]
    [InlineData("AKKACOMPUTE_GATEWAY_ORIGINS", "https://example.org/", "https://example.org")]
    [InlineData("AKKACOMPUTE_GATEWAY_PROXIES", "proxy", "IP address")]
    [InlineData("AKKACOMPUTE_GATEWAY_CERTIFICATE", "/no/such/file", "/no/such/file")]
    [InlineData("AKKACOMPUTE_GATEWAY_CONNECTIONS", "0", "1 .. 65535")]
    [InlineData("AKKACOMPUTE_GATEWAY_CONNECTIONS_EACH", "65536", "1 .. 65535")]
    [InlineData("AKKACOMPUTE_GATEWAY_REQUESTS", "many", "1 .. 100000")]
    [InlineData("AKKACOMPUTE_LOG_LEVEL", "LOUD", "DEBUG, INFO")]
    [InlineData("AKKACOMPUTE_POSTGRES", "Host=db;Database=d;Password=hush", "no password")]
    [InlineData("AKKACOMPUTE_POSTGRES", "Host=db", "Database")]
    [InlineData("AKKACOMPUTE_POSTGRES", "Hots=db", "connection string")]
    [InlineData("AKKACOMPUTE_POSTGRES_PASSWORD_FILE", "/no/such/file", "/no/such/file")]
    [InlineData("AKKACOMPUTE_TLS_CERTIFICATE", "/no/such/file", "/no/such/file")]
    [InlineData("AKKACOMPUTE_KEY_PASSPHRASE_FILE", "/no/such/file", "/no/such/file")]
    [InlineData("AKKACOMPUTE_RETAIN_JOBS", "7", "d, h, m or s")]
    [InlineData("AKKACOMPUTE_RETAIN_JOBS", "59s", "from 1m on")]
    [InlineData("AKKACOMPUTE_RETAIN_JOBS", "never", "not off")]
    [InlineData("AKKACOMPUTE_ROSTER_ROOM", "999", "1000 .. 2097152")]
    [InlineData("AKKACOMPUTE_NEWCOMERS_PER_EPOCH", "0", "1 .. 65536")]
    [InlineData("AKKACOMPUTE_BANS_PER_EPOCH", "257", "1 .. 256")]
    [InlineData("AKKACOMPUTE_CHAIN_OPENINGS", "3", "4 .. 65536")]
    [InlineData("AKKACOMPUTE_BLOB_QUOTA", "7M", "8M .. 1024T")]
    [InlineData("AKKACOMPUTE_BLOB_QUOTA", "64", "K, M, G or T")]
    [InlineData("AKKACOMPUTE_BLOB_TOTAL", "1025T", "8M .. 1024T")]
    [InlineData("AKKACOMPUTE_BLOB_TOTAL", "off", "K, M, G or T")]
    [InlineData("AKKACOMPUTE_MAX_BLOB", "2G", "4M .. 1G")]
    [InlineData("AKKACOMPUTE_MAX_TASK_MEMORY", "5G", "1M .. 4G")]
    [InlineData("AKKACOMPUTE_MAX_TASK_TIME", "2h", "more than 1h")]
    [InlineData("AKKACOMPUTE_MAX_TASK_TIME", "0s", "from 1s on")]
    [InlineData("AKKACOMPUTE_MAX_TASK_FILES", "512K", "1M .. 1G")]
    [InlineData("AKKACOMPUTE_STANDING", "trusted", "not first and not newcomer")]
    [InlineData("AKKACOMPUTE_STANDING", "First", "not first and not newcomer")]
    [InlineData("AKKACOMPUTE_BOOTSTRAP", "9s", "from 10s on")]
    [InlineData("AKKACOMPUTE_BOOTSTRAP", "60", "d, h, m or s")]
    [InlineData("AKKACOMPUTE_HOCON", "/no/such/file", "/no/such/file")]
    public void What_cannot_be_is_refused_by_the_name_that_the_operator_used(string variable, string text, string limit)
    {
        var wrong = Assert.Throws<SettingException>(() => SettingsReader.Read(
            new Dictionary<string, string> { [variable] = text }, new Dictionary<Setting, string>()));
        Assert.StartsWith(variable + ": ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(limit, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", wrong.Message, StringComparison.Ordinal);
        if (SettingTable.All.SingleOrDefault(setting => setting.Variable == variable) is not { } known)
            return;
        wrong = Assert.Throws<SettingException>(() => SettingsReader.Read(
            new Dictionary<string, string>(), new Dictionary<Setting, string> { [known] = text }));
        Assert.StartsWith(known.Option + ": ", wrong.Message, StringComparison.Ordinal);
        File.WriteAllText(_directory["bad.conf"], $"{known.Path} = \"{text}\"");
        wrong = Assert.Throws<SettingException>(() => SettingsReader.Read(
            new Dictionary<string, string>(), new Dictionary<Setting, string>(), _directory["bad.conf"]));
        Assert.StartsWith($"{_directory["bad.conf"]}: {known.Path}: ", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>A shell that talks to a network is a shell that exports records, too.</summary>
    [Theory]
    [InlineData("AKKACOMPUTE_NODE")]
    [InlineData("AKKACOMPUTE_NETWORK")]
    [InlineData("AKKACOMPUTE_HOME")]
    public void What_other_programs_of_ours_read_is_no_setting_and_no_error(string variable)
    {
        var standard = SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<Setting, string>());

        var read = SettingsReader.Read(new Dictionary<string, string> { [variable] = "said" }, new Dictionary<Setting, string>());

        Assert.Equal(standard.Settings with { Seeds = read.Settings.Seeds }, read.Settings);
    }

    [Fact]
    public void A_name_that_is_not_known_is_refused_and_named()
    {
        var wrong = Assert.Throws<SettingException>(() => SettingsReader.Read(
            new Dictionary<string, string> { ["AKKACOMPUTE_WORKER"] = "", ["AKKACOMPUTE_NODE"] = "a boss program's", ["PATH"] = "" },
            new Dictionary<Setting, string>()));
        Assert.StartsWith("AKKACOMPUTE_WORKER: no such variable.", wrong.Message, StringComparison.Ordinal);

        File.WriteAllText(_directory["bad.conf"], "akka-compute { workers = 2, wokers = 3 }");
        wrong = Assert.Throws<SettingException>(() => SettingsReader.Read(
            new Dictionary<string, string>(), new Dictionary<Setting, string>(), _directory["bad.conf"]));
        Assert.Contains("akka-compute.wokers: no such setting", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AKKACOMPUTE_POSTGRES_PASSWORD_FILE", "--postgres")]
    [InlineData("AKKACOMPUTE_TLS_PASSWORD_FILE", "--tls-certificate")]
    [InlineData("AKKACOMPUTE_TLS_CA", "--tls-certificate")]
    [InlineData("AKKACOMPUTE_GATEWAY_KEY", "--gateway-certificate")]
    [InlineData("AKKACOMPUTE_GATEWAY_CERTIFICATE", "--gateway-key")]
    [InlineData("AKKACOMPUTE_TLS_CERTIFICATE", "--tls-ca")]
    public void A_password_of_nothing_is_refused(string variable, string needed)
    {
        var wrong = Assert.Throws<SettingException>(() => SettingsReader.Read(
            new Dictionary<string, string> { [variable] = _directory["one"] }, new Dictionary<Setting, string>()));
        Assert.StartsWith(variable, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(needed, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_name_that_is_not_this_machines_is_listened_for_everywhere_and_loopback_stays_closed()
    {
        var settings = new NodeSettings { DataDirectory = "data" };
        Assert.Equal(IPAddress.Loopback, BindAddress.Of(settings));
        Assert.Equal(IPAddress.Any, BindAddress.Of(settings with { HostName = "192.0.2.1" })); // RFC 5737: nobody's
        Assert.Equal(IPAddress.Parse("192.0.2.2"), BindAddress.Of(settings with { HostName = "192.0.2.1", Bind = IPAddress.Parse("192.0.2.2") }));
    }

    [Fact]
    public void The_documentation_lists_every_setting_by_all_its_names()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "configuration.md"));
        Assert.All(SettingTable.All, setting => Assert.Contains(lines, line => line.Contains($"`{setting.Option}`", StringComparison.Ordinal)
            && line.Contains($"`{setting.Variable}`", StringComparison.Ordinal) && line.Contains($"`{setting.Path}`", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains(SettingsReader.HoconVariable, StringComparison.Ordinal));
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>Three values, all different from the default.</summary>
    private (string First, string Second, string Third) Values(Setting setting) => setting.HelpName switch
    {
        "N" => ("11", "12", "13"),
        "PLACES" => ("1001", "1002", "1003"),
        "HOST" or "NAMES" => ("one", "two", "three"),
        "ORIGINS" => ("https://one", "https://two,http://localhost:8080", "*"),
        "ADDRESSES" => ("10.0.0.1", "10.0.0.2,::1", "10.0.0.3"),
        "ADDRESS" when setting == SettingTable.Seeds =>
            ("akka.tcp://AkkaCompute@one:1", "akka.tcp://AkkaCompute@one:1,akka.tcp://AkkaCompute@two:2", "akka.tcp://AkkaCompute@two:2"),
        "ADDRESS" => ("10.0.0.1", "10.0.0.2", "10.0.0.3"),
        "HOST:PORT" => ("127.0.0.1:1", "127.0.0.1:2", "[::1]:3"),
        "CONNECTION" => ("Host=one;Database=d", "Host=two;Database=d", "Host=three;Database=d"),
        "LEVEL" => ("DEBUG", "WARNING", "ERROR"),
        "TIME" when setting == SettingTable.MaxTaskTime => ("7m", "12m", "30m"),
        "TIME" => ("7d", "12h", "30m"),
        "SIZE" when setting == SettingTable.MaxBlob || setting == SettingTable.MaxTaskFiles => ("8M", "1G", "9000K"),
        "SIZE" => ("8M", "3G", "9000K"),
        "FORMAT" => ("json", "text", "json"),
        "STANDING" => ("newcomer", "first", "newcomer"),
        "FILE" => (_directory["one"], _directory["two"], _directory["three"]),
        "DIR" or "NAME" => ("one", "two", "three"),
        _ => throw new InvalidOperationException($"No values for {setting.Option}."),
    };
}
