using System.Net;
using System.Net.Sockets;
using AkkaCompute.Gateway;

namespace AkkaCompute.Demo;

/// <summary>Where a demo serves its page: said before its node is there, so that its first line can name the address.</summary>
internal static class DemoPage
{
    private const int Usual = 8080;

    /// <summary>The usual port where it is free, else another one.</summary>
    public static IPEndPoint Choose() =>
        TryBind(Usual) ?? TryBind(0) ?? throw new DemoException("No port is free on the loopback address.");

    /// <summary>Serves it. Where somebody else took the port meanwhile, it is at another one, and a line says so.</summary>
    public static async Task<GatewayHost> OpenAsync(IDemoNode host, IPEndPoint address)
    {
        var options = host.GatewayAt(address);
        try
        {
            return await GatewayHost.StartAsync(host.Node, options);
        }
        catch (IOException)
        {
            var page = await GatewayHost.StartAsync(host.Node, options with { Address = new IPEndPoint(address.Address, 0) });
            Console.WriteLine($"{address} is taken: watch it at {page.Address}");
            return page;
        }
    }

    private static IPEndPoint? TryBind(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return (IPEndPoint)socket.LocalEndPoint!;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
