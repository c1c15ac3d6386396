using AkkaCompute.Actors.Serialization.Codecs;
using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Programs;
using Google.Protobuf;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>Payloads on the wire: those with a message of their own as ever, any other by its text.</summary>
public sealed class PayloadTests
{
    private static readonly PayloadKinds Kinds =
        new([.. PayloadKinds.Known.Kinds, new PayloadKind("shell", rest => new Shell(rest))]);

    [Theory]
    [InlineData("wasm:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "0A220A20BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("kernel:echo@1", "12080A046563686F1001")]
    [InlineData("shell:ls", "1A087368656C6C3A6C73")]
    public void A_payload_is_written_and_read(string text, string bytes)
    {
        Assert.True(Kinds.TryParse(text, out var payload));
        var written = PayloadCodecs.Write(payload).ToByteArray();
        Assert.Equal(bytes, Convert.ToHexString(written));
        Assert.Equal(payload, PayloadCodecs.Read(P.Payload.Parser.ParseFrom(written), Kinds));
    }

    [Fact]
    public void A_kind_that_is_not_known_is_refused_by_its_field()
    {
        Assert.StartsWith("payload.text", Assert.Throws<FieldException>(() => PayloadCodecs.Read(new P.Payload { Text = "shell:ls" })).Message, StringComparison.Ordinal);
        Assert.StartsWith("payload", Assert.Throws<FieldException>(() => PayloadCodecs.Read(new P.Payload())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_are_written_and_read_and_no_steps_of_steps()
    {
        var steps = new Payload.Steps(new Payload.Kernel("echo", 1), 12, 3);
        var written = PayloadCodecs.Write(steps);
        Assert.Equal("9202100A0A12080A046563686F1001100C1803", Convert.ToHexString(written.ToByteArray()));
        Assert.Equal(steps, PayloadCodecs.Read(P.Payload.Parser.ParseFrom(written.ToByteArray())));
        foreach (var run in new[] { null, new P.Payload(), written })
        {
            var wrong = new P.Payload { Steps = new P.Payload.Types.Steps { Run = run, Count = 1, Every = 1 } };
            Assert.StartsWith("payload", Assert.Throws<FieldException>(() => PayloadCodecs.Read(wrong)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("wasm:abc")]
    [InlineData("wasm:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("kernel:echo@01")]
    [InlineData("kernel:echo@0")]
    [InlineData("kernel:@1")]
    [InlineData(":")]
    [InlineData("")]
    [InlineData(null)]
    public void A_text_that_no_payload_writes_is_no_payload(string? text) => Assert.False(Kinds.TryParse(text, out _));

    /// <summary>A kind that no network has.</summary>
    private sealed record Shell(string Line) : Payload
    {
        public override string Capability => "shell";
        public override string Text => $"shell:{Line}";
    }
}
