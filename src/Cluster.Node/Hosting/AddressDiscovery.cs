using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Discovery;

namespace AkkaCompute.Node.Hosting;

/// <summary>
/// Finds the other nodes by names whose addresses are theirs: those of a headless service in Kubernetes, or of hosts. Akka.NET makes it,
/// by its name in the configuration.
/// </summary>
internal sealed class AddressDiscovery : ServiceDiscovery
{
    private readonly IList<string> _names;
    private readonly AddressFamily _family;

    public AddressDiscovery(ExtendedActorSystem system)
    {
        var config = system.Settings.Config;
        _names = config.GetStringList("akka.discovery.addresses.names");
        // A node that has addresses of both versions is one node, known by this one.
        _family = IPAddress.Parse(config.GetString("akka.management.http.hostname")).AddressFamily;
    }

    /// <summary>All addresses; none of a name that nobody has yet.</summary>
    public override async Task<Resolved> Lookup(Lookup lookup, TimeSpan resolveTimeout)
    {
        using var limit = new CancellationTokenSource(resolveTimeout);
        var found = new HashSet<IPAddress>();
        foreach (var name in _names)
        {
            try
            {
                found.UnionWith(await Dns.GetHostAddressesAsync(name, _family, limit.Token).ConfigureAwait(false));
            }
            catch (SocketException unknown) when (unknown.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
            {
                // A service has no addresses before its first node; it is asked again.
            }
        }
        return new Resolved(lookup.ServiceName, found.Select(address => new ResolvedTarget(address.ToString(), null, address)));
    }
}
