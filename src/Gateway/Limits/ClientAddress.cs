using System.Net;
using System.Net.Sockets;

namespace AkkaCompute.Gateway.Limits;

/// <summary>Whom a limit counts against.</summary>
public static class ClientAddress
{
    private const int Subnet = 8; // bytes of a /64

    /// <summary>The address of version 4, in whichever form it came, or the /64 of one of version 6.</summary>
    public static IPAddress KeyOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(Subnet).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>
    /// The address that a proxy of the operator's says it passes on, the last one in <c>X-Forwarded-For</c>; any other client's word counts
    /// for nothing.
    /// </summary>
    /// <param name="peer">Who is connected.</param>
    /// <param name="forwarded">The header; null for none.</param>
    public static IPAddress Of(IPAddress peer, string? forwarded, IReadOnlyCollection<IPAddress> proxies)
    {
        ArgumentNullException.ThrowIfNull(proxies);
        return forwarded is not null && proxies.Contains(KeyOf(peer))
            && IPAddress.TryParse(forwarded.AsSpan(forwarded.LastIndexOf(',') + 1).Trim(), out var client) ? KeyOf(client) : KeyOf(peer);
    }
}
