using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AkkaCompute.Bench.Support;

namespace AkkaCompute.Bench.Outside;

/// <summary>
/// Many strangers in a process of their own, this program started again, so that a node's memory and processor time are its own. They end
/// when standard input does.
/// </summary>
internal sealed class Crowd : IAsyncDisposable
{
    /// <summary>The bench's name that makes this program such a crowd.</summary>
    public const string Name = "outside-crowd";

    private const string Ready = "ready";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;

    private Crowd(Process process) => _process = process;

    /// <param name="kind"><c>workers</c>, <c>idle</c>, <c>slow</c> or <c>flood</c>.</param>
    public static async Task<Crowd> StartAsync(string kind, IPEndPoint gateway, int count)
    {
        var crowd = new Crowd(OwnProcess.Start(Name, [kind, gateway.ToString(), count.ToString(CultureInfo.InvariantCulture)]));
        while (await crowd._process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line == Ready)
                return crowd;
            Report.Say($"  {line}");
        }
        throw new InvalidOperationException($"The crowd ended with {crowd._process.ExitCode} before it was ready.");
    }

    /// <summary>It ends, and says what it has done.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
            Report.Say($"  {line}");
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>What the process does.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (gateway, count) = (IPEndPoint.Parse(args[1]), int.Parse(args[2], CultureInfo.InvariantCulture));
        using var end = new CancellationTokenSource();
        var crowd = args[0] switch
        {
            "workers" => new Volunteers().RunAsync(gateway, count, Say, end.Token),
            "idle" => IdleWorkers.RunAsync(gateway, count, Say, end.Token),
            "slow" => Attackers.SlowAsync(gateway, count, Say, end.Token),
            "flood" => Attackers.FloodAsync(gateway, count, Say, end.Token),
            _ => throw new ArgumentException($"'{args[0]}' is no crowd.", nameof(args)),
        };
        var ended = Console.In.ReadToEndAsync(CancellationToken.None);
        await Task.WhenAny(ended, crowd);
        await end.CancelAsync();
        await crowd;
        return 0;

        void Say(string? line)
        {
            lock (end)
                Console.WriteLine(line ?? Ready);
        }
    }

    /// <summary>A connection from an address of loopback, 127.0.X.Y: each has limits of its own.</summary>
    public static async Task<Socket> ConnectAsync(IPEndPoint gateway, int address, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, (byte)(1 + (address / 250)), (byte)(2 + (address % 250))]), 0));
            await socket.ConnectAsync(gateway, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
