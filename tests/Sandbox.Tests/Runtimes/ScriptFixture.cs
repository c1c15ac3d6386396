using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Runtimes;
using AkkaCompute.Sandbox.Tests.Engines;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>The runtimes that take long to make: as their scripts leave them, in the repository or in the user's cache; without, tests are skipped.</summary>
public sealed class ScriptFixture : IDisposable
{
    private static readonly Limits _limits = new(1_000_000_000_000, 512 << 20, 1 << 20, 4096, TimeSpan.FromMinutes(2)) { FileBytes = 1 << 20 };

    private readonly MemoryBlobs _blobs = new();
    private readonly Dictionary<string, WasmSandbox> _sandboxes = [];

    public Task<TaskResult> RunAsync(ScriptRuntime runtime, string script, string input, string[]? arguments = null, Hash256? seed = null)
    {
        var sandbox = SandboxOf(runtime); // first: it skips the test where there is no such module
        var program = ProgramOf(runtime, script, arguments).In(_blobs, runtime.Module) with { Runtime = runtime.Name };
        return sandbox.RunAsync(program, seed ?? Fixture.Seed, Encoding.UTF8.GetBytes(input), _limits, TestContext.Current.CancellationToken).AsTask();
    }

    /// <summary>The same task for another engine.</summary>
    public static EngineTask TaskOf(ScriptRuntime runtime, string script, string input, string[]? arguments = null) =>
        EngineTask.Of(File.ReadAllBytes(ScriptModule.Take(runtime, JavaScriptFixture.Directory)), Encoding.UTF8.GetBytes(input), _limits, ProgramOf(runtime, script, arguments));

    private static EngineProgram ProgramOf(ScriptRuntime runtime, string script, string[]? arguments) => new(
        arguments is null ? [] : [runtime.Main, .. arguments], ["HOME=/"], [new EngineFile(runtime.Main, Encoding.UTF8.GetBytes(script))], InputFile: false);

    public void Dispose()
    {
        foreach (var sandbox in _sandboxes.Values)
            sandbox.Dispose();
    }

    private WasmSandbox SandboxOf(ScriptRuntime runtime)
    {
        if (_sandboxes.TryGetValue(runtime.Name, out var made))
            return made;
        var path = ScriptModule.Take(runtime, JavaScriptFixture.Directory);
        var module = new RuntimeModule(runtime.Name, runtime.Module, File.ReadAllBytes(path));
        Assert.Equal(runtime.Module, Hash256.Of(module.Bytes.Span));
        return _sandboxes[runtime.Name] = new WasmSandbox(
            new WasmOptions { Slots = 1, MaxMemoryBytes = 512 << 20, CacheDirectory = ScriptModule.Compiled, Runtimes = [module] }, _blobs);
    }
}
