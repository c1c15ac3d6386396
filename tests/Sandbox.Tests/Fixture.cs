using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Tests;

/// <summary>The modules in <c>fixtures/*.wat</c>, one per case.</summary>
public static class Fixture
{
    public const int PageBytes = 65_536;

    public static readonly Hash256 Seed = Hash256.Of("seed"u8);

    /// <summary>Enough for every honest fixture.</summary>
    public static readonly Limits Limits = new(
        Fuel: 100_000_000, MemoryBytes: 16 * PageBytes, OutputBytes: 100_000, StderrBytes: 1000, WallClock: TimeSpan.FromSeconds(30));

    private static string Directory => Path.Combine(AppContext.BaseDirectory, "fixtures");

    public static IEnumerable<string> Names => System.IO.Directory.GetFiles(Directory, "*.wat").Select(f => Path.GetFileNameWithoutExtension(f)).Order();

    public static byte[] Wasm(string name) => FromText(File.ReadAllText(Path.Combine(Directory, name + ".wat")));

    public static byte[] FromText(string wat) => Wasmtime.Module.ConvertText(wat);
}

/// <summary>One engine for all tests, as a worker has: hostile runs must leave it usable for the others.</summary>
public sealed class SandboxFixture : IDisposable
{
    public MemoryBlobs Blobs { get; } = new();

    public WasmSandbox Sandbox { get; }

    /// <summary>Compiled modules of this run of the tests: a child compiles each once, for all classes.</summary>
    public static string CompiledModules { get; } = MakeDirectory();

    public WasmOptions Options { get; } = new() { Slots = 4, MaxMemoryBytes = 64L << 20, CacheDirectory = CompiledModules };

    private readonly Lazy<WasmSandbox> _large;

    public SandboxFixture()
    {
        Sandbox = new WasmSandbox(Options, Blobs);
        _large = new(() => new WasmSandbox(new WasmOptions { Slots = 1, CompileTime = TimeSpan.FromSeconds(60) }, Blobs));
    }

    /// <summary>As a node has it, for real programs.</summary>
    public WasmSandbox Large => _large.Value;

    private static string MakeDirectory()
    {
        var made = System.IO.Directory.CreateTempSubdirectory("akkacompute-compiled-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.Directory.Delete(made, recursive: true);
        return made;
    }

    public void Dispose()
    {
        Sandbox.Dispose();
        if (_large.IsValueCreated)
            _large.Value.Dispose();
    }

    public Task<TaskResult> RunAsync(string fixture, string input = "", Limits? limits = null, Hash256? seed = null) =>
        RunBytesAsync(Fixture.Wasm(fixture), input, limits, seed);

    public async Task<TaskResult> RunBytesAsync(byte[] wasm, string input = "", Limits? limits = null, Hash256? seed = null) =>
        await Sandbox.RunAsync(new Payload.Wasm(Blobs.Put(wasm)), seed ?? Fixture.Seed, Encoding.UTF8.GetBytes(input), limits ?? Fixture.Limits,
            TestContext.Current.CancellationToken);
}
