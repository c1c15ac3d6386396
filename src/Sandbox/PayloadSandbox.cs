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
        Of(payload).RunAsync(payload, seed, input, limits, cancel);

    public bool IsReady(Payload payload) => Of(payload).IsReady(payload);

    public ValueTask<bool> LoadAsync(Payload payload, CancellationToken cancel) => Of(payload).LoadAsync(payload, cancel);

    public ValueTask<Compilation> CompileAsync(Payload payload, CancellationToken cancel) => Of(payload).CompileAsync(payload, cancel);

    public string? Refuse(ReadOnlySpan<byte> module) => wasm.Refuse(module);

    private ISandbox Of(Payload payload) => payload is Payload.Wasm ? wasm : kernels;
}
