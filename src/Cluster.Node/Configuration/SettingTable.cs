using System.Globalization;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster.Closing;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Node.Configuration.SettingValues;

namespace AkkaCompute.Node.Configuration;

/// <summary>All that can be said about a node. The names are a contract: docs/configuration.md lists them.</summary>
public static class SettingTable
{
    /// <summary>c-nodes of one process: each has a session, a key and a place in the roster.</summary>
    public const int MaxWorkers = 10_000;

    private const string Ours = "akka-compute.";

    public static Setting System { get; } = new(
        "--system", "ACTORSYSTEM", Ours + "system", "NAME", "The name of the actor system: the same for all members.",
        settings => settings.SystemName, (settings, text) => settings with { SystemName = SystemName(text) });

    public static Setting Host { get; } = new(
        "--host", "CLUSTER_IP", "akka.remote.dot-netty.tcp.public-hostname", "HOST",
        "The name or address that other members reach this node at; auto: this machine's name.",
        settings => settings.HostName, (settings, text) => settings with { HostName = HostName(text) });

    public static Setting Bind { get; } = new(
        "--bind", "AKKACOMPUTE_BIND", "akka.remote.dot-netty.tcp.hostname", "ADDRESS",
        "The IP address to listen at; auto: the host's, or 0.0.0.0 where that is not one of this machine's.",
        settings => settings.Bind?.ToString() ?? "auto",
        (settings, text) => settings with { Bind = text == "auto" ? null : Address(text) });

    public static Setting Port { get; } = new(
        "--port", "CLUSTER_PORT", "akka.remote.dot-netty.tcp.port", "N", "The TCP port; 0: a free one.",
        settings => Text(settings.Port), (settings, text) => settings with { Port = Number(text, 0, 65_535) });

    public static Setting Seeds { get; } = new(
        "--seed-node", "CLUSTER_SEEDS", "akka.cluster.seed-nodes", "ADDRESS",
        "Members to join through, akka.tcp://SYSTEM@HOST:PORT (with TLS akka.ssl.tcp), comma-separated or repeated. None: a cluster of "
        + "its own.",
        settings => settings.Seeds.Count == 0 ? null : string.Join(',', settings.Seeds),
        (settings, text) => settings with { Seeds = List(text) });

    public static Setting Data { get; } = new(
        "--data", "AKKACOMPUTE_DATA", Ours + "data", "DIR", "Where everything durable is that is not in PostgreSQL.",
        settings => settings.DataDirectory, (settings, text) => settings with { DataDirectory = FilePath(text) });

    public static Setting SharedData { get; } = new(
        "--shared-data", "AKKACOMPUTE_SHARED_DATA", Ours + "shared-data", "DIR",
        "A directory that nodes on one machine share: each takes a part of it, node-1, node-2 and so on, in place of --data.",
        settings => settings.SharedData, (settings, text) => settings with { SharedData = FilePath(text) });

    public static Setting Postgres { get; } = new(
        "--postgres", "AKKACOMPUTE_POSTGRES", Ours + "postgres", "CONNECTION",
        "Journal, snapshots and blobs are in this PostgreSQL database: an Npgsql connection string without a password. None: SQLite, for "
        + "one node.",
        settings => settings.Postgres, (settings, text) => settings with { Postgres = ConnectionString(text) });

    public static Setting PostgresPasswordFile { get; } = new(
        "--postgres-password-file", "AKKACOMPUTE_POSTGRES_PASSWORD_FILE", Ours + "postgres-password-file", "FILE",
        "A file whose first line is PostgreSQL's password.",
        settings => settings.PostgresPasswordFile, (settings, text) => settings with { PostgresPasswordFile = ExistingFile(text) });

    public static Setting Workers { get; } = new(
        "--workers", "AKKACOMPUTE_WORKERS", Ours + "workers", "N", "c-nodes that work here; by default one a core.",
        settings => Text(settings.Workers), (settings, text) => settings with { Workers = Number(text, 1, MaxWorkers) });

