using System.Net.Sockets;
using System.Text;
using Akka.Cluster;

namespace AkkaCompute.Lighthouse;

/// <summary>
/// Says in one line how the cluster sees this lighthouse, to whoever connects to a socket in the file system: this machine
/// alone, and this user alone. <c>--healthcheck</c> asks it.
/// </summary>
internal sealed class HealthDoor : IAsyncDisposable
{
    private const int Backlog = 4, MaxAnswer = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Socket _listener;
    private readonly Cluster _cluster;
    private readonly Task _accepting;

    private HealthDoor(Socket listener, Cluster cluster)
    {
        (_listener, _cluster) = (listener, cluster);
        _accepting = AcceptAsync();
    }

    /// <summary>The socket's file: lighthouses on one machine differ in their port.</summary>
    public static string PathOf(int port) => Path.Combine(Path.GetTempPath(), $"akkacompute-lighthouse-{port}.sock");

    /// <summary>Opens the door.</summary>
    /// <exception cref="Exception">A <see cref="SocketException"/>, an <see cref="IOException"/> or an
    /// <see cref="UnauthorizedAccessException"/>: the file cannot be had.</exception>
    public static HealthDoor Open(Cluster cluster, int port)
    {
        var path = PathOf(port);
        File.Delete(path); // left by one that was killed: the port is ours, so it is gone
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(Backlog);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
        return new HealthDoor(listener, cluster);
    }

    /// <summary>Asks the lighthouse on this machine that has this port.</summary>
    /// <returns>Whether it is up, and what there is to say.</returns>
    public static async Task<(bool Up, string Answer)> AskAsync(int port)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(PathOf(port)), limit.Token);
            var answer = new byte[MaxAnswer];
            var length = 0;
            while (length < answer.Length && await socket.ReceiveAsync(answer.AsMemory(length), limit.Token) is > 0 and var read)
                length += read;
            var text = Encoding.UTF8.GetString(answer, 0, length).TrimEnd('\n');
            return (text == Healthy, text);
        }
        catch (SocketException wrong)
        {
            return (false, $"No lighthouse answers at {PathOf(port)}: {wrong.Message}");
        }
        catch (OperationCanceledException)
        {
            return (false, $"The lighthouse does not answer within {Patience.TotalSeconds} s.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose(); // the file goes with it
        await _accepting;
    }

    private const string Healthy = "up";

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket asked;
            try
            {
                asked = await _listener.AcceptAsync();
            }
            catch (Exception over) when (over is ObjectDisposedException or SocketException)
            {
                return; // the door is closed
            }
            using (asked)
            {
                // A few bytes always fit into the socket's buffer: this does not wait for the one who asks.
                try
                {
                    await asked.SendAsync(Encoding.UTF8.GetBytes(State() + "\n"));
                }
                catch (SocketException)
                {
                    // Whoever asked has gone, and needs no answer.
                }
            }
        }
    }

    private string State()
    {
        if (_cluster.IsTerminated)
            return "not in the cluster any more";
        var status = _cluster.SelfMember.Status;
        if (status is not MemberStatus.Up)
            return status.ToString().ToLowerInvariant();
        return _cluster.State.Unreachable.Any(member => member.UniqueAddress == _cluster.SelfUniqueAddress)
            ? "up, but unreachable for others"
            : Healthy;
    }
}
