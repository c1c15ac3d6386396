using System.Buffers.Binary;
using System.Text;

namespace AkkaCompute.Tests.RawFrames;

/// <summary>Writes frames of Akka.Remote as a peer would that is written for the purpose.</summary>
internal static class Frames
{
    public static byte[] Payload(params byte[][] container) => Bytes(1, Join(container));

    public static byte[] Instruction(params byte[][] parts) => Bytes(2, Join(parts));

    public static byte[] Associate(
        string system = "Peer", string host = "127.0.0.1", ulong port = 4711, ulong uid = 99, string protocol = "akka.tcp") =>
        Instruction(Varint(1, 1), Bytes(2, Bytes(1, Place(system, host, port, protocol)), Fixed(2, uid)));

    public static byte[] Place(string system, string host, ulong port, string protocol) =>
        Join(Bytes(1, Text(system)), Bytes(2, Text(host)), Varint(3, port), Bytes(4, Text(protocol)));

    public static byte[] Heartbeat { get; } = Instruction(Varint(1, 3));

    public static byte[] Quit { get; } = Instruction(Varint(1, 4));

    /// <param name="to">The recipient's path.</param>
    /// <param name="sequence">null: an ordinary message.</param>
    /// <param name="message">The message's own bytes.</param>
    /// <param name="serializer">The number of its serializer.</param>
    public static byte[] Message(string to, ulong? sequence, byte[]? message = null, ulong serializer = 2) =>
        Payload(Envelope(Bytes(1, Text(to)), Content(message ?? [], serializer), Fixed(5, sequence ?? ulong.MaxValue)));

    public static byte[] Acknowledgement(ulong cumulative, params ulong[] gaps) =>
        Payload(Bytes(1, [Fixed(1, cumulative), .. gaps.Length == 0 ? [] : (byte[][])[Bytes(2, Join([.. gaps.Select(Little)]))]]));

    public static byte[] Envelope(byte[] recipient, byte[] content, params byte[][] more) =>
        Bytes(2, [Bytes(1, recipient), Bytes(2, content), .. more]);

    public static byte[] Content(byte[] message, ulong serializer) => Join(Bytes(1, message), Varint(2, serializer));

    public static byte[] Varint(int field, ulong value) => Join(Number((ulong)field << 3), Number(value));

    public static byte[] Fixed(int field, ulong value) => Join(Number((ulong)field << 3 | 1), Little(value));

    public static byte[] Bytes(int field, params byte[][] parts) =>
        Join(Number((ulong)field << 3 | 2), Number((ulong)parts.Sum(part => part.Length)), Join(parts));

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    /// <summary>As it goes over the wire.</summary>
    public static byte[] Framed(byte[] frame)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, frame.Length);
        return Join(length, frame);
    }

    private static byte[] Little(ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Number(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7)
            bytes.Add((byte)(value & 0x7F | 0x80));
        return [.. bytes, (byte)value];
    }
}
