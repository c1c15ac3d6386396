using System.Buffers.Binary;
using System.Text;
using AkkaCompute.Sandbox.Host;
using AkkaCompute.Sandbox.Host.Wire;

namespace AkkaCompute.Sandbox.Tests.Host;

/// <summary>Bytes that are no frames, and the command line.</summary>
public sealed class FrameTests
{
    internal static byte[] Lengths(int header, uint body)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(bytes, header);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), body);
        return bytes;
    }

    private static FrameReader Reader(params byte[][] parts) => new(new MemoryStream([.. parts.SelectMany(part => part)]));

    public static TheoryData<byte[], string> Broken => new()
    {
        { [0, 0, 0], "after 3 of 8 bytes" },
        { Lengths(FrameReader.MaxHeader + 1, 0), $"at most {FrameReader.MaxHeader}" },
        { Lengths(-1, 0), "4294967295 bytes" },
        { [.. Lengths(10, 0), 1, 2], "8 bytes before its end" },
        { Frame("null"), "is null" },
        { Frame("nonsense"), "can't be read" },
        { Frame("{}"), "can't be read" },
        { Frame("""{"type":"nothing"}"""), "can't be read" },
        { Frame("""{"type":"put","more":1}"""), "more" },
        { Frame("""{"type":"run","id":"1"}"""), "id" },
        { Frame("""{"type":"put","type":"put"}"""), "can't be read" },
        { Frame("""{"type":"run","program":{"files":[[[[[[[[[1]]]]]]]]]}}"""), "can't be read" },
    };

    private static byte[] Frame(string header) => [.. Lengths(Encoding.UTF8.GetByteCount(header), 0), .. Encoding.UTF8.GetBytes(header)];

    [Theory, MemberData(nameof(Broken))]
    public async Task What_is_no_frame_says_why(byte[] bytes, string why)
    {
        var error = await Assert.ThrowsAsync<FrameException>(() => Reader(bytes).ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_is_held_against_its_limit_before_it_is_read()
    {
        var reader = Reader(Lengths(14, 101), Encoding.UTF8.GetBytes("""{"type":"put"}"""));
        var (message, body) = (await reader.ReadAsync(TestContext.Current.CancellationToken))!.Value;
        Assert.Equal((MessageType.Put, 101u), (message.Type, body));
        var error = await Assert.ThrowsAsync<FrameException>(() => reader.ReadBodyAsync(body, 100, "BlobBytes", TestContext.Current.CancellationToken));
        Assert.Contains("more than the limit BlobBytes = 100", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<FrameException>(() => reader.ReadBodyAsync(uint.MaxValue, long.MaxValue, "x", TestContext.Current.CancellationToken));
        Assert.Contains("4294967295", error.Message, StringComparison.Ordinal);
        Assert.Null(await Reader([]).ReadAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--slots=0", "--slots must be a number from 1 to 1000")]
    [InlineData("--slots", "--slots must be a number")]
    [InlineData("--max-memory=5000000000", "--max-memory")]
    [InlineData("--cache=", "is no option")]
    [InlineData("--nothing=1", "'--nothing=1' is no option")]
    [InlineData("--help", "usage: akkacompute-sandbox")]
    public void A_bad_option_is_refused_by_name(string argument, string why)
    {
        Assert.False(HostOptions.TryParse([argument], out _, out var refusal));
        Assert.Contains(why, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_read()
    {
        Assert.True(HostOptions.TryParse(["--slots=3", "--blob-bytes=7", "--cache=/x"], out var options, out _));
        Assert.Equal((3, 7L, "/x", 6), (options.Slots, options.BlobBytes, options.CacheDirectory, options.Places));
    }
}
