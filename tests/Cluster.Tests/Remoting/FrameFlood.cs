using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AkkaCompute.Actors.Transport.Guard;
using static AkkaCompute.Tests.RawFrames.Frames;

namespace AkkaCompute.Tests.Cluster.Remoting;

/// <summary>Sends changed frames of recorded traffic to a port of Akka.Remote. AKKACOMPUTE_FUZZ_FRAMES says how many, AKKACOMPUTE_TEST_SEED which.</summary>
/// <param name="port">On this machine.</param>
/// <param name="recorded">What is changed.</param>
/// <param name="certificate">With TLS; null: without.</param>
internal sealed class FrameFlood(int port, IReadOnlyList<byte[]> recorded, X509Certificate2? certificate = null)
{
    private const int Peers = 4, FramesOfConnection = 64;

    private readonly string _scheme = certificate is null ? "akka.tcp" : "akka.ssl.tcp";
    private long _sent, _connections, _highest;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static int Count =>
        int.TryParse(Environment.GetEnvironmentVariable("AKKACOMPUTE_FUZZ_FRAMES"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count : 100_000;

    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("AKKACOMPUTE_TEST_SEED"), out var given) ? given : Random.Shared.Next();

    /// <summary>The most memory of this process that was seen while they were sent, in bytes.</summary>
    public long Highest => Volatile.Read(ref _highest);

    /// <summary>Some, from one peer.</summary>
    public Task SendSomeAsync() => SendAsync(0, Count / 20);

    /// <summary>All of them, from several peers.</summary>
    public Task SendAllAsync() => Task.WhenAll(Enumerable.Range(1, Peers).Select(peer => Task.Run(() => SendAsync(peer, Count / Peers), Cancel)));

    public override string ToString() => $"{_sent:N0} frames by {_connections:N0} connections";

    private async Task SendAsync(int number, int frames)
    {
        var frame = new FrameMutator(recorded, Seed + number);
        for (var left = frames; left > 0;)
        {
            var uid = (ulong)Interlocked.Increment(ref _connections);
            using var peer = await RawPeer.ConnectAsync(port, certificate);
            List<byte[]> some = uid % 16 == 0 ? [] : [Associate("Fuzz", port: 4_711 + (ulong)number, uid: uid, protocol: _scheme)];
            // What comes after a refused frame is not read, and does not count.
            for (var open = true; open && some.Count <= Math.Min(left, FramesOfConnection);)
            {
                some.Add(frame.Next());
                open = some.Count > 1 && IsRead(some[^1]);
            }
            left -= some.Count;
            Interlocked.Add(ref _sent, some.Count);
            await peer.SendAsync([.. some]);
            await peer.FinishAsync();
            if (uid % 256 == 0)
                Keep(GC.GetTotalMemory(forceFullCollection: false));
        }
    }

    private bool IsRead(byte[] bytes) =>
        FrameParser.Parse(bytes, new GuardLimits(), Encoding.ASCII.GetBytes(_scheme), out var frame) is FrameFault.None
        && frame.Kind is FrameKind.Message or FrameKind.Heartbeat && frame.Sequence is null;

    private void Keep(long bytes)
    {
        for (var now = Highest; now < bytes; now = Highest)
            Interlocked.CompareExchange(ref _highest, bytes, now);
    }
}
