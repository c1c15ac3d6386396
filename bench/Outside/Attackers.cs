using System.Net;
using System.Net.Sockets;

namespace AkkaCompute.Bench.Outside;

/// <summary>Who takes what a gateway has and wants nothing of it.</summary>
internal static class Attackers
{
    /// <summary>Connections of one address: the most that a gateway gives it.</summary>
    private const int OfOneAddress = 128;

    private static readonly byte[] _request = "GET /v1/roster HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray();

    /// <summary>
    /// Slow loris: so many connections from as many addresses as it takes, each with a byte of a header every second; what is cut off
    /// comes again.
    /// </summary>
    /// <param name="say">Told what happens; null: all have tried once.</param>
    public static async Task SlowAsync(IPEndPoint gateway, int count, Action<string?> say, CancellationToken cancel)
    {
        var (tried, cut) = (0, 0L);
        await Task.WhenAll(Enumerable.Range(0, count).Select(ConnectionAsync));
        say($"{count} slow connections were cut off or refused {cut} times.");

        async Task ConnectionAsync(int number)
        {
            await Task.Yield();
            var first = true;
            while (!cancel.IsCancellationRequested)
            {
                try
                {
                    using var socket = await Crowd.ConnectAsync(gateway, number / OfOneAddress, cancel);
                    await socket.SendAsync("GET /v1/roster HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "u8.ToArray(), cancel);
                    Tried();
                    while (true)
                    {
                        await Task.Delay(TimeSpan.FromSeconds(1), cancel);
                        await socket.SendAsync("x"u8.ToArray(), cancel);
                        if (socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0)
                            break;
                    }
                    Interlocked.Increment(ref cut);
                }
                catch (SocketException)
                {
                    Tried();
                    Interlocked.Increment(ref cut);
                    await Task.Delay(TimeSpan.FromSeconds(0.2), CancellationToken.None);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }

            void Tried()
            {
                if (first && Interlocked.Increment(ref tried) == count)
                    say(null);
                first = false;
            }
        }
    }

    /// <summary>A flood from one address: so many connections, each with one request after the other.</summary>
    /// <param name="say">Told what happens; null: it has begun.</param>
    public static async Task FloodAsync(IPEndPoint gateway, int count, Action<string?> say, CancellationToken cancel)
    {
        long answered = 0, refused = 0;
        say(null);
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => ConnectionAsync()));
        say($"the flood was answered {answered} times, {refused} of them with 429.");

        async Task ConnectionAsync()
        {
            await Task.Yield();
            var buffer = new byte[64 * 1024];
            while (!cancel.IsCancellationRequested)
            {
                try
                {
                    using var socket = await Crowd.ConnectAsync(gateway, 0, cancel);
                    while (true)
                    {
                        await socket.SendAsync(_request, cancel);
                        var read = await socket.ReceiveAsync(buffer, cancel);
                        if (read == 0)
                            break;
                        Interlocked.Increment(ref answered);
                        if (buffer.AsSpan(0, read).StartsWith("HTTP/1.1 429"u8))
                            Interlocked.Increment(ref refused);
                    }
                }
                catch (SocketException)
                {
                    await Task.Delay(TimeSpan.FromSeconds(0.1), CancellationToken.None); // as fast as it is let in
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }
}
