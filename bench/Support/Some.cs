using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Bench.Support;

/// <summary>Made-up values, the same ones for the same number.</summary>
internal static class Some
{
    public static Hash256 Hash(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return Hash256.Of(bytes);
    }
}
