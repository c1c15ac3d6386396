using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace AkkaCompute.Tests.Cluster.Remoting;

/// <summary>A port before a node's that passes on what comes, and keeps the frames for the node. With TLS it stands in the middle, with a certificate.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Task> _tasks = [];
    private readonly ConcurrentQueue<byte[]> _frames = new();
    private readonly X509Certificate2? _certificate;

    public RecordingProxy(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>Where it calls from, from now on; an address of this machine.</summary>
    public IPAddress Source { get; set; } = IPAddress.Loopback;

    /// <summary>What has come for the node, without the frames' lengths.</summary>
    public IReadOnlyCollection<byte[]> Frames => _frames;

    /// <summary>From now on it passes on to this port.</summary>
    public void Start(int target) => _tasks.Add(AcceptAsync(target));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_tasks);
        _end.Dispose();
    }

    private async Task AcceptAsync(int target)
    {
        try
        {
            while (true)
                _tasks.Add(PassAsync(await _listener.AcceptTcpClientAsync(_end.Token), target));
        }
        catch (OperationCanceledException)
        {
            // The test is done.
        }
    }

    private async Task PassAsync(TcpClient client, int target)
    {
        using var near = client;
        using var far = new TcpClient(new IPEndPoint(Source, 0));
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, target, _end.Token);
            await using var caller = await ServerAsync(near.GetStream());
            await using var node = await ClientAsync(far.GetStream());
            await Task.WhenAny(RecordAsync(caller, node), node.CopyToAsync(caller, _end.Token));
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            // One of both sides is gone.
        }
    }

    private async Task RecordAsync(Stream caller, Stream node)
    {
        var length = new byte[sizeof(int)];
        while (true)
        {
            await caller.ReadExactlyAsync(length, _end.Token);
            var frame = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
            await caller.ReadExactlyAsync(frame, _end.Token);
            _frames.Enqueue(frame);
            await node.WriteAsync(RawFrames.Frames.Framed(frame), _end.Token);
        }
    }

    private async Task<Stream> ServerAsync(Stream plain)
    {
        if (_certificate is null)
            return plain;
        var tls = new SslStream(plain, false, (_, _, _, _) => true);
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = _certificate, ClientCertificateRequired = true }, _end.Token);
        return tls;
    }

    private async Task<Stream> ClientAsync(Stream plain)
    {
        if (_certificate is null)
            return plain;
        var tls = new SslStream(plain, false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "node", ClientCertificates = [_certificate] }, _end.Token);
        return tls;
    }
}
