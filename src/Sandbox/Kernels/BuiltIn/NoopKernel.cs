using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Kernels.BuiltIn;

/// <summary><c>noop@1</c>: empty output for any input. What remains of a run is the cost of the system.</summary>
public sealed class NoopKernel : IKernel
{
    public string Name => "noop";
    public int Version => 1;

    public ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancel) => default;
}
