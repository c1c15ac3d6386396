using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Bench.Engines;

/// <summary>A task in our sandbox.</summary>
internal sealed class OurSandbox : IDisposable
{
    private static readonly Limits _limits = new(1L << 62, 256 << 20, 64 << 20, 4096, EngineBench.RunTime) { FileBytes = 64 << 20 };

    private readonly MemoryBlobs _blobs = new();
    private readonly WasmSandbox _sandbox;
    private readonly Payload _payload;
    private readonly byte[] _input;

    public OurSandbox(EngineProgram program, byte[] wasm)
    {
        _sandbox =
            new WasmSandbox(new WasmOptions { Slots = 1, MaxMemoryBytes = 256 << 20, CompileTime = TimeSpan.FromMinutes(2) }, _blobs);
        _payload = new Payload.Program(_blobs.Put(wasm)) { Arguments = program.Arguments };
        _input = File.ReadAllBytes(program.Input);
    }

    public async Task<(double, string)> RunAsync()
    {
        var before = Environment.CpuUsage.TotalTime;
        var result = await _sandbox.RunAsync(_payload, Hash256.Of("seed"u8), _input, _limits, CancellationToken.None);
        var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return result.Succeeded ? (seconds, Hash256.Of(result.Output.Span).ToString())
            : throw new InvalidOperationException($"{result.Kind} {result.Reason}: {Encoding.UTF8.GetString(result.Stderr.Span)}");
    }

    public void Dispose() => _sandbox.Dispose();
}
