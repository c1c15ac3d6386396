using System.Net;
using System.Net.Sockets;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Operations.Pbm.Server;

namespace AkkaCompute.Node.Commands;

/// <summary>Opens the port that pbm talks to, as the settings say it.</summary>
internal static class PbmStart
{
    private const int Off = -1;

    /// <summary>Whether the operator named the port: then it is an error if it cannot be had.</summary>
    public static bool IsAsked(SaidSettings said) =>
        said.Names.ContainsKey(SettingTable.PbmPort) || said.Names.ContainsKey(SettingTable.PbmHost);

    /// <summary>Tries a port that was asked for before the node starts: one that ends in the middle of its start is loud.</summary>
    /// <exception cref="UserErrorException">The port cannot be had.</exception>
    public static void Check(SaidSettings said)
    {
        if (said.Settings.PbmPort == Off)
            return;
        try
        {
            using var probe = new TcpListener(EndPoint(said.Settings));
            probe.Start();
        }
        catch (SocketException wrong)
        {
            throw new UserErrorException(Why(said, wrong), wrong);
        }
    }

    /// <summary>
    /// Opens the port and says where. The default port may be taken, by another node on this machine: then this one goes on
    /// without, and says so.
    /// </summary>
    /// <returns><c>null</c> means no port.</returns>
    /// <exception cref="UserErrorException">The port that was asked for cannot be had.</exception>
    public static PbmServer? Start(NodeContext node, SaidSettings said)
    {
        if (said.Settings.PbmPort == Off)
            return null;
#if PETABRIDGE_CMD
        PetabridgeHost.Start(node.System, EndPoint(said.Settings));
        return null;
#else
        try
        {
            var server = PbmServer.Start(node, EndPoint(said.Settings));
            Console.WriteLine($"pbm: {server.EndPoint}");
            return server;
        }
        catch (SocketException wrong)
        {
            if (IsAsked(said))
                throw new UserErrorException(Why(said, wrong), wrong);
            Console.Error.WriteLine($"{Why(said, wrong)}. The node goes on without pbm; --pbm-port 0 takes a free port.");
            return null;
        }
#endif
    }

    private static IPEndPoint EndPoint(NodeSettings settings) => new(IPAddress.Parse(settings.PbmHost), settings.PbmPort);

    private static string Why(SaidSettings said, SocketException wrong) =>
        $"{said.NameOf(SettingTable.PbmHost)} {said.Settings.PbmHost}, {said.NameOf(SettingTable.PbmPort)} {said.Settings.PbmPort}: "
        + $"{wrong.Message}";
}
