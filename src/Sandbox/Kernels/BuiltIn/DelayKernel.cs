using System.Globalization;
using System.Text;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Kernels.BuiltIn;

/// <summary><c>delay@1</c>: waits as many milliseconds as the input says, in ASCII digits; the output is the input.</summary>
public sealed class DelayKernel(TimeProvider time) : IKernel
{
    /// <summary>The longest delay, in milliseconds.</summary>
    public const int MaxMilliseconds = 60_000;

    private const int MaxDigits = 5;

    public DelayKernel() : this(TimeProvider.System) { }

    public string Name => "delay";
    public int Version => 1;

    public async ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(Parse(input.Span)), time, cancel);
        return input;
    }

    private static int Parse(ReadOnlySpan<byte> input)
    {
        if (input.Length is > 0 and <= MaxDigits
            && int.TryParse(input, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= MaxMilliseconds)
            return milliseconds;
        var shown = Encoding.ASCII.GetString(input[..Math.Min(input.Length, 20)]);
        throw new KernelException(1, $"delay@1: input (milliseconds) must be a decimal number from 0 to {MaxMilliseconds}, not '{shown}'.");
    }
}
