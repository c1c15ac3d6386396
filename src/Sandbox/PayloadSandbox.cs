using AkkaCompute.Domain;
using AkkaCompute.Domain.Execution;
using AkkaCompute.Sandbox.Kernels;
using AkkaCompute.Sandbox.Wasm;

namespace AkkaCompute.Sandbox;

/// <summary>Gives each payload to the sandbox of its kind. Both stay their owner's to dispose.</summary>
public sealed class PayloadSandbox(WasmSandbox wasm, KernelSandbox kernels) : ISandbox, IModuleCheck
{
    public IReadOnlyCollection<string> Capabilities { get; } = [.. wasm.Capabilities, .. kernels.Capabilities];

    public ValueTask<TaskResult> RunAsync(Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel) =>
        payload is Payload.Wasm ? wasm.RunAsync(payload, seed, input, limits, cancel) : kernels.RunAsync(payload, seed, input, limits, cancel);

    public string? Refuse(ReadOnlySpan<byte> module) => wasm.Refuse(module);
}
