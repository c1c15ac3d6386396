using System.Buffers;
using System.Text;

namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// Reads the outer layers of an Akka.Remote frame (<c>AkkaProtocolMessage</c>, <c>AckAndEnvelopeContainer</c>) by their published
/// Protobuf schema, and refuses what is out of bounds. A field that comes twice is refused: readers merge such fields, each in its way.
/// </summary>
internal static class FrameParser
{
    /// <summary>A handshake's parts: it needs some 100 bytes.</summary>
    private const int MaxName = 255;

    private static readonly SearchValues<byte> InNames = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:[]"u8);

    /// <summary>Reads a frame.</summary>
    /// <param name="bytes">Without its length.</param>
    /// <param name="limits">What it may say.</param>
    /// <param name="protocol">How addresses of this transport begin, such as <c>akka.tcp</c>.</param>
    /// <param name="frame">What it says; nothing of use where there is a fault.</param>
    public static FrameFault Parse(ReadOnlySpan<byte> bytes, GuardLimits limits, ReadOnlySpan<byte> protocol, out Frame frame)
    {
        frame = default;
        var reader = new ProtoReader(bytes);
        ReadOnlySpan<byte> payload = default, instruction = default;
        var seen = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type))
                return FrameFault.Malformed;
            var known = field switch
            {
                1 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 1) && reader.TryBytes(out payload),
                2 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 2) && reader.TryBytes(out instruction),
                _ => reader.TrySkip(type),
            };
            if (!known)
                return FrameFault.Malformed;
        }
        return seen switch
        {
            1 << 1 when !payload.IsEmpty => EnvelopeParser.Parse(payload, limits, out frame),
            1 << 2 => Instruction(instruction, protocol, out frame),
            _ => FrameFault.Malformed, // neither, or both
        };
    }

    private static FrameFault Instruction(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> protocol, out Frame frame)
    {
        frame = default;
        var reader = new ProtoReader(bytes);
        ReadOnlySpan<byte> handshake = default;
        ulong command = 0;
        var seen = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type))
                return FrameFault.Malformed;
            var known = field switch
            {
                1 => type == ProtoReader.Varint && ProtoReader.First(ref seen, 1) && reader.TryVarint(out command),
                2 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 2) && reader.TryBytes(out handshake),
                _ => reader.TrySkip(type),
            };
            if (!known)
                return FrameFault.Malformed;
        }
        switch (command)
        {
            case 1:
                return (seen & 1 << 2) == 0 ? FrameFault.Malformed : Handshake(handshake, protocol, out frame);
            case 2:
                frame = new Frame { Kind = FrameKind.Disassociate };
                return FrameFault.None;
            case 3:
                frame = new Frame { Kind = FrameKind.Heartbeat };
                return FrameFault.None;
            case 4 or 5:
                frame = new Frame { Kind = FrameKind.Quit };
                return FrameFault.None;
            default:
                return FrameFault.Malformed;
        }
    }

    private static FrameFault Handshake(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> protocol, out Frame frame)
    {
        frame = default;
        var reader = new ProtoReader(bytes);
        ReadOnlySpan<byte> address = default, cookie = default;
        ulong uid = 0;
        var seen = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type))
                return FrameFault.Malformed;
            var known = field switch
            {
                1 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 1) && reader.TryBytes(out address),
                2 => type == ProtoReader.Fixed64 && ProtoReader.First(ref seen, 2) && reader.TryFixed64(out uid),
                3 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 3) && reader.TryBytes(out cookie) && cookie.Length <= MaxName,
                _ => reader.TrySkip(type),
            };
            if (!known)
                return FrameFault.Malformed;
        }
        if (!TryAddress(address, protocol, out var origin))
            return FrameFault.Address;
        frame = new Frame { Kind = FrameKind.Associate, Origin = origin, Uid = unchecked((int)uid) };
        return FrameFault.None;
    }

    private static bool TryAddress(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> protocol, out Origin origin)
    {
        origin = default;
        var reader = new ProtoReader(bytes);
        ReadOnlySpan<byte> system = default, host = default, scheme = default;
        ulong port = 0;
        var seen = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type))
                return false;
            var known = field switch
            {
                1 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 1) && reader.TryBytes(out system),
                2 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 2) && reader.TryBytes(out host),
                3 => type == ProtoReader.Varint && ProtoReader.First(ref seen, 3) && reader.TryVarint(out port),
                4 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 4) && reader.TryBytes(out scheme),
                _ => reader.TrySkip(type),
            };
            if (!known)
                return false;
        }
        // Akka.NET itself says it without "akka."; others, as it stands in addresses.
        if (!IsName(system) || !IsName(host) || port is 0 or > 65_535
            || !(scheme.SequenceEqual(protocol) || scheme.SequenceEqual(protocol["akka.".Length..])))
            return false;
        origin = new Origin(Encoding.ASCII.GetString(system), Encoding.ASCII.GetString(host), (int)port);
        return true;
    }

    private static bool IsName(ReadOnlySpan<byte> name) => name.Length is > 0 and <= MaxName && !name.ContainsAnyExcept(InNames);
}
