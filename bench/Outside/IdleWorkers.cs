using System.Net;
using System.Net.WebSockets;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside.Workers;

namespace AkkaCompute.Bench.Outside;

/// <summary>WebSockets of c-nodes that have said hello and want nothing: each says ping when it has to.</summary>
internal static class IdleWorkers
{
    private const int AtOnce = 64;

    /// <param name="say">Told what happens; null: all are connected.</param>
    public static async Task RunAsync(IPEndPoint gateway, int count, Action<string?> say, CancellationToken cancel)
    {
        var sockets = new ClientWebSocket[count];
        try
        {
            var pace = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
            await Parallel.ForAsync(0, count, pace, async (i, stop) => sockets[i] = await HelloAsync(gateway, stop));
            say(null);
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(10), cancel);
                await Parallel.ForEachAsync(sockets, pace, (socket, stop) => new ValueTask(PingAsync(socket, stop)));
            }
        }
        catch (OperationCanceledException)
        {
            say($"{sockets.Count(socket => socket is { State: WebSocketState.Open })} of {count} connections are open at the end.");
        }
    }

    private static async Task<ClientWebSocket> HelloAsync(IPEndPoint gateway, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{gateway}/v1/worker"), cancel);
        using var key = KeyPair.Generate();
        var challenge = (Greeting.Challenge)(await ReadAsync(socket, key.NodeId, cancel))!;
        await SendAsync(socket, Greeting.Hello.Sign(key, key.NodeId, challenge, $"ws://{gateway}"), cancel);
        return await ReadAsync(socket, key.NodeId, cancel) is Greeting.Welcome
            ? socket
            : throw new InvalidOperationException("The gateway has not welcomed a worker.");
    }

    private static async Task PingAsync(ClientWebSocket socket, CancellationToken cancel)
    {
        await SendAsync(socket, new Working.Ping(), cancel);
        await ReadAsync(socket, default, cancel);
    }

    private static async Task SendAsync(ClientWebSocket socket, WorkerFrame frame, CancellationToken cancel) =>
        await socket.SendAsync(WorkerFrameJson.Write(frame), WebSocketMessageType.Text, endOfMessage: true, cancel);

    private static async Task<WorkerFrame?> ReadAsync(ClientWebSocket socket, NodeId id, CancellationToken cancel)
    {
        var buffer = new byte[4096];
        var read = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
        return WorkerFrameJson.FromGateway(buffer.AsMemory(0, read.Count), id);
    }
}
