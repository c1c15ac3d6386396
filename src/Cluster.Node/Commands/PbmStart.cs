using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Pbm;

namespace AkkaCompute.Node.Commands;

/// <summary>Opens the port that pbm talks to, as the command line says it.</summary>
internal static class PbmStart
{
    private const int Off = -1;

    public static Option<int> Port(NodeSettings standard)
    {
        var option = Options.Text("--pbm-port", "N", $"The port that pbm talks to; 0: a free one; off: none. By default {standard.PbmPort}, or none where that is taken.", text =>
            text is "off" or "-1" ? Off
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort ? port
            : throw new FormatException($"--pbm-port: '{text}' is not a whole number within 0 .. {IPEndPoint.MaxPort}, and not off."));
        option.DefaultValueFactory = _ => standard.PbmPort;
        return option;
    }

    public static Option<string> Host(NodeSettings standard)
    {
        var option = Options.Text("--pbm-host", "ADDRESS", "The IP address that pbm's port listens at. Who reaches it may down nodes.", text =>
            IPAddress.TryParse(text, out _) ? text : throw new FormatException($"--pbm-host: '{text}' is no IP address."));
        option.DefaultValueFactory = _ => standard.PbmHost;
        return option;
    }

    /// <summary>Tries a port that was asked for before the node starts: one that ends in the middle of its start is loud.</summary>
    /// <exception cref="UserErrorException">The port cannot be had.</exception>
    public static void Check(NodeSettings settings)
    {
        if (settings.PbmPort == Off)
            return;
        try
        {
            using var probe = new TcpListener(IPAddress.Parse(settings.PbmHost), settings.PbmPort);
            probe.Start();
        }
        catch (SocketException wrong)
        {
            throw new UserErrorException($"--pbm-host {settings.PbmHost}, --pbm-port {settings.PbmPort}: {wrong.Message}", wrong);
        }
    }

    /// <summary>
    /// Opens the port and says where. The default port may be taken, by another node on this machine: then this one goes on
    /// without, and says so.
    /// </summary>
    /// <param name="asked">Whether the operator named the port: then it is an error if it cannot be had.</param>
    /// <returns>Null: no port.</returns>
    /// <exception cref="UserErrorException">The port that was asked for cannot be had.</exception>
    public static PbmServer? Start(NodeContext node, NodeSettings settings, bool asked)
    {
        if (settings.PbmPort == Off)
            return null;
#if PETABRIDGE_CMD
        PetabridgeHost.Start(node.System, new IPEndPoint(IPAddress.Parse(settings.PbmHost), settings.PbmPort));
        return null;
#else
        try
        {
            var server = PbmServer.Start(node, new IPEndPoint(IPAddress.Parse(settings.PbmHost), settings.PbmPort));
            Console.WriteLine($"pbm: {server.EndPoint}");
            return server;
        }
        catch (SocketException wrong)
        {
            var why = $"--pbm-host {settings.PbmHost}, --pbm-port {settings.PbmPort}: {wrong.Message}";
            if (asked)
                throw new UserErrorException(why, wrong);
            Console.Error.WriteLine($"{why}. The node goes on without pbm; --pbm-port 0 takes a free port.");
            return null;
        }
#endif
    }
}
