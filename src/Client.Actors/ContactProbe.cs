using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Akka.Actor;
using AkkaCompute.Actors.Transport;
using Google.Protobuf;

namespace AkkaCompute.Actors.Client;

/// <summary>What a contact does.</summary>
/// <param name="IsFinal">It will never answer under this address.</param>
internal readonly record struct ContactFinding(string Text, bool IsFinal);

/// <summary>
/// Finds out why an address does not answer, by the greeting of Akka.Remote's protocol: a node says in it the address that it
/// announces, and it drops every message to another one without a word.
/// </summary>
internal static class ContactProbe
{
    private const int MaxFrame = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Connects and greets. Never throws but where it is cancelled.</summary>
    public static async Task<ContactFinding> AskAsync(Address contact, ClusterTls? tls, TimeProvider time, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(contact.Host!, contact.Port!.Value, either.Token);
            await using var stream = await SecureAsync(client.GetStream(), contact, tls, either.Token);
            await stream.WriteAsync(Greeting(contact.Protocol), either.Token);
            return Compare(contact, await AnswerAsync(stream, either.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new($"no answer in {Patience.TotalSeconds} s", false);
        }
        catch (SocketException problem)
        {
            return new(problem.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "refused: nothing listens there",
                SocketError.HostNotFound or SocketError.NoData => "no such host",
                _ => problem.Message,
            }, false);
        }
        catch (AuthenticationException problem)
        {
            return new($"TLS: {problem.Message}", false);
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException or InvalidProtocolBufferException)
        {
            return new($"it listens, and does not speak as a node does {(tls is null ? "without" : "with")} TLS", false);
        }
    }

    /// <summary>The protocol's first message: who we are. Our own address would be taken for a second program of this one's.</summary>
    internal static byte[] Greeting(string protocol)
    {
        var address = Message(output =>
        {
            Write(output, 1, ByteString.CopyFromUtf8("AkkaComputeProbe"));
            Write(output, 2, ByteString.CopyFromUtf8("127.0.0.1"));
            output.WriteTag(3, WireFormat.WireType.Varint);
            output.WriteUInt32(1);
            Write(output, 4, ByteString.CopyFromUtf8(protocol));
        });
        var handshake = Message(output =>
        {
            Write(output, 1, address);
            output.WriteTag(2, WireFormat.WireType.Fixed64);
            output.WriteFixed64(1);
        });
        var associate = Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteEnum(1);
            Write(output, 2, handshake);
        });
        var frame = Message(output => Write(output, 2, associate));
        var bytes = new byte[sizeof(int) + frame.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, frame.Length);
        frame.CopyTo(bytes, sizeof(int));
        return bytes;
    }

    /// <summary>What the answer to a greeting says of the node: SYSTEM@HOST:PORT.</summary>
    internal static ContactFinding Compare(Address contact, (string System, string Host, int Port) node)
    {
        var announced = $"{contact.Protocol}://{node.System}@{node.Host}:{node.Port}";
        return node.System != contact.System ? new($"another system name: it is {announced}", true)
            : node.Host != contact.Host || node.Port != contact.Port
                ? new($"it takes messages under the address that it announces alone: {announced}", true)
            : new("it is there, and does not answer: it is starting, or carries no service, as a lighthouse", false);
    }

    private static async Task<Stream> SecureAsync(NetworkStream stream, Address contact, ClusterTls? tls, CancellationToken cancel)
    {
        if (tls is null)
            return stream;
        var secure = new SslStream(stream);
        await secure.AuthenticateAsClientAsync(tls.AsClient(contact.Host!), cancel);
        return secure;
    }

    private static async Task<(string System, string Host, int Port)> AnswerAsync(Stream stream, CancellationToken cancel)
    {
        var length = new byte[sizeof(int)];
        while (true)
        {
            await stream.ReadExactlyAsync(length, cancel);
            var size = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (size is < 0 or > MaxFrame)
                throw new InvalidDataException($"A frame of {size} bytes.");
            var frame = new byte[size];
            await stream.ReadExactlyAsync(frame, cancel);
            // instruction, handshake, origin
            if (Part(Part(Part(ByteString.CopyFrom(frame), 2), 2), 1) is { } origin)
                return (Part(origin, 1)?.ToStringUtf8() ?? "", Part(origin, 2)?.ToStringUtf8() ?? "", Number(origin, 3));
        }
    }

    private static ByteString Message(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory, leaveOpen: true))
            write(output);
        return ByteString.CopyFrom(memory.ToArray());
    }

    private static void Write(CodedOutputStream output, int field, ByteString bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(bytes);
    }

    private static ByteString? Part(ByteString? message, int field) =>
        Find(message, WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited))?.ReadBytes();

    private static int Number(ByteString message, int field) =>
        Find(message, WireFormat.MakeTag(field, WireFormat.WireType.Varint))?.ReadInt32() ?? 0;

    private static CodedInputStream? Find(ByteString? message, uint tag)
    {
        if (message?.CreateCodedInput() is not { } input)
            return null;
        while (input.ReadTag() is var next && next != 0)
        {
            if (next == tag)
                return input;
            input.SkipLastField();
        }
        return null;
    }
}
