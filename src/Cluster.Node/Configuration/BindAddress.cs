using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace AkkaCompute.Node.Configuration;

/// <summary>
/// Where a node listens, if nobody says it: at the address of its public name where that is one of this machine's, so that a
/// node on loopback is closed to the network; else, behind a translated address, everywhere.
/// </summary>
public static class BindAddress
{
    /// <exception cref="SocketException">The host's name cannot be resolved, and so no other member would find it.</exception>
    public static IPAddress Of(NodeSettings settings)
    {
        if (settings.Bind is { } said)
            return said;
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .ToHashSet();
        var named = Dns.GetHostAddresses(settings.HostName);
        return named.FirstOrDefault(address => IPAddress.IsLoopback(address) || own.Contains(address))
            ?? (named.Any(address => address.AddressFamily == AddressFamily.InterNetwork) ? IPAddress.Any : IPAddress.IPv6Any);
    }
}
