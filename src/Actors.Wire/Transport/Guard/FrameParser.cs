using System.Buffers;
using System.Text;

namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// Reads the outer layers of an Akka.Remote frame (<c>AkkaProtocolMessage</c>, <c>AckAndEnvelopeContainer</c>) by their published
/// Protobuf schema, and refuses what is out of bounds.
/// </summary>
internal static class FrameParser
{
    /// <summary>A handshake's parts: it needs some 100 bytes.</summary>
    private const int MaxName = 255;

    private static readonly SearchValues<byte> InNames = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:[]"u8);

    private static ReadOnlySpan<byte> OfFrame => [ProtoFields.Unused, ProtoReader.Bytes, ProtoReader.Bytes];

    private static ReadOnlySpan<byte> OfInstruction => [ProtoFields.Unused, ProtoReader.Varint, ProtoReader.Bytes];

    private static ReadOnlySpan<byte> OfHandshake =>
        [ProtoFields.Unused, ProtoReader.Bytes, ProtoReader.Fixed64, ProtoReader.Bytes];

    private static ReadOnlySpan<byte> OfAddress =>
        [ProtoFields.Unused, ProtoReader.Bytes, ProtoReader.Bytes, ProtoReader.Varint, ProtoReader.Bytes];

    /// <summary>Reads a frame.</summary>
    /// <param name="bytes">Without its length.</param>
    /// <param name="limits">What it may say.</param>
    /// <param name="protocol">How addresses of this transport begin, such as <c>akka.tcp</c>.</param>
    /// <param name="frame">What it says; nothing of use where there is a fault.</param>
    public static FrameFault Parse(ReadOnlySpan<byte> bytes, GuardLimits limits, ReadOnlySpan<byte> protocol, out Frame frame)
    {
        frame = default;
        if (!ProtoFields.TryRead(bytes, OfFrame, out var fields) || fields.Has(1) == fields.Has(2))
            return FrameFault.Malformed;
        if (fields.Has(2))
            return Instruction(fields.Bytes(2), protocol, out frame);
        return fields.Bytes(1).IsEmpty ? FrameFault.Malformed : EnvelopeParser.Parse(fields.Bytes(1), limits, out frame);
    }

    private static FrameFault Instruction(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> protocol, out Frame frame)
    {
        frame = default;
        if (!ProtoFields.TryRead(bytes, OfInstruction, out var fields))
            return FrameFault.Malformed;
        switch (fields.Number(1))
        {
            case 1:
                return fields.Has(2) ? Handshake(fields.Bytes(2), protocol, out frame) : FrameFault.Malformed;
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
        if (!ProtoFields.TryRead(bytes, OfHandshake, out var fields) || fields.Bytes(3).Length > MaxName)
            return FrameFault.Malformed;
        if (!TryAddress(fields.Bytes(1), protocol, out var origin))
            return FrameFault.Address;
        frame = new Frame { Kind = FrameKind.Associate, Origin = origin, Uid = unchecked((int)fields.Number(2)) };
        return FrameFault.None;
    }

    private static bool TryAddress(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> protocol, out Origin origin)
    {
        origin = default;
        if (!ProtoFields.TryRead(bytes, OfAddress, out var fields))
            return false;
        var system = fields.Bytes(1);
        var host = fields.Bytes(2);
        var port = fields.Number(3);
        var scheme = fields.Bytes(4);
        // Akka.NET itself says it without "akka."; others, as it stands in addresses.
        if (!IsName(system) || !IsName(host) || port is 0 or > 65_535
            || !(scheme.SequenceEqual(protocol) || scheme.SequenceEqual(protocol["akka.".Length..])))
            return false;
        origin = new Origin(Encoding.ASCII.GetString(system), Encoding.ASCII.GetString(host), (int)port);
        return true;
    }

    private static bool IsName(ReadOnlySpan<byte> name) => name.Length is > 0 and <= MaxName && !name.ContainsAnyExcept(InNames);
}