    public static Setting Standing { get; } = new(
        "--standing", "AKKACOMPUTE_STANDING", Ours + "standing", "STANDING",
        "What the c-nodes here come as: first, trusted from the start, or newcomer, which has to earn it. Others must be first: at least "
        + "four, or nobody can earn enough.",
        settings => settings.Standing.ToString().ToLowerInvariant(),
        (settings, text) => settings with { Standing = FirstOrNewcomer(text) });

    public static Setting Bootstrap { get; } = new(
        "--bootstrap", "AKKACOMPUTE_BOOTSTRAP", Ours + "bootstrap", "TIME",
        "So often the first c-nodes here hand in a small job while there are newcomers, so that these can earn; off: never.",
        settings => settings.Bootstrap is { } every ? Duration.Text(every) : "off",
        (settings, text) => settings with { Bootstrap = text == "off" ? null : Time(text, TimeSpan.FromSeconds(10)) });

    public static Setting Slots { get; } = new(
        "--slots", "AKKACOMPUTE_SLOTS", Ours + "slots", "N", "Bundles that run at once; by default one a core.",
        settings => Text(settings.Slots), (settings, text) => settings with { Slots = Number(text, 1, NodeInfo.MaxSlots) });

    public static Setting Kernels { get; } = new(
        "--kernels", "AKKACOMPUTE_KERNELS", Ours + "kernels", "DIR", "Kernels to load beside the built-in ones: trusted code.",
        settings => settings.Kernels, (settings, text) => settings with { Kernels = FilePath(text) });

    public static Setting Runtimes { get; } = new(
        "--runtimes", "AKKACOMPUTE_RUNTIMES", Ours + "runtimes", "DIR",
        "What scripts run on: NAME.wasm each, and the file approved with their SHA-256; off: none.",
        settings => settings.Runtimes == NodeSettings.RuntimesBeside ? "script-runtimes, beside the program" : settings.Runtimes ?? "off",
        (settings, text) => settings with { Runtimes = text == "off" ? null : FilePath(text) });

    public static Setting PbmHost { get; } = new(
        "--pbm-host", "AKKACOMPUTE_PBM_HOST", Ours + "pbm-host", "ADDRESS",
        "The IP address that pbm's port listens at. Whoever reaches it may down nodes.",
        settings => settings.PbmHost, (settings, text) => settings with { PbmHost = Address(text).ToString() });

    public static Setting PbmPort { get; } = new(
        "--pbm-port", "AKKACOMPUTE_PBM_PORT", Ours + "pbm-port", "N",
        "The port that pbm talks to; 0: a free one; off: none. The default is left where it is taken.",
        settings => settings.PbmPort < 0 ? "off" : Text(settings.PbmPort),
        (settings, text) => settings with { PbmPort = text is "off" or "-1" ? -1 : Number(text, 0, 65_535, " or off") });

    public static Setting Http { get; } = new(
        "--http", "AKKACOMPUTE_HTTP", Ours + "http", "HOST:PORT",
        "Where health and metrics are served: an IP address and a port; off: nowhere.",
        settings => settings.Http?.ToString() ?? "off", (settings, text) => settings with { Http = text == "off" ? null : EndPoint(text) });

    public static Setting Gateway { get; } = new(
        "--gateway", "AKKACOMPUTE_GATEWAY", Ours + "gateway", "HOST:PORT",
        "Where the gateway listens, for bosses and auditors outside the cluster: an IP address and a port; off: nowhere.",
        settings => settings.Gateway?.ToString() ?? "off",
        (settings, text) => settings with { Gateway = text == "off" ? null : EndPoint(text) });

    public static Setting GatewayHosts { get; } = new(
        "--gateway-hosts", "AKKACOMPUTE_GATEWAY_HOSTS", Ours + "gateway-hosts", "NAMES",
        "Names that the gateway may be called by, comma-separated, beside localhost and IP addresses.",
        settings => Shown(settings.GatewayHosts), (settings, text) => settings with { GatewayHosts = [.. List(text).Select(HostName)] });

    public static Setting GatewayOrigins { get; } = new(
        "--gateway-origins", "AKKACOMPUTE_GATEWAY_ORIGINS", Ours + "gateway-origins", "ORIGINS",
        "Origins of pages that may call the gateway, https://NAME, comma-separated; *: any.",
        settings => Shown(settings.GatewayOrigins), (settings, text) => settings with { GatewayOrigins = [.. List(text).Select(Origin)] });

