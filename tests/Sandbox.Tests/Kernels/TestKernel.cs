using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Kernels;

public sealed class TestKernel(string name, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> run, int version = 1) : IKernel
{
    public string Name => name;
    public int Version => version;

    public ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancel) => run(input, cancel);
}
