using AkkaCompute.Actors.Transport.Guard;
using static AkkaCompute.Tests.RawFrames.Frames;

namespace AkkaCompute.Tests.Actors.Transport;

public sealed class FrameParserTests
{
    private const string To = "akka.tcp://AkkaCompute@127.0.0.1:4053/user/compute";

    private static readonly byte[] Recipient = Bytes(1, Text(To));
    private static readonly byte[] Body = Content([1, 2, 3], 2);

    [Fact]
    public void A_handshake_says_who_is_there()
    {
        Assert.Equal(FrameFault.None, FrameParser.Parse(Associate(uid: 0x1_0000_0007), new(), "akka.tcp"u8, out var frame));
        Assert.Equal(FrameKind.Associate, frame.Kind);
        Assert.Equal(new Origin("Peer", "127.0.0.1", 4711), frame.Origin);
        Assert.Equal(7, frame.Uid); // Akka.NET cuts it too
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(77UL)]
    [InlineData((ulong)GuardLimits.MaxSequence)]
    public void A_system_message_says_its_number(ulong number)
    {
        Assert.Equal(FrameFault.None, FrameParser.Parse(Message(To, number), new(), "akka.tcp"u8, out var frame));
        Assert.Equal((FrameKind.Message, (long?)number), (frame.Kind, frame.Sequence));
    }

    // Protobuf does not write a 0: the first system message has no such field.
    [Fact]
    public void A_message_without_the_field_has_the_number_0()
    {
        Assert.Equal(FrameFault.None, FrameParser.Parse(Payload(Envelope(Recipient, Body)), new(), "akka.tcp"u8, out var frame));
        Assert.Equal(0, frame.Sequence);
    }

    [Fact]
    public void An_ordinary_message_has_none()
    {
        Assert.Equal(FrameFault.None, FrameParser.Parse(Message(To, null), new(), "akka.tcp"u8, out var frame));
        Assert.Null(frame.Sequence);
    }