    public static Setting GatewayProxies { get; } = new(
        "--gateway-proxies", "AKKACOMPUTE_GATEWAY_PROXIES", Ours + "gateway-proxies", "ADDRESSES",
        "IP addresses of proxies in front of the gateway, comma-separated: the last address of their X-Forwarded-For is the client's.",
        settings => Shown(settings.GatewayProxies),
        (settings, text) => settings with { GatewayProxies = [.. List(text).Select(address => Address(address).ToString())] });

    public static Setting GatewayCertificate { get; } = new(
        "--gateway-certificate", "AKKACOMPUTE_GATEWAY_CERTIFICATE", Ours + "gateway-certificate", "FILE",
        "A PEM file with the gateway's certificate and those behind it up to the authority: it speaks HTTPS.",
        settings => settings.GatewayCertificate, (settings, text) => settings with { GatewayCertificate = ExistingFile(text) });

    public static Setting GatewayKey { get; } = new(
        "--gateway-key", "AKKACOMPUTE_GATEWAY_KEY", Ours + "gateway-key", "FILE",
        "A PEM file with the private key of the gateway's certificate.",
        settings => settings.GatewayKey, (settings, text) => settings with { GatewayKey = ExistingFile(text) });

    public static Setting GatewayConnections { get; } = new(
        "--gateway-connections", "AKKACOMPUTE_GATEWAY_CONNECTIONS", Ours + "gateway-connections", "N",
        "Connections that the gateway has open at once; a further one is closed.",
        settings => Text(settings.GatewayConnections), (settings, text) => settings with { GatewayConnections = Number(text, 1, 65_535) });

    public static Setting GatewayConnectionsEach { get; } = new(
        "--gateway-connections-each", "AKKACOMPUTE_GATEWAY_CONNECTIONS_EACH", Ours + "gateway-connections-each", "N",
        "Connections of one address, or of one /64 of version 6, that the gateway has open at once.",
        settings => Text(settings.GatewayConnectionsEach),
        (settings, text) => settings with { GatewayConnectionsEach = Number(text, 1, 65_535) });

    public static Setting GatewayRequests { get; } = new(
        "--gateway-requests", "AKKACOMPUTE_GATEWAY_REQUESTS", Ours + "gateway-requests", "N",
        "Requests a second that the gateway takes of one address; twice as many at once.",
        settings => Text(settings.GatewayRequests), (settings, text) => settings with { GatewayRequests = Number(text, 1, 100_000) });

    public static Setting TlsCertificate { get; } = new(
        "--tls-certificate", "AKKACOMPUTE_TLS_CERTIFICATE", Ours + "tls-certificate", "FILE",
        "A .pfx file with this member's certificate and key: members speak mutual TLS.",
        settings => settings.TlsCertificate, (settings, text) => settings with { TlsCertificate = ExistingFile(text) });

    public static Setting TlsPasswordFile { get; } = new(
        "--tls-password-file", "AKKACOMPUTE_TLS_PASSWORD_FILE", Ours + "tls-password-file", "FILE",
        "A file whose first line is the certificate's password.",
        settings => settings.TlsPasswordFile, (settings, text) => settings with { TlsPasswordFile = ExistingFile(text) });

    public static Setting TlsAuthority { get; } = new(
        "--tls-ca", "AKKACOMPUTE_TLS_CA", Ours + "tls-ca", "FILE",
        "The certificate of the cluster's own authority, PEM or DER: members and boss programs have certificates of it, and no others "
        + "count.",
        settings => settings.TlsAuthority, (settings, text) => settings with { TlsAuthority = ExistingFile(text) });

    public static Setting KeyPassphraseFile { get; } = new(
        "--key-passphrase-file", "AKKACOMPUTE_KEY_PASSPHRASE_FILE", Ours + "key-passphrase-file", "FILE",
        "A file whose first line is the passphrase that the key files are encrypted with.",
        settings => settings.KeyPassphraseFile, (settings, text) => settings with { KeyPassphraseFile = ExistingFile(text) });

