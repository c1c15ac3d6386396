using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Gateway;
using AkkaCompute.Gateway.Limits;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Sandbox.Runtimes;

namespace AkkaCompute.Node.Hosting;

/// <summary>Opens the gateway, as the operator said it.</summary>
internal static class GatewayStart
{
    /// <returns><c>null</c> means no gateway.</returns>
    /// <exception cref="UserErrorException">The port or the certificate cannot be had.</exception>
    public static async Task<GatewayHost?> StartAsync(NodeContext node, SaidSettings said)
    {
        if (said.Settings.Gateway is not { } address)
            return null;
        var options = OptionsOf(said.Settings, address) with { Certificates = Certificates(said) };
        try
        {
            var gateway = await GatewayHost.StartAsync(node, options);
            Console.WriteLine($"gateway: {gateway.Address}");
            return gateway;
        }
        catch (Exception wrong) when (wrong is IOException or SocketException)
        {
            throw new UserErrorException($"{said.NameOf(SettingTable.Gateway)} {address}: {wrong.Message}", wrong);
        }
    }

    public static GatewayOptions OptionsOf(NodeSettings settings, IPEndPoint address) => new()
    {
        Address = address,
        DataDirectory = settings.DataDirectory,
        Hosts = settings.GatewayHosts,
        Origins = settings.GatewayOrigins,
        Runtimes = settings.Runtimes is { } runtimes
            ? RuntimeDirectory.Read(runtimes).Runtimes.ToDictionary(runtime => runtime.Hash, runtime => runtime.Bytes)
            : new Dictionary<Hash256, ReadOnlyMemory<byte>>(),
        Proxies = [.. settings.GatewayProxies.Select(IPAddress.Parse)],
        Limits = new GatewayLimits
        {
            Connections = settings.GatewayConnections,
            ConnectionsPerAddress = settings.GatewayConnectionsEach,
            RequestsPerSecond = settings.GatewayRequests,
        },
    };

    private static X509Certificate2Collection? Certificates(SaidSettings said)
    {
        if (said.Settings is not { GatewayCertificate: { } file, GatewayKey: { } key })
            return null;
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            return [X509Certificate2.CreateFromPemFile(file, key), .. chain.Skip(1)];
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{said.NameOf(SettingTable.GatewayCertificate)} {file}: {wrong.Message}", wrong);
        }
    }
}
