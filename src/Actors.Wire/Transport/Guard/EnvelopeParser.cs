namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>Reads an <c>AckAndEnvelopeContainer</c>: a message with where it goes and its number, an acknowledgement, or both.</summary>
internal static class EnvelopeParser
{
    /// <summary>"There is no number": an ordinary message.</summary>
    private const ulong Unsequenced = ulong.MaxValue;

    private static ReadOnlySpan<byte> OfContainer => [ProtoFields.Unused, ProtoReader.Bytes, ProtoReader.Bytes];

    private static ReadOnlySpan<byte> OfEnvelope =>
        [ProtoFields.Unused, ProtoReader.Bytes, ProtoReader.Bytes, ProtoFields.Unused, ProtoReader.Bytes, ProtoReader.Fixed64];

    private static ReadOnlySpan<byte> OfReference => [ProtoFields.Unused, ProtoReader.Bytes];

    private static ReadOnlySpan<byte> OfPayload => [ProtoFields.Unused, ProtoReader.Bytes, ProtoReader.Varint, ProtoReader.Bytes];

    public static FrameFault Parse(ReadOnlySpan<byte> bytes, GuardLimits limits, out Frame frame)
    {
        frame = default;
        if (!ProtoFields.TryRead(bytes, OfContainer, out var fields) || fields.IsEmpty)
            return FrameFault.Malformed;
        if (fields.Has(1) && Acknowledgement(fields.Bytes(1), limits) is not FrameFault.None and var fault)
            return fault;
        if (fields.Has(2))
            return Envelope(fields.Bytes(2), limits, out frame);
        frame = new Frame { Kind = FrameKind.Message };
        return FrameFault.None;
    }

    private static FrameFault Acknowledgement(ReadOnlySpan<byte> bytes, GuardLimits limits)
    {
        var reader = new ProtoReader(bytes);
        ulong cumulative = 0, highest = 0;
        var (seen, gaps) = (false, 0);
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type))
                return FrameFault.Malformed;
            switch (field, type)
            {
                case (1, ProtoReader.Fixed64):
                    if (seen || !reader.TryFixed64(out cumulative))
                        return FrameFault.Malformed;
                    seen = true;
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
        if (!ProtoFields.TryRead(bytes, OfEnvelope, out var fields) || !fields.Has(1) || !fields.Has(2))
            return FrameFault.Malformed;
        var fault = Reference(fields.Bytes(1), limits);
        if (fault is FrameFault.None && fields.Has(4))
            fault = Reference(fields.Bytes(4), limits);
        if (fault is FrameFault.None)
            fault = Payload(fields.Bytes(2), limits);
        if (fault is not FrameFault.None)
            return fault;
        var sequence = fields.Number(5);
        if (sequence != Unsequenced && sequence > GuardLimits.MaxSequence)
            return FrameFault.Sequence;
        frame = new Frame { Kind = FrameKind.Message, Sequence = sequence == Unsequenced ? null : (long)sequence };
        return FrameFault.None;
    }

    private static FrameFault Reference(ReadOnlySpan<byte> bytes, GuardLimits limits)
    {
        if (!ProtoFields.TryRead(bytes, OfReference, out var fields) || fields.Bytes(1).IsEmpty)
            return FrameFault.Malformed;
        return fields.Bytes(1).Length > limits.MaxPath ? FrameFault.TooLong : FrameFault.None;
    }

    private static FrameFault Payload(ReadOnlySpan<byte> bytes, GuardLimits limits)
    {
        if (!ProtoFields.TryRead(bytes, OfPayload, out var fields))
            return FrameFault.Malformed;
        return fields.Bytes(3).Length > limits.MaxPath ? FrameFault.TooLong : FrameFault.None;
    }
}
