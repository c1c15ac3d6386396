namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>Reads an <c>AckAndEnvelopeContainer</c>: a message with where it goes and its number, an acknowledgement, or both.</summary>
internal static class EnvelopeParser
{
    /// <summary>"There is no number": an ordinary message.</summary>
    private const ulong Unsequenced = ulong.MaxValue;

    public static FrameFault Parse(ReadOnlySpan<byte> bytes, GuardLimits limits, out Frame frame)
    {
        frame = default;
        var reader = new ProtoReader(bytes);
        ReadOnlySpan<byte> acknowledgement = default, envelope = default;
        var seen = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type))
                return FrameFault.Malformed;
            var known = field switch
            {
                1 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 1) && reader.TryBytes(out acknowledgement),
                2 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 2) && reader.TryBytes(out envelope),
                _ => reader.TrySkip(type),
            };
            if (!known)
                return FrameFault.Malformed;
        }
        if (seen == 0)
            return FrameFault.Malformed;
        if ((seen & 1 << 1) != 0 && Acknowledgement(acknowledgement, limits) is not FrameFault.None and var fault)
            return fault;
        if ((seen & 1 << 2) != 0)
            return Envelope(envelope, limits, out frame);
        frame = new Frame { Kind = FrameKind.Message };
        return FrameFault.None;
    }

    private static FrameFault Acknowledgement(ReadOnlySpan<byte> bytes, GuardLimits limits)
    {
        var reader = new ProtoReader(bytes);
        ulong cumulative = 0, highest = 0;
        var (seen, gaps) = (0, 0);
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type))
                return FrameFault.Malformed;
            switch (field, type)
            {
                case (1, ProtoReader.Fixed64):
                    if (!ProtoReader.First(ref seen, 1) || !reader.TryFixed64(out cumulative))
                        return FrameFault.Malformed;
                    break;
                case (2, ProtoReader.Fixed64):
                    if (!reader.TryFixed64(out var gap))
                        return FrameFault.Malformed;
                    (highest, gaps) = (Math.Max(highest, gap), gaps + 1);
                    break;
                case (2, ProtoReader.Bytes):
                    if (!reader.TryBytes(out var packed) || packed.Length % sizeof(ulong) != 0)
                        return FrameFault.Malformed;
                    gaps += packed.Length / sizeof(ulong);
                    if (gaps > limits.MaxGaps)
                        return FrameFault.Acknowledgement;
                    for (var values = new ProtoReader(packed); values.TryFixed64(out var value);)
                        highest = Math.Max(highest, value);
                    break;
                case (1 or 2, _):
                    return FrameFault.Malformed;
                default:
                    if (!reader.TrySkip(type))
                        return FrameFault.Malformed;
                    break;
            }
            if (gaps > limits.MaxGaps)
                return FrameFault.Acknowledgement;
        }
        // -1: nothing has come yet. A gap is below what has.
        return unchecked((long)cumulative) is < -1 or > GuardLimits.MaxSequence || (gaps > 0 && highest >= cumulative)
            ? FrameFault.Acknowledgement
            : FrameFault.None;
    }

    private static FrameFault Envelope(ReadOnlySpan<byte> bytes, GuardLimits limits, out Frame frame)
    {
        frame = default;
        var reader = new ProtoReader(bytes);
        ReadOnlySpan<byte> recipient = default, message = default, sender = default;
        ulong sequence = 0; // Protobuf leaves out what is 0
        var seen = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type))
                return FrameFault.Malformed;
            var known = field switch
            {
                1 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 1) && reader.TryBytes(out recipient),
                2 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 2) && reader.TryBytes(out message),
                4 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 4) && reader.TryBytes(out sender),
                5 => type == ProtoReader.Fixed64 && ProtoReader.First(ref seen, 5) && reader.TryFixed64(out sequence),
                _ => reader.TrySkip(type),
            };
            if (!known)
                return FrameFault.Malformed;
        }
        if ((seen & (1 << 1 | 1 << 2)) != (1 << 1 | 1 << 2))
            return FrameFault.Malformed;
        var fault = Reference(recipient, limits);
        if (fault is FrameFault.None && (seen & 1 << 4) != 0)
            fault = Reference(sender, limits);
        if (fault is FrameFault.None)
            fault = Payload(message, limits);
        if (fault is not FrameFault.None)
            return fault;
        if (sequence != Unsequenced && sequence > GuardLimits.MaxSequence)
            return FrameFault.Sequence;
        frame = new Frame { Kind = FrameKind.Message, Sequence = sequence == Unsequenced ? null : (long)sequence };
        return FrameFault.None;
    }

    private static FrameFault Reference(ReadOnlySpan<byte> bytes, GuardLimits limits)
    {
        var reader = new ProtoReader(bytes);
        ReadOnlySpan<byte> path = default;
        var seen = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type)
                || !(field == 1 ? type == ProtoReader.Bytes && ProtoReader.First(ref seen, 1) && reader.TryBytes(out path) : reader.TrySkip(type)))
            {
                return FrameFault.Malformed;
            }
        }
        return path.IsEmpty ? FrameFault.Malformed : path.Length > limits.MaxPath ? FrameFault.TooLong : FrameFault.None;
    }

    private static FrameFault Payload(ReadOnlySpan<byte> bytes, GuardLimits limits)
    {
        var reader = new ProtoReader(bytes);
        ReadOnlySpan<byte> message = default, manifest = default;
        ulong serializer = 0;
        var seen = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type))
                return FrameFault.Malformed;
            var known = field switch
            {
                1 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 1) && reader.TryBytes(out message),
                2 => type == ProtoReader.Varint && ProtoReader.First(ref seen, 2) && reader.TryVarint(out serializer),
                3 => type == ProtoReader.Bytes && ProtoReader.First(ref seen, 3) && reader.TryBytes(out manifest),
                _ => reader.TrySkip(type),
            };
            if (!known)
                return FrameFault.Malformed;
        }
        return manifest.Length > limits.MaxPath ? FrameFault.TooLong : FrameFault.None;
    }
}
