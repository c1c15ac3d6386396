using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Kernels.Tests;

/// <summary>Reverses its input; stands for what an operator would install.</summary>
public sealed class ReverseKernel : IKernel
{
    public string Name => "reverse";
    public int Version => 3;

    public ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        var output = input.ToArray();
        Array.Reverse(output);
        return new(output);
    }
}

/// <summary>Cannot be found by its constructor, so it is not loaded.</summary>
public sealed class ConfiguredKernel(string name) : IKernel
{
    public string Name => name;
    public int Version => 1;
    public ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancel) => default;
}
