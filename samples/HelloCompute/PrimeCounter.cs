using System.Buffers.Binary;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.HelloCompute;

/// <summary>Counts the primes within a range of numbers. Input: from (inclusive) and to (exclusive), output: the count; 32 bits each, big-endian.</summary>
public sealed class PrimeCounter : IKernel
{
    public string Name => "primes";

    public int Version => 1;

    public static byte[] Input(int from, int to)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(bytes, from);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), to);
        return bytes;
    }

    public ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        if (input.Length != 8)
            throw new KernelException(1, $"The input has {input.Length} bytes, not 8.");
        var (from, to) = (BinaryPrimitives.ReadInt32BigEndian(input.Span), BinaryPrimitives.ReadInt32BigEndian(input.Span[4..]));
        var count = 0;
        for (var number = Math.Max(2, from); number < to; number++)
        {
            cancel.ThrowIfCancellationRequested();
            count += IsPrime(number) ? 1 : 0;
        }
        var output = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(output, count);
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(output);
    }

    private static bool IsPrime(int number)
    {
        for (var factor = 2; (long)factor * factor <= number; factor++)
            if (number % factor == 0)
                return false;
        return true;
    }
}
