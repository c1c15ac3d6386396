using AkkaCompute.Domain.Bootstrapping;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Kernels.BuiltIn;

/// <summary><c>mix@1</c>: computes, for as long as its input says: <see cref="MixTask"/>. 2²³ turns take about 30 ms.</summary>
public sealed class MixKernel : IKernel
{
    /// <summary>Turns between two looks at whether the task is still wanted.</summary>
    private const uint Stretch = 1 << 20;

    public string Name => MixTask.Kernel.Name;
    public int Version => MixTask.Kernel.Version;

    public ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        if (!MixTask.TryRead(input.Span, out var value, out var left))
            throw new KernelException(
                1, $"mix@1: input must have {MixTask.InputBytes} bytes, value (u64) and turns (u32), not {input.Length}.");
        while (left > 0)
        {
            cancel.ThrowIfCancellationRequested();
            var turns = Math.Min(left, Stretch);
            for (var turn = 0u; turn < turns; turn++)
                value = MixTask.Turn(value);
            left -= turns;
        }
        return new(MixTask.Output(value));
    }
}