    public static TheoryData<string, byte[]> Allowed => new()
    {
        { "a handshake as Akka.NET writes it", Associate(protocol: "tcp") },
        { "heartbeat", Heartbeat },
        { "quit", Quit },
        { "disassociate", Instruction(Varint(1, 2)) },
        { "nothing has come yet", Acknowledgement(ulong.MaxValue) },
        { "gaps", Acknowledgement(500, 1, 7, 499) },
        { "gaps, each by itself", Payload(Bytes(1, Fixed(1, 9), Fixed(2, 3), Fixed(2, 4))) },
        { "128 gaps", Acknowledgement(128, [.. Enumerable.Range(0, 128).Select(gap => (ulong)gap)]) },
        { "a message and an acknowledgement", Payload(Bytes(1, Fixed(1, 9)), Envelope(Recipient, Body, Bytes(4, Bytes(1, Text(To))))) },
        { "eight fields of a later version", Join(Heartbeat, Join([.. Enumerable.Range(10, 8).Select(later => Varint(later, 1))])) },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void What_a_peer_says_passes(string what, byte[] frame) =>
        Assert.True(FrameParser.Parse(frame, new(), "akka.tcp"u8, out _) == FrameFault.None, what);

    public static TheoryData<string, string, byte[]> Refused => new()
    {
        { "sequence", "over 2^48", Message(To, 1UL << 48 | 1) },
        { "sequence", "negative", Message(To, ulong.MaxValue - 1) },
        { "acknowledgement", "of what nobody sent", Acknowledgement(1UL << 60) },
        { "acknowledgement", "negative", Acknowledgement(ulong.MaxValue - 1) },
        { "acknowledgement", "a gap over it", Acknowledgement(5, 5) },
        { "acknowledgement", "a gap in nothing", Acknowledgement(0, 0) },
        { "acknowledgement", "129 gaps", Acknowledgement(1_000, [.. Enumerable.Range(0, 129).Select(gap => (ulong)gap)]) },
        { "acknowledgement", "129 gaps, each by itself", Payload(Bytes(1, [Fixed(1, 1_000), .. Enumerable.Range(0, 129).Select(gap => Fixed(2, (ulong)gap))])) },
        { "too-long", "a path", Message(new string('a', 2_049), null) },
        { "too-long", "a sender's path", Payload(Envelope(Recipient, Body, Bytes(4, Bytes(1, new byte[2_049])))) },
        { "too-long", "a manifest", Payload(Envelope(Recipient, Join(Body, Bytes(3, new byte[2_049])))) },
        { "address", "no port", Associate(port: 0) },
        { "address", "a port over 65535", Associate(port: 65_536) },
        { "address", "a port that is cut to another", Associate(port: 1UL << 32 | 4711) },
        { "address", "another protocol", Associate(protocol: "akka.ssl.tcp") },
        { "address", "an empty system", Associate(system: "") },
        { "address", "a system of 256 characters", Associate(system: new string('a', 256)) },
        { "address", "a host with a slash", Associate(host: "a/b") },
        { "address", "a host that is not ASCII", Associate(host: "é") },
        { "address", "no host", Instruction(Varint(1, 1), Bytes(2, Bytes(1, Bytes(1, Text("Peer")), Varint(3, 1), Bytes(4, Text("akka.tcp"))))) },
        { "malformed", "nothing", [] },
        { "malformed", "an empty payload", Bytes(1) },
        { "malformed", "an empty container", Payload(Varint(9, 1)) },
        { "malformed", "a payload and an instruction", Join(Message(To, null), Heartbeat) },
        { "malformed", "an instruction that nobody knows", Instruction(Varint(1, 6)) },
        { "malformed", "an instruction that is cut to another", Instruction(Varint(1, 1UL << 32 | 3)) },
        { "malformed", "a handshake without its content", Instruction(Varint(1, 1)) },
        { "malformed", "a message without a recipient", Payload(Bytes(2, Bytes(2, Body))) },
        { "malformed", "a message for an empty path", Payload(Envelope(Bytes(1), Body)) },
        { "malformed", "a message without content", Payload(Bytes(2, Bytes(1, Recipient))) },
        { "malformed", "two envelopes", Payload(Envelope(Recipient, Body), Envelope(Recipient, Body)) },
        { "malformed", "two payloads", Join(Message(To, null), Message(To, null)) },
        { "malformed", "two numbers", Payload(Envelope(Recipient, Body, Fixed(5, 0), Fixed(5, 1UL << 40))) },
        { "malformed", "a number of another type", Payload(Envelope(Recipient, Body, Varint(5, 1))) },
        { "malformed", "an acknowledgement of another type", Payload(Varint(1, 1)) },
        { "malformed", "gaps that are cut off", Payload(Bytes(1, Fixed(1, 9), Bytes(2, new byte[7]))) },
        { "malformed", "nine fields that nobody knows", Join(Heartbeat, Join([.. Enumerable.Range(10, 9).Select(later => Varint(later, 1))])) },
        { "malformed", "a group", Join(Heartbeat, [9 << 3 | 3, 9 << 3 | 4]) },
        { "malformed", "the field 0", Join(Heartbeat, [0, 0]) },
        { "malformed", "a length beyond the end", [2 << 3 | 2, 100, 8, 3] },
        { "malformed", "a length of more than 32 bits", [1 << 3 | 2, 0x83, 0x80, 0x80, 0x80, 0x10, 1, 2, 3] },
        { "malformed", "a number without end", [.. Enumerable.Repeat((byte)0xFF, 20)] },
        { "malformed", "noise", [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 37 % 256))] },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_out_of_bounds_is_refused(string kind, string what, byte[] frame) =>
        Assert.True(FrameParser.Parse(frame, new(), "akka.tcp"u8, out _).Word() == kind, what);

    [Fact]
    public void A_frame_cut_anywhere_or_with_any_byte_changed_ends_in_an_answer()
    {
        byte[][] frames = [Associate(), Message(To, 3), Acknowledgement(500, 1, 7), Heartbeat];
        var limits = new GuardLimits();
        var passed = 0;
        foreach (var frame in frames)
        {
            for (var at = 0; at < frame.Length; at++)
            {
                FrameParser.Parse(frame.AsSpan(0, at), limits, "akka.tcp"u8, out _);
                var changed = frame.ToArray();
                for (var value = 0; value < 256; value++)
                {
                    changed[at] = (byte)value;
                    if (FrameParser.Parse(changed, limits, "akka.tcp"u8, out var read) == FrameFault.None && read.Sequence is { } number)
                    {
                        passed++;
                        Assert.InRange(number, 0, GuardLimits.MaxSequence);
                    }
                }
            }
        }
        Assert.True(passed > 1_000);
    }

    [Fact]
    public void Reading_allocates_nothing_but_the_names_of_a_handshake()
    {
        var (frame, limits) = (Message(To, 3, new byte[1_000]), new GuardLimits());
        FrameParser.Parse(frame, limits, "akka.tcp"u8, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            FrameParser.Parse(frame, limits, "akka.tcp"u8, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
