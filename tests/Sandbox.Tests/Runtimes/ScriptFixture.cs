using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Runtimes;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>The runtimes that take long to make: as their scripts leave them, in the repository or in the user's cache; without, tests are skipped.</summary>
public sealed class ScriptFixture : IDisposable
{
    /// <summary>Compiling takes a minute of processor time: what was compiled is kept between runs.</summary>
    private static readonly string _compiled = Path.Combine(Path.GetTempPath(), "akkacompute-script-runtimes");

    private static readonly Limits _limits = new(1_000_000_000_000, 512 << 20, 1 << 20, 4096, TimeSpan.FromMinutes(2)) { FileBytes = 1 << 20 };

    private readonly MemoryBlobs _blobs = new();
    private readonly Dictionary<string, WasmSandbox> _sandboxes = [];

    /// <summary>Where a runtime's module is; null: nowhere on this machine.</summary>
    public static string? Find(ScriptRuntime runtime)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return new[]
        {
            Path.Combine(JavaScriptFixture.Directory, $"{runtime.Name}.wasm"),
            Path.Combine(cache, "akkacompute", "runtimes", runtime.Module.ToString(), $"{runtime.Name}.wasm"),
        }.FirstOrDefault(File.Exists);
    }

    public async Task<TaskResult> RunAsync(ScriptRuntime runtime, string script, string input, string[]? arguments = null, Hash256? seed = null)
    {
        var bytes = Encoding.UTF8.GetBytes(script);
        var program = new Payload.Program(runtime.Module)
        {
            Runtime = runtime.Name, Arguments = arguments is null ? [] : [runtime.Main, .. arguments], Environment = ["HOME=/"],
            Files = [new ProgramFile(runtime.Main, _blobs.Put(bytes), bytes.Length)],
        };
        return await SandboxOf(runtime).RunAsync(program, seed ?? Fixture.Seed, Encoding.UTF8.GetBytes(input), _limits, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        foreach (var sandbox in _sandboxes.Values)
            sandbox.Dispose();
    }

    private WasmSandbox SandboxOf(ScriptRuntime runtime)
    {
        if (_sandboxes.TryGetValue(runtime.Name, out var made))
            return made;
        var path = Find(runtime);
        Assert.SkipWhen(path is null, $"runtimes/{runtime.Name}.wasm is not built: run runtimes/{runtime.Name}/build.");
        var module = new RuntimeModule(runtime.Name, runtime.Module, File.ReadAllBytes(path!));
        Assert.Equal(runtime.Module, Hash256.Of(module.Bytes.Span));
        return _sandboxes[runtime.Name] = new WasmSandbox(
            new WasmOptions { Slots = 1, MaxMemoryBytes = 512 << 20, CacheDirectory = _compiled, Runtimes = [module] }, _blobs);
    }
}
