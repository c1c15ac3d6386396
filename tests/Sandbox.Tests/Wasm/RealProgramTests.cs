using System.Diagnostics;
using System.Text;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>Programs as their authors wrote them: <c>scripts/real-programs</c> fetches and builds them.</summary>
public sealed class RealProgramTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    /// <summary>Kept between runs: what is there is not fetched again.</summary>
    private static readonly string _made = Path.Combine(Path.GetTempPath(), "akkacompute-real-programs");

    private static readonly byte[] _text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i * i % 977}\n")));

    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "sources")]
    public async Task Bzip2_packs_as_it_does_natively_and_unpacks()
    {
        var program = await BuildAsync("bzip2");
        var packed = await RunAsync(program with { Arguments = ["-9"] }, _text);
        Assert.Equal((ResultKind.Exited, 0, ""), Ended(packed));
        if (await NativeAsync("bzip2", "-9c") is { } native)
            Assert.Equal(Convert.ToHexString(native), Convert.ToHexString(packed.Output.Span));
        Assert.Equal(_text, (await RunAsync(program with { Arguments = ["-d"] }, packed.Output)).Output.ToArray());

        var broken = packed.Output.ToArray();
        broken[^5] ^= 1;
        var refused = await RunAsync(program with { Arguments = ["-t"] }, broken);
        Assert.Equal((ResultKind.Exited, 2), (refused.Kind, refused.ExitCode));
        Assert.Contains("CRC", Encoding.UTF8.GetString(refused.Stderr.Span), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "sources")]
    public async Task Zstd_packs_a_file_of_the_program_into_out()
    {
        var program = await BuildAsync("zstd");
        program = program with { Files = [new ProgramFile("data/text", sandbox.Blobs.Put(_text), _text.Length)] };
        var packed = await RunAsync(program with { Arguments = ["-q", "-{input}", "data/text", "-o", "/out/text.zst"] }, "19"u8.ToArray());
        Assert.Equal((ResultKind.Exited, 0, ""), Ended(packed));
        var file = Assert.Single(OutFiles.Read(packed.Listing));
        Assert.Equal("text.zst", file.Path);
        Assert.InRange(file.Bytes.Length, 1, _text.Length / 10);
        Assert.Equal(_text, (await RunAsync(program with { Arguments = ["-q", "-d", "-c"] }, file.Bytes)).Output.ToArray());
    }

    private static (ResultKind, int, string) Ended(TaskResult result) => (result.Kind, result.ExitCode, Encoding.UTF8.GetString(result.Stderr.Span));

    private async Task<TaskResult> RunAsync(Payload.Program program, ReadOnlyMemory<byte> input)
    {
        var limits = new Limits(100_000_000_000, 256 << 20, 1 << 20, 4096, TimeSpan.FromSeconds(60)) { FileBytes = 64 << 20 };
        return await sandbox.Large.RunAsync(program, Fixture.Seed, input, limits, TestContext.Current.CancellationToken);
    }

    private async Task<Payload.Program> BuildAsync(string name)
    {
        var script = Path.Combine(Toolchain.Root, "scripts", "real-programs");
        Assert.SkipUnless(File.Exists("/usr/bin/clang") && File.Exists("/usr/include/wasm32-wasi/stdio.h") && File.Exists("/usr/bin/apt-get"), "clang with wasi-libc, or apt, is not installed.");
        var module = Path.Combine(_made, $"{name}.wasm");
        if (!File.Exists(module))
        {
            Directory.CreateDirectory(_made);
            var failed = await Toolchain.RunAsync(_made, script, $"{_made} {name}");
            Assert.SkipWhen(failed is not null && !Directory.EnumerateFiles(_made, "*.orig.tar.*").Any(), $"The sources can't be fetched here: {failed}");
            Assert.Null(failed);
        }
        return new Payload.Program(sandbox.Blobs.Put(await File.ReadAllBytesAsync(module, TestContext.Current.CancellationToken)));
    }

    /// <summary>What the machine's own program makes of the text; <c>null</c> where there is none.</summary>
    private static async Task<byte[]?> NativeAsync(string tool, string arguments)
    {
        if (!File.Exists($"/usr/bin/{tool}") && !File.Exists($"/bin/{tool}"))
            return null;
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var write = Task.Run(async () =>
        {
            await process.StandardInput.BaseStream.WriteAsync(_text);
            process.StandardInput.Close();
        });
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await write;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.ToArray();
    }
}