    public static Setting EndIdleJobs { get; } = new(
        "--end-idle-jobs", "AKKACOMPUTE_END_IDLE_JOBS", Ours + "end-idle-jobs", "TIME",
        "An open job that takes no page and decides nothing for so long, 1d, 12h or 30m, ends, as if its boss had cancelled it; off: "
        + "never. The same for all nodes.",
        settings => settings.EndIdleJobs is { } after ? Duration.Text(after) : "off",
        (settings, text) => settings with { EndIdleJobs = text == "off" ? null : Time(text, TimeSpan.FromMinutes(1)) });

    public static Setting RetainJobs { get; } = new(
        "--retain-jobs", "AKKACOMPUTE_RETAIN_JOBS", Ours + "retain-jobs", "TIME",
        "Finished jobs are forgotten after so long, 7d, 12h or 30m, and their inputs and outcomes erased; off: never. The same for all "
        + "nodes.",
        settings => settings.RetainJobs is { } after ? Duration.Text(after) : "off",
        (settings, text) => settings with { RetainJobs = text == "off" ? null : Time(text, TimeSpan.FromMinutes(1)) });

    public static Setting RosterRoom { get; } = new(
        "--roster-room", "AKKACOMPUTE_ROSTER_ROOM", Ours + "roster-room", "PLACES",
        "c-nodes that the roster holds: a quarter for the trusted alone, a quarter for newcomers of each node in equal parts. The same "
        + "for all nodes.",
        settings => Text(settings.Budgets.Members),
        (settings, text) =>
            Budgets(settings, budgets => budgets with { Members = Number(text, RosterBudgets.LeastMembers, RosterBudgets.MostMembers) }));

    public static Setting NewcomersPerEpoch { get; } = new(
        "--newcomers-per-epoch", "AKKACOMPUTE_NEWCOMERS_PER_EPOCH", Ours + "newcomers-per-epoch", "N",
        "Newcomers that come into the roster with one epoch; the others wait, and the beacon draws who is next. The same for all nodes.",
        settings => Text(settings.Budgets.NewcomersPerEpoch),
        (settings, text) =>
            Budgets(settings, budgets => budgets with { NewcomersPerEpoch = Number(text, 1, RosterBudgets.MostNewcomersPerEpoch) }));

    public static Setting BansPerEpoch { get; } = new(
        "--bans-per-epoch", "AKKACOMPUTE_BANS_PER_EPOCH", Ours + "bans-per-epoch", "N",
        "Bans that one epoch takes, those of the trusted first. The same for all nodes.",
        settings => Text(settings.Budgets.BansPerEpoch),
        (settings, text) => Budgets(settings, budgets => budgets with { BansPerEpoch = Number(text, 1, RosterBudgets.MostBansPerEpoch) }));

    public static Setting ChainOpenings { get; } = new(
        "--chain-openings", "AKKACOMPUTE_CHAIN_OPENINGS", Ours + "chain-openings", "N",
        $"Chains that a newcomer's key opens in {RosterBudgets.OpeningEpochs} epochs; a trusted one {RosterBudgets.TrustedOpenings} times "
        + "as many. "
        + "A job takes two. The same for all nodes.",
        settings => Text(settings.Budgets.ChainOpenings),
        (settings, text) => Budgets(settings, budgets => budgets with
        {
            ChainOpenings = Number(text, RosterBudgets.LeastChainOpenings, RosterBudgets.MostChainOpenings),
        }));

    public static Setting BlobQuota { get; } = new(
        "--blob-quota", "AKKACOMPUTE_BLOB_QUOTA", Ours + "blob-quota", "SIZE",
        "Blobs that one boss's key may have here, 64M or 1G: its own that no open job of its needs make room. The same for all nodes.",
        settings => SizeText(settings.BlobQuota), (settings, text) => settings with { BlobQuota = Size(text, 8L << 20, 1L << 50) });

    public static Setting BlobTotal { get; } = new(
        "--blob-total", "AKKACOMPUTE_BLOB_TOTAL", Ours + "blob-total", "SIZE",
        "All blobs: those that no open job needs, not used for the longest time, make room. The same for all nodes.",
        settings => SizeText(settings.BlobTotal), (settings, text) => settings with { BlobTotal = Size(text, 8L << 20, 1L << 50) });

