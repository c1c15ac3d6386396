using System.Text;
using AkkaCompute.Domain.Execution;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>Modules that never run: the refusal says why.</summary>
public sealed class AdmissionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Theory]
    [InlineData("import_unknown_module", "'env.launch'")]
    [InlineData("import_unknown_function", "'wasi_snapshot_preview1.fd_teleport'")]
    [InlineData("import_wrong_type", "fd_write")]
    [InlineData("import_memory", "fd_close")]
    [InlineData("memory_without_maximum", "no maximum")]
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

    [Fact]
    public async Task Another_kind_of_payload_is_refused()
    {
        var result = await sandbox.Sandbox.RunAsync(new Payload.Kernel("noop", 1), Fixture.Seed, default, Fixture.Limits, TestContext.Current.CancellationToken);
        HostileTests.Stopped(result, NoResultReason.PayloadRefused, "kernel:noop@1");
    }
}
