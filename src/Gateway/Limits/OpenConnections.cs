using System.Net;
using Microsoft.AspNetCore.Connections;

namespace AkkaCompute.Gateway.Limits;

/// <summary>Bounds open connections, in all and for each address, before a byte of them is read. One too many is closed at once.</summary>
/// <param name="exempt">Addresses that only the bound for all holds for: the operator's own proxies.</param>
/// <param name="metrics">Counts their bytes, and those that were closed.</param>
public sealed class OpenConnections(int most, int mostOfOne, IReadOnlyCollection<IPAddress> exempt, GatewayMetrics metrics)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _open = [];
    private int _all;

    /// <summary>Connections that are open now.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
                return _all;
        }
    }

    /// <summary>Middleware of a listener.</summary>
    public ConnectionDelegate Around(ConnectionDelegate next) => async connection =>
    {
        var address = ClientAddress.KeyOf((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        if (!Enter(address))
        {
            metrics.OnRefused("connection");
            connection.Abort(new ConnectionAbortedException($"More than {most} connections, or {mostOfOne} of {address}."));
            return;
        }
        try
        {
            connection.Transport = new CountedTransport(connection.Transport, metrics.OnRead, metrics.OnWritten);
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    };

    private bool Enter(IPAddress address)
    {
        lock (_lock)
        {
            var own = _open.GetValueOrDefault(address);
            if (_all >= most || (own >= mostOfOne && !exempt.Contains(address)))
                return false;
            _open[address] = own + 1;
            _all++;
            return true;
        }
    }

    private void Leave(IPAddress address)
    {
        lock (_lock)
        {
            _all--;
            if (_open[address] == 1)
                _open.Remove(address);
            else
                _open[address]--;
        }
    }
}