    public static Setting MaxBlob { get; } = new(
        "--max-blob", "AKKACOMPUTE_MAX_BLOB", Ours + "max-blob", "SIZE",
        "The largest blob that is taken: a program's file, a task's input or output. The same for all nodes.",
        settings => SizeText(settings.MaxBlob), (settings, text) => settings with { MaxBlob = Size(text, 4L << 20, 1L << 30) });

    public static Setting MaxTaskMemory { get; } = new(
        "--max-task-memory", "AKKACOMPUTE_MAX_TASK_MEMORY", Ours + "max-task-memory", "SIZE",
        "The most memory that a job may ask for each task. The same for all nodes.",
        settings => SizeText(settings.Ceilings.MemoryBytes),
        (settings, text) => settings with { Ceilings = settings.Ceilings with { MemoryBytes = Size(text, 1L << 20, JobSpec.MaxMemory) } });

    public static Setting MaxTaskTime { get; } = new(
        "--max-task-time", "AKKACOMPUTE_MAX_TASK_TIME", Ours + "max-task-time", "TIME",
        "The longest time that a job may ask for each task. The same for all nodes.",
        settings => Duration.Text(settings.Ceilings.WallClock),
        (settings, text) => settings with
        {
            Ceilings = settings.Ceilings with
            {
                WallClock = Time(text, TimeSpan.FromSeconds(1)) is var time && time <= JobSpec.MaxWallClock ? time
                    : throw new FormatException($"'{text}' is more than {Duration.Text(JobSpec.MaxWallClock)}."),
            },
        });

    public static Setting MaxTaskFiles { get; } = new(
        "--max-task-files", "AKKACOMPUTE_MAX_TASK_FILES", Ours + "max-task-files", "SIZE",
        "The most bytes of files that a job may ask for each task, and that a program may have. The same for all nodes.",
        settings => SizeText(settings.Ceilings.FileBytes),
        (settings, text) => settings with { Ceilings = settings.Ceilings with { FileBytes = Size(text, 1L << 20, JobSpec.MaxFileBytes) } });

    public static Setting LogLevel { get; } = new(
        "--log-level", "AKKACOMPUTE_LOG_LEVEL", "akka.loglevel", "LEVEL", $"How much the log says: {string.Join(", ", LogLevels)}.",
        settings => settings.LogLevel, (settings, text) => settings with { LogLevel = Level(text) });

    public static Setting LogFormat { get; } = new(
        "--log-format", "AKKACOMPUTE_LOG_FORMAT", Ours + "log-format", "FORMAT",
        "How log lines are written: text, or json, one object a line.",
        settings => settings.LogFormat,
        (settings, text) =>
            settings with { LogFormat = text is "text" or "json"
                ? text
                : throw new FormatException($"'{text}' is not text and not json.") });

    public static IReadOnlyList<Setting> All { get; } =
    [
        System, Host, Bind, Port, Seeds, Data, SharedData, Postgres, PostgresPasswordFile, Workers, Standing, Bootstrap, Slots, Kernels,
        Runtimes,
        PbmHost, PbmPort, Http, Gateway, GatewayHosts, GatewayOrigins, GatewayProxies, GatewayCertificate, GatewayKey, GatewayConnections,
        GatewayConnectionsEach, GatewayRequests, TlsCertificate, TlsPasswordFile, TlsAuthority, KeyPassphraseFile, EndIdleJobs, RetainJobs,
        RosterRoom,
        NewcomersPerEpoch, BansPerEpoch, ChainOpenings, BlobQuota, BlobTotal, MaxBlob, MaxTaskMemory, MaxTaskTime, MaxTaskFiles, LogLevel,
        LogFormat,
    ];

    private static NodeSettings Budgets(NodeSettings settings, Func<RosterBudgets, RosterBudgets> change) =>
        settings with { Budgets = change(settings.Budgets) };

    private static string? Shown(IReadOnlyList<string> texts) => texts.Count == 0 ? null : string.Join(',', texts);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
