using System.Net;
using System.Net.Sockets;
using System.Text;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Pbm.Protocol;

namespace AkkaCompute.Node.Commands;

/// <summary>
/// <c>--healthcheck</c>: asks the node that runs on this machine whether it is well, for a container's health check. It
/// knows where from the same variables as the node: by HTTP where the node serves it, else by pbm's port.
/// </summary>
internal static class HealthCheck
{
    /// <summary>The only argument.</summary>
    public const string Argument = "--healthcheck";

    private const int MaxBody = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <returns>0: the node can take work; else <see cref="CommandLine.Failed"/>.</returns>
    public static async Task<int> RunAsync(NodeSettings settings)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var (well, answer) = settings.Http is { } http ? await AskHttpAsync(http, limit.Token)
                : settings.PbmPort > 0 ? await AskPbmAsync(new IPEndPoint(IPAddress.Parse(settings.PbmHost), settings.PbmPort), limit.Token)
                : (false, "Neither AKKACOMPUTE_HTTP nor a fixed AKKACOMPUTE_PBM_PORT says where to ask.");
            await Console.Out.WriteLineAsync(answer);
            return well ? 0 : CommandLine.Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Out.WriteLineAsync($"The node does not answer within {Patience.TotalSeconds} s.");
            return CommandLine.Failed;
        }
        catch (Exception wrong) when (wrong is SocketException or HttpRequestException or IOException or InvalidDataException)
        {
            await Console.Out.WriteLineAsync($"No node answers: {wrong.Message}");
            return CommandLine.Failed;
        }
    }

    /// <summary>Ready is what <c>/readyz</c> says.</summary>
    private static async Task<(bool Well, string Answer)> AskHttpAsync(IPEndPoint address, CancellationToken cancel)
    {
        using var client = new HttpClient { MaxResponseContentBufferSize = MaxBody };
        using var answer = await client.GetAsync(new Uri($"http://{Near(address)}/readyz"), cancel);
        return (answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {(await answer.Content.ReadAsStringAsync(cancel)).Trim()}");
    }

    /// <summary>A member that is up, and that no other one has lost, is well.</summary>
    private static async Task<(bool Well, string Answer)> AskPbmAsync(IPEndPoint address, CancellationToken cancel)
    {
        using var client = new TcpClient(address.AddressFamily) { NoDelay = true };
        await client.ConnectAsync(Near(address), cancel);
        var stream = client.GetStream();
        string[] words = [PbmProtocol.Version, PbmProtocol.Text, "cluster", "status"];
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join(PbmProtocol.Separator, words) + "\n"), cancel);
        var line = await new LineReader(stream, PbmProtocol.MaxLine).ReadAsync(cancel);
        if (line is not [PbmProtocol.Output, .. var member])
            return (false, line ?? "The node ended the connection.");
        return (member.Split(" | ") is [_, _, "up", "", _], member);
    }

    /// <summary>A node that listens everywhere is asked on loopback.</summary>
    private static IPEndPoint Near(IPEndPoint address) =>
        address.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, address.Port)
        : address.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, address.Port)
        : address;
}
