using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AkkaCompute.Tests.RawFrames;

namespace AkkaCompute.Tests.Cluster.Remoting;

/// <summary>A peer at the port of Akka.Remote that sends what it is told, byte by byte.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpClient _client = new();
    private Stream _stream = Stream.Null;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Connects; with TLS where there is a certificate.</summary>
    public static async Task<RawPeer> ConnectAsync(int port, X509Certificate2? certificate = null)
    {
        var peer = new RawPeer();
        await peer._client.ConnectAsync(IPAddress.Loopback, port, Cancel);
        peer._stream = peer._client.GetStream();
        if (certificate is not null)
        {
            var tls = new SslStream(peer._stream, false, (_, _, _, _) => true);
            peer._stream = tls;
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "node", ClientCertificates = [certificate] }, Cancel);
        }
        return peer;
    }

    /// <summary>Sends frames, as far as the other side takes them.</summary>
    public async Task<bool> SendAsync(params byte[][] frames)
    {
        try
        {
            await _stream.WriteAsync(Frames.Join([.. frames.Select(Frames.Framed)]), Cancel);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Shakes hands, and waits for the answer.</summary>
    public async Task GreetAsync(byte[] handshake)
    {
        Assert.True(await SendAsync(handshake));
        Assert.True(await _stream.ReadAsync(new byte[4], Cancel).AsTask().WaitAsync(Wait.Long, Cancel) > 0, "no answer to the handshake");
    }

    /// <summary>Reads until the other side closes the connection.</summary>
    public async Task ClosedAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(buffer, Cancel).AsTask().WaitAsync(Wait.Long, Cancel) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Closed over what it had not read.
        }
    }

    /// <summary>Says that nothing more comes, and reads until the other side closes the connection: it has read all by then, or refused it.</summary>
    public async Task FinishAsync()
    {
        try
        {
            if (_stream is SslStream tls)
                await tls.ShutdownAsync();
            _client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            // The other side was first.
        }
        await ClosedAsync();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }
}
