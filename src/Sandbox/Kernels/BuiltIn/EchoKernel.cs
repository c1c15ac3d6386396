using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Kernels.BuiltIn;

/// <summary><c>echo@1</c>: the output is the input.</summary>
public sealed class EchoKernel : IKernel
{
    public string Name => "echo";
    public int Version => 1;

    public ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancel) => new(input);
}
