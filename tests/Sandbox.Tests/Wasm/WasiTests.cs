using System.Buffers.Binary;
using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using CsCheck;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>What our host functions answer.</summary>
public sealed class WasiTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private const byte BadDescriptor = 8, Fault = 21, Invalid = 28, NotSupported = 58, IllegalSeek = 70, NotCapable = 76;

    [Fact]
    public async Task Files_and_sockets_answer_an_errno()
    {
        var answers = await OutputAsync("files_and_sockets");
        Assert.Equal(46, answers.Length);
        Assert.All(answers[..23], errno => Assert.Equal(BadDescriptor, errno));
        Assert.All(answers[23..], errno => Assert.Equal(NotCapable, errno));
    }

    [Fact]
    public async Task Odd_calls_answer_an_errno() =>
        Assert.Equal(
        [
            Invalid, 0, Invalid, Fault, Fault,
            Fault, Fault, Fault, 0,
            Fault, Fault,
            BadDescriptor, BadDescriptor, BadDescriptor,
            Fault, 0, Invalid, Fault,
            Fault, BadDescriptor, Fault, IllegalSeek, BadDescriptor,
            0, BadDescriptor, BadDescriptor, NotSupported, 0,
        ], await OutputAsync("wasi_edges"));

    [Fact]
    public async Task Clock_and_randomness_are_the_seeds()
    {
        var first = await OutputAsync("clock_and_random");
        Assert.Equal(first, await OutputAsync("clock_and_random"));

        var other = await OutputAsync("clock_and_random", Hash256.Of("other"u8));
        Assert.NotEqual(first[..8], other[..8]);
        Assert.Equal(first[8..32], other[8..32]);
        Assert.NotEqual(first[32..51], other[32..51]);

        // Realtime starts in 2020; the clocks share one time, which each reading moves by the resolution.
        var realtime = BinaryPrimitives.ReadUInt64LittleEndian(first);
        Assert.Equal(1_577_836_800_000_000_000 + (Fixture.Seed.Prefix & ((1UL << 50) - 1)), realtime);
        Assert.Equal([1000UL, 2000, 1000], Enumerable.Range(1, 3).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(first.AsSpan(8 * i))));
    }

    [Fact]
    public async Task Randomness_is_SplitMix64()
    {
        // The published reference values for state 1234567 (as in the Rosetta Code task "Pseudo-random numbers/Splitmix64").
        var seed = new byte[Hash256.Size];
        BinaryPrimitives.WriteUInt64BigEndian(seed, 1234567);
        var output = await OutputAsync("clock_and_random", new Hash256(seed));
        Assert.Equal([6457827717110365317UL, 3203168211198807973], Enumerable.Range(0, 2).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(output.AsSpan(32 + 8 * i))));
    }

    [Fact]
    public async Task Waiting_moves_the_tasks_clock_and_takes_no_time()
    {
        var bytes = await OutputAsync("poll", input: "12345");
        ulong Long(int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
        uint Int(int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
        // The shorter of two sleeps ends, alone.
        Assert.Equal((0u, 1u, 222ul, 0u), (Int(8), Int(12), Long(76), Int(76 + 8)));
        Assert.Equal(5_000_001_000ul, Long(16) - Long(0));
        // Streams are ready at once, the one that is not there with EBADF; the sleep is not due.
        Assert.Equal((0u, 2u), (Int(24), Int(28)));
        Assert.Equal((111ul, 0x1_0000u, 2ul), (Long(176), Int(184), Long(192)));
        Assert.Equal((333ul, 0x1_0008u), (Long(208), Int(216)));
        Assert.Equal((uint)Invalid, Int(32));
        Assert.Equal((0u, 1u, 6_000_000_000ul), (Int(40), Int(44), Long(48)));
    }

    [Fact]
    public async Task There_is_one_argument_and_no_environment()
    {
        var bytes = await OutputAsync("arguments");
        Assert.Equal((1, 5, 28), (BitConverter.ToInt32(bytes), BitConverter.ToInt32(bytes, 4), BitConverter.ToInt32(bytes, 8)));
        Assert.Equal("task\0", Encoding.ASCII.GetString(bytes, 12, 5));
        Assert.Equal(0, BitConverter.ToInt64(bytes, 24));
    }

    [Fact]
    public async Task A_start_section_may_call_the_host_which_knows_its_memory()
    {
        var result = await sandbox.RunAsync("start_section");
        Assert.Equal((ResultKind.Exited, 0), (result.Kind, result.ExitCode));
    }

    [Fact]
    public async Task NaNs_are_canonical()
    {
        var bytes = await OutputAsync("nan_raw");
        Assert.Equal([0x7ff8000000000000UL, 0x7ff8000000000000], new[] { BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes, 8) });
    }

    [Fact]
    public void Any_input_comes_through_whole() =>
        Gen.String[0, 20_000].Sample(text =>
        {
            var result = sandbox.RunAsync("echo", text, Fixture.Limits with { OutputBytes = int.MaxValue }).GetAwaiter().GetResult();
            return result.Output.Span.SequenceEqual(Encoding.UTF8.GetBytes(text));
        }, iter: 50, seed: "0000KOIKL0Ia", threads: 1);

    private async Task<byte[]> OutputAsync(string fixture, Hash256? seed = null, string input = "")
    {
        var result = await sandbox.RunAsync(fixture, input, seed: seed);
        Assert.True(result.Succeeded, $"{result.Kind} {result.ExitCode} {result.Trap} {result.Reason}: {Encoding.UTF8.GetString(result.Stderr.Span)}");
        return result.Output.ToArray();
    }
}
