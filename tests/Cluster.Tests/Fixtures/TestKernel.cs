using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A kernel that is a function.</summary>
internal sealed class TestKernel(string name, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> run) : IKernel
{
    public string Name => name;

    public int Version => 1;

    public Payload Payload => new Payload.Kernel(name, 1);

    public ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancel) => run(input, cancel);
}
