using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Runtimes;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>What an operator approved runs, and nothing else of the directory.</summary>
public sealed class RuntimeDirectoryTests : IDisposable
{
    private static readonly byte[] _echo = Fixture.Wasm("echo");

    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-runtimes-").FullName;
    private readonly MemoryBlobs _blobs = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Approve(params string[] lines) => File.WriteAllLines(Path.Combine(_directory, "approved"), lines);

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(_directory, name), bytes);

    [Fact]
    public void What_the_list_names_is_read()
    {
        Write("echo.wasm", _echo);
        Approve("# ours", "", $"{Hash256.Of(_echo)}  echo.wasm");
        var (runtimes, notes) = RuntimeDirectory.Read(_directory);
        Assert.Empty(notes);
        var runtime = Assert.Single(runtimes);
        Assert.Equal(("echo", $"runtime:echo@{Hash256.Of(_echo)}"), (runtime.Name, runtime.Capability));
    }

    [Theory]
    [InlineData("{0}  other.wasm", "there is no '")]
    [InlineData("{1}  echo.wasm", "has the SHA-256 {0}, and 'approved' names {1}")]
    [InlineData("{0}  ECHO.wasm", "the runtime 'ECHO' is not 1 to 32 small letters")]
    [InlineData("{0}  ../echo.wasm", "is not a SHA-256, two spaces and NAME.wasm")]
    [InlineData("{0} echo.wasm", "is not a SHA-256, two spaces and NAME.wasm")]
    [InlineData("{0}  echo.so", "is not a SHA-256, two spaces and NAME.wasm")]
    public void What_is_not_as_the_list_says_is_left_out_and_said(string line, string why)
    {
        Write("echo.wasm", _echo);
        Write("ECHO.wasm", _echo);
        Approve(Of(line));
        var (runtimes, notes) = RuntimeDirectory.Read(_directory);
        Assert.Empty(runtimes);
        Assert.Contains(Of(why), Assert.Single(notes), StringComparison.Ordinal);

        static string Of(string text) => text.Replace("{0}", Hash256.Of(_echo).ToString(), StringComparison.Ordinal)
            .Replace("{1}", Hash256.Of("other"u8).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_that_are_not_there_are_said_in_one_line()
    {
        Write("echo.wasm", _echo);
        Approve($"{Hash256.Of("r"u8)}  ruby.wasm", $"{Hash256.Of(_echo)}  echo.wasm", $"{Hash256.Of("p"u8)}  python.wasm");
        var (runtimes, notes) = RuntimeDirectory.Read(_directory);
        Assert.Equal("echo", Assert.Single(runtimes).Name);
        Assert.StartsWith("No runtime ruby, python: there is no '", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_without_a_list_has_no_runtimes()
    {
        Write("echo.wasm", _echo);
        Assert.Contains("there is no '", Assert.Single(RuntimeDirectory.Read(_directory).Notes), StringComparison.Ordinal);
        Assert.Contains("there is no '", Assert.Single(RuntimeDirectory.Read(Path.Combine(_directory, "none")).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runtime_may_be_larger_than_a_strangers_module()
    {
        var runtime = new RuntimeModule("echo", Hash256.Of(_echo), _echo);
        using var sandbox = new WasmSandbox(new WasmOptions { Slots = 1, MaxMemoryBytes = 1 << 20, MaxModuleBytes = _echo.Length - 1, Runtimes = [runtime] }, _blobs);
        Assert.Contains(runtime.Capability, sandbox.Capabilities);
        Assert.Empty(sandbox.CodeOf(runtime.Bare));
        Assert.Empty(runtime.Bare.Blobs);
        Assert.False(sandbox.IsReady(runtime.Bare));
        Assert.Null((await sandbox.CompileAsync(runtime.Bare, TestContext.Current.CancellationToken)).Fault);
        Assert.True(sandbox.IsReady(runtime.Bare));
        Assert.Equal("abc", await OutputAsync(runtime.Bare));

        Assert.Contains("This worker has no runtime:echo@", await OutputAsync(runtime.Bare with { Module = _blobs.Put(Fixture.Wasm("nan")) }), StringComparison.Ordinal);
        Assert.Contains("more than this worker's limit MaxModuleBytes", await OutputAsync(new Payload.Wasm(_blobs.Put((byte[])[.. _echo, 0, 3, 2, (byte)'a', (byte)'b']))), StringComparison.Ordinal);

        async Task<string> OutputAsync(Payload payload)
        {
            var result = await sandbox.RunAsync(payload, Fixture.Seed, "abc"u8.ToArray(), Fixture.Limits, TestContext.Current.CancellationToken);
            return Encoding.UTF8.GetString(result.Kind == ResultKind.NoResult ? result.Stderr.Span : result.Output.Span);
        }
    }

    [Fact]
    public async Task Modules_of_strangers_do_not_evict_a_runtime()
    {
        var runtime = new RuntimeModule("echo", Hash256.Of(_echo), _echo);
        using var sandbox = new WasmSandbox(new WasmOptions { Slots = 1, MaxMemoryBytes = 1 << 20, LoadedModules = 1, Runtimes = [runtime] }, _blobs);
        await sandbox.CompileAsync(runtime.Bare, TestContext.Current.CancellationToken);
        foreach (var name in (string[])["nan", "poll"])
            await sandbox.CompileAsync(new Payload.Wasm(_blobs.Put(Fixture.Wasm(name))), TestContext.Current.CancellationToken);
        Assert.True(sandbox.IsReady(runtime.Bare));
        Assert.False(sandbox.IsReady(new Payload.Wasm(Hash256.Of(Fixture.Wasm("nan")))));
    }
}
