using System.Globalization;
using AkkaCompute.Actors.Transport;

namespace AkkaCompute.Lighthouse;

/// <summary>What a lighthouse is told, by the environment variables that Petabridge's Lighthouse made usual.</summary>
/// <param name="SystemName"><c>ACTORSYSTEM</c>: the same name for all members.</param>
/// <param name="HostName"><c>CLUSTER_IP</c>: the name or address that others reach it at.</param>
/// <param name="Port"><c>CLUSTER_PORT</c>.</param>
/// <param name="Tls"><c>AKKACOMPUTE_TLS_CERTIFICATE</c>, <c>AKKACOMPUTE_TLS_PASSWORD_FILE</c>, <c>AKKACOMPUTE_TLS_CA</c>; none: plain TCP.</param>
/// <param name="Seeds"><c>CLUSTER_SEEDS</c>: addresses of all lighthouses, comma-separated, in one order for everyone; none: itself.</param>
public sealed record LighthouseSettings(string SystemName, string HostName, int Port, IReadOnlyList<string> Seeds, TlsFiles? Tls)
{
    public static LighthouseSettings FromEnvironment(Func<string, string?> variable)
    {
        var port = variable("CLUSTER_PORT") is { Length: > 0 } text ? Port(text) : 4053;
        var (system, tls) = (Or(variable("ACTORSYSTEM"), "AkkaCompute"), TlsFiles.FromEnvironment(variable));
        var seeds = (variable("CLUSTER_SEEDS") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // A seed of the other kind would never answer, and the lighthouse wait for ever.
        var (ours, other) = tls is null ? ("akka.tcp", ClusterTls.Protocol) : (ClusterTls.Protocol, "akka.tcp");
        if (seeds.FirstOrDefault(seed => seed.StartsWith($"{other}://", StringComparison.Ordinal)) is { } wrong)
            throw new FormatException($"CLUSTER_SEEDS: '{wrong}' is not {ours}://{system}@HOST:PORT.");
        return new LighthouseSettings(system, Or(variable("CLUSTER_IP"), "127.0.0.1"), port, seeds, tls);

        static string Or(string? value, string otherwise) => string.IsNullOrWhiteSpace(value) ? otherwise : value;

        static int Port(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65_535
                ? number
                : throw new FormatException($"CLUSTER_PORT: '{text}' is not a port, 1 to 65535.");
    }
}
