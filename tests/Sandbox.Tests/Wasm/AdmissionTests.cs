using System.Text;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>Modules that never run: the refusal says why.</summary>
public sealed class AdmissionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Theory]
    [InlineData("import_unknown_module", "'env.launch'")]
    [InlineData("import_unknown_function", "'wasi_snapshot_preview1.fd_teleport'")]
    [InlineData("import_wrong_type", "fd_write")]
    [InlineData("import_memory", "fd_close")]
    [InlineData("no_start", "'_start'")]
    [InlineData("table_too_large", "10000000")]
    [InlineData("threads", "threads")]
    public async Task Refused(string fixture, string named) =>
        HostileTests.Stopped(await sandbox.RunAsync(fixture), NoResultReason.PayloadRefused, named);

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0061736d")]
    [InlineData("0061736d01000000")]
    [InlineData("0061736d0100000001ffffffff0f")]
    [InlineData("7f454c4602010100")]
    public async Task Malformed_bytes_are_refused(string hex) =>
        HostileTests.Stopped(await sandbox.RunBytesAsync(Convert.FromHexString(hex)), NoResultReason.PayloadRefused, "module");

    [Fact]
    public async Task A_module_with_a_flipped_byte_is_refused_or_runs_but_never_fails_the_worker()
    {
        var wasm = Fixture.Wasm("echo");
        for (var at = 8; at < wasm.Length; at += 9)
        {
            var broken = wasm.ToArray();
            broken[at] ^= 0x41;
            var result = await sandbox.RunBytesAsync(broken, "text");
            Assert.True(result.Reason != NoResultReason.WorkerFault, $"byte {at}: {Encoding.UTF8.GetString(result.Stderr.Span)}");
        }
    }

    [Fact]
    public async Task Too_large_a_module_is_refused_before_it_is_looked_at() =>
        HostileTests.Stopped(await sandbox.RunBytesAsync(new byte[sandbox.Options.MaxModuleBytes + 1]),
            NoResultReason.PayloadRefused, $"MaxModuleBytes = {sandbox.Options.MaxModuleBytes}");

    public static TheoryData<string> Fixtures => [.. Fixture.Names];

    [Theory]
    [InlineData("import_unknown_module", "'env.launch'", "--allow-undefined", "wasm32-wasip1", "-sSTANDALONE_WASM", "wasi-shim")]
    [InlineData("import_unknown_function", "'wasi_snapshot_preview1.fd_teleport'", "--allow-undefined", "wasm32-wasip1", "-sSTANDALONE_WASM", "wasi-shim")]
    [InlineData("import_memory", "fd_close", "--import-memory", "wasm32-wasip1", "-sSTANDALONE_WASM", "wasi-shim")]
    [InlineData("no_start", "'_start'", "-mexec-model=reactor", "bin crate", "--no-entry", "--exportStart _start")]
    [InlineData("threads", "threads", "--shared-memory", "target-feature=+atomics", "-pthread", "--enable threads")]
    public void Refused_before_it_is_compiled_with_the_flags_of_each_compiler(string fixture, params string[] named)
    {
        var refusal = sandbox.Sandbox.Refuse(Fixture.Wasm(fixture));
        Assert.All(named, name => Assert.Contains(name, refusal, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("(module (memory (export \"memory\") 1 1) (tag $e) (func (export \"_start\") (throw $e)))", "exceptions", "-fno-exceptions", "panic=abort")]
    [InlineData("(module (memory (export \"memory\") 1 1) (func $f (return_call $f)) (export \"_start\" (func $f)))", "tail calls", "-mtail-call")]
    [InlineData("(module (memory (export \"memory\") i64 1 1) (func (export \"_start\")))", "64-bit memories", "-sMEMORY64")]
    [InlineData("(module (memory (export \"memory\") 1 1) (memory 1 1) (func (export \"_start\")))", "several memories", "multi-memory-lowering")]
    [InlineData("(module (memory (export \"memory\") 1 1) (type $s (struct)) (func (export \"_start\") (drop (struct.new $s))))", "garbage collection", "--enable gc")]
    [InlineData("(module (memory (export \"memory\") 1 1) (func (export \"_start\") (drop (i32x4.relaxed_trunc_f32x4_s (v128.const i32x4 0 0 0 0)))))", "relaxed SIMD", "-mrelaxed-simd")]
    public void A_feature_that_is_not_had_is_named_with_how_to_build_without(string wat, params string[] named)
    {
        var refusal = sandbox.Sandbox.Refuse(Fixture.FromText(wat));
        Assert.All(named, name => Assert.Contains(name, refusal, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "no WebAssembly module")]
    [InlineData("0061736d0d000100", "component")]
    [InlineData("0061736d02000000", "version 2")]
    [InlineData("0061736d01000000", "'_start'")]
    [InlineData("0061736d0100000001ffffffff0f", "not valid")]
    public void Bytes_that_are_no_module_are_told_apart(string hex, string named) =>
        Assert.Contains(named, sandbox.Sandbox.Refuse(Convert.FromHexString(hex)), StringComparison.Ordinal);

    [Fact]
    public void Too_large_a_module_is_told_how_to_get_smaller() => Assert.Matches(
        "has 4194305 bytes, at most 4194304. .*--strip-all.*-C strip=symbols.*-Oz", sandbox.Sandbox.Refuse([.. Convert.FromHexString("0061736d01000000"), .. new byte[(4 << 20) - 7]]));

    /// <summary>What runs is not refused, and what is refused would not have run.</summary>
    [Theory, MemberData(nameof(Fixtures))]
    public async Task It_says_no_more_than_the_run_does(string fixture)
    {
        if (sandbox.Sandbox.Refuse(Fixture.Wasm(fixture)) is { } refusal)
            Assert.Equal((NoResultReason.PayloadRefused, refusal != ""), ((await sandbox.RunAsync(fixture)).Reason, true));
    }

    [Fact]
    public void Any_bytes_get_a_verdict()
    {
        var (wasm, random) = (Fixture.Wasm("files_and_sockets"), new Random(1));
        for (var round = 0; round < 5_000; round++)
        {
            var broken = wasm[..random.Next(8, wasm.Length + 1)];
            for (var changes = random.Next(4); changes >= 0; changes--)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            _ = sandbox.Sandbox.Refuse(broken); // does not throw
        }
    }

    [Fact]
    public async Task Another_kind_of_payload_is_refused()
    {
        var result = await sandbox.Sandbox.RunAsync(new Payload.Kernel("noop", 1), Fixture.Seed, default, Fixture.Limits, TestContext.Current.CancellationToken);
        HostileTests.Stopped(result, NoResultReason.PayloadRefused, "kernel:noop@1");
    }
}
