using System.Text;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>A C program that goes through its files by the C library.</summary>
public sealed class FilesOfCTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "clang")]
    public async Task The_C_library_finds_files_as_everywhere()
    {
        const string Clang = "/usr/bin/clang";
        Assert.SkipUnless(File.Exists(Clang) && File.Exists("/usr/include/wasm32-wasi/stdio.h"), "clang with wasi-libc is not installed.");
        var source = Path.Combine(Toolchain.Root, "tests", "Sandbox.Tests", "Wasm", "files.c");
        var module = Path.Combine(Path.GetTempPath(), $"akkacompute-files-{Environment.ProcessId}.wasm");
        Assert.Null(await Toolchain.RunAsync(
            Path.GetTempPath(), Clang, $"--target=wasm32-wasi -O2 -Wl,--strip-all -Wl,--max-memory=16777216 -o {module} {source}"));
        var bytes = await File.ReadAllBytesAsync(module, TestContext.Current.CancellationToken);
        File.Delete(module);

        var cities = "Berlin\nParis\n"u8.ToArray();
        var program = new Payload.Program(sandbox.Blobs.Put(bytes))
        {
            Arguments = ["--n={input}", "two words"], Environment = ["MODE=fast"],
            Files = [new ProgramFile("data/cities.txt", sandbox.Blobs.Put(cities), cities.Length), new ProgramFile("readme", default, 0)],
        };
        var limits = new Limits(1_000_000_000, 16 << 20, 48 * 1024, 1000, TimeSpan.FromSeconds(30)) { FileBytes = 1 << 20 };
        var result = await sandbox.Sandbox.RunAsync(program, Fixture.Seed, "42"u8.ToArray(), limits, TestContext.Current.CancellationToken);

        Assert.Equal(Expected, Encoding.UTF8.GetString(result.Output.Span));
        Assert.Equal((ResultKind.Exited, 300, "done\n"), (result.Kind, result.ExitCode, Encoding.UTF8.GetString(result.Stderr.Span)));
        Assert.Equal(["result=one TWO+", "sub/more=more"], OutFiles.Read(result.Listing).Select(file => $"{file.Path}={Encoding.UTF8.GetString(file.Bytes.Span)}"));
    }

    private const string Expected = """
        argument 0 program
        argument 1 --n=42
        argument 2 two words
        MODE fast
        line Berlin
        line Paris
        at 2 r
        stdin 42
        /: ./ ../ data/ readme tmp/ out/
        data: ./ ../ cities.txt
        mkdir 0 -
        got one TWO three
        pwrite 1 -
        pread 8 -
        truncate 0 -
        stat 0 -
        size 7 type 1
        append 1 -
        read -1 Bad file descriptor
        rename 0 -
        rmdir 0 -
        unlink -1 No such file or directory
        write -1 Read-only file system
        create -1 Read-only file system
        symlink -1 Not supported
        escape -1 Capabilities insufficient
        access 0 -

        """;
}
