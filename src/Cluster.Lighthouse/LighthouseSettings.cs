using System.Globalization;
using System.Net;
using Akka.Actor;
using AkkaCompute.Actors.Transport;

namespace AkkaCompute.Lighthouse;

/// <summary>What a lighthouse is told, by the environment variables that Petabridge's Lighthouse made usual, and the nodes' own.</summary>
/// <param name="SystemName"><c>ACTORSYSTEM</c>: the same name for all members.</param>
/// <param name="HostName"><c>CLUSTER_IP</c>: the name or address that others reach it at; <c>auto</c>: this machine's name.</param>
/// <param name="Port"><c>CLUSTER_PORT</c>.</param>
/// <param name="Tls"><c>AKKACOMPUTE_TLS_CERTIFICATE</c>, <c>AKKACOMPUTE_TLS_PASSWORD_FILE</c>, <c>AKKACOMPUTE_TLS_CA</c>; none: plain
/// TCP.</param>
/// <param name="Seeds"><c>CLUSTER_SEEDS</c>: addresses of all lighthouses, comma-separated, in one order for everyone; none:
/// itself.</param>
/// <param name="Bind"><c>AKKACOMPUTE_BIND</c>: the IP address to listen at; <c>null</c> means that of <paramref name="HostName"/>.</param>
/// <param name="Hocon"><c>AKKACOMPUTE_HOCON</c>: a file of cluster settings over the built-in ones; <c>null</c> means none.</param>
public sealed record LighthouseSettings(
    string SystemName, string HostName, int Port, IReadOnlyList<string> Seeds, IPAddress? Bind = null, string? Hocon = null,
    TlsFiles? Tls = null)
{
    /// <exception cref="FormatException">A value that cannot be; the message begins with the variable's name.</exception>
    public static LighthouseSettings FromEnvironment(Func<string, string?> variable)
    {
        var system = Or(variable("ACTORSYSTEM"), "AkkaCompute");
        var host = Or(variable("CLUSTER_IP"), "127.0.0.1");
        var tls = TlsFiles.FromEnvironment(variable);
        return new LighthouseSettings(
            system, host == "auto" ? Dns.GetHostName() : host, ReadPort(Or(variable("CLUSTER_PORT"), "4053")),
            ReadSeeds(variable("CLUSTER_SEEDS") ?? "", system, tls is null ? "akka.tcp" : ClusterTls.Protocol),
            ReadBind(variable("AKKACOMPUTE_BIND")), ReadFile(variable("AKKACOMPUTE_HOCON")), tls);
    }

    private static string Or(string? value, string otherwise) => string.IsNullOrWhiteSpace(value) ? otherwise : value;

    private static int ReadPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65_535
            ? number
            : throw new FormatException($"CLUSTER_PORT: '{text}' is not a port, 1 to 65535.");

    private static string[] ReadSeeds(string text, string system, string protocol)
    {
        var seeds = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return seeds.FirstOrDefault(seed => !IsMember(seed, system, protocol)) is { } wrong
            ? throw new FormatException($"CLUSTER_SEEDS: '{wrong}' is not {protocol}://{system}@HOST:PORT.")
            : seeds;
    }

    private static bool IsMember(string text, string system, string protocol) =>
        ActorPath.TryParseAddress(text, out var address)
        && address is { Host: not null, Port: not null } && address.Protocol == protocol && address.System == system;

    private static IPAddress? ReadBind(string? text) =>
        string.IsNullOrWhiteSpace(text) || text == "auto" ? null
        : IPAddress.TryParse(text, out var address) ? address
        : throw new FormatException($"AKKACOMPUTE_BIND: '{text}' is no IP address, and not auto.");

    private static string? ReadFile(string? path) =>
        string.IsNullOrWhiteSpace(path) ? null
        : File.Exists(path) ? path
        : throw new FormatException($"AKKACOMPUTE_HOCON: there is no file '{path}'.");
}
