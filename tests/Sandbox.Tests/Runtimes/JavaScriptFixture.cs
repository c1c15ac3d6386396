using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Runtimes;
using AkkaCompute.Sandbox.Tests.Wasm;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>A sandbox with the runtime js as runtimes/js/build makes it; without, the tests are skipped.</summary>
public sealed class JavaScriptFixture : IDisposable
{
    public static readonly Limits Limits = new(10_000_000_000, 256 << 20, 1 << 20, 4096, TimeSpan.FromSeconds(60)) { FileBytes = 1 << 20 };

    private readonly Lazy<WasmSandbox?> _sandbox;

    public JavaScriptFixture() => _sandbox = new(() =>
        RuntimeDirectory.Read(Directory).Runtimes.Where(runtime => runtime.Name == JavaScript.Runtime).ToArray() is [_] runtimes
            ? new WasmSandbox(new WasmOptions { Slots = 2, MaxMemoryBytes = 256 << 20, Runtimes = runtimes }, Blobs) : null);

    public static string Directory { get; } = Path.Combine(Toolchain.Root, "runtimes");

    public MemoryBlobs Blobs { get; } = new();

    public WasmSandbox Sandbox => _sandbox.Value ?? Skip();

    public Payload.Program Program(string script, params (string Path, string Text)[] others) => new(JavaScript.Module)
    {
        Runtime = JavaScript.Runtime,
        Files =
        [
            .. others.Append((JavaScript.Main, script)).OrderBy(file => file.Item1, StringComparer.Ordinal)
                .Select(file => (Path: file.Item1, Bytes: Encoding.UTF8.GetBytes(file.Item2)))
                .Select(file => new ProgramFile(file.Path, Blobs.Put(file.Bytes), file.Bytes.Length)),
        ],
    };

    public async Task<TaskResult> RunAsync(Payload.Program program, byte[] input, Hash256? seed = null, Limits? limits = null) =>
        await Sandbox.RunAsync(program, seed ?? Fixture.Seed, input, limits ?? Limits, TestContext.Current.CancellationToken);

    public Task<TaskResult> RunAsync(string script, string input) => RunAsync(Program(script), Encoding.UTF8.GetBytes(input));

    public void Dispose() => _sandbox.Value?.Dispose();

    private static WasmSandbox Skip()
    {
        Assert.Skip("runtimes/js.wasm is not built: runtimes/js/build needs Node.js and npm.");
        return null!;
    }
}
