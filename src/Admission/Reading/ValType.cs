using System.Runtime.InteropServices;
using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Reading;

/// <summary>A type of a value, by its byte in a module. Bottom stands for any, in code that is never reached.</summary>
internal enum ValType : byte
{
    Bottom = 0,
    FuncRef = 0x70,
    V128 = 0x7B,
    F64 = 0x7C,
    F32 = 0x7D,
    I64 = 0x7E,
    I32 = 0x7F,
}

internal sealed record FuncType(ValType[] Parameters, ValType[] Results)
{
    public bool Equals(FuncType? other) =>
        other is not null && Parameters.AsSpan().SequenceEqual(other.Parameters) && Results.AsSpan().SequenceEqual(other.Results);

    /// <summary>Hashes all types, not their numbers alone: a module may have a million types of eight parameters.</summary>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Parameters.Length);
        hash.AddBytes(MemoryMarshal.AsBytes(Parameters.AsSpan()));
        hash.AddBytes(MemoryMarshal.AsBytes(Results.AsSpan()));
        return hash.ToHashCode();
    }
}

internal static class ValTypes
{
    /// <summary>The letter of a type in signatures of <see cref="OpTable"/>.</summary>
    public static ValType OfLetter(char letter) => letter switch
    {
        'i' => ValType.I32,
        'I' => ValType.I64,
        'f' => ValType.F32,
        'F' => ValType.F64,
        'V' => ValType.V128,
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, null),
    };

    public static ValType Read(ref ByteReader reader)
    {
        var at = reader.Position;
        return Of(reader.U8(), at);
    }

    /// <summary>
    /// The type of a null reference. A number below 0x40 names a type of the module: that is of the garbage collection proposal.
    /// </summary>
    public static ValType ReadHeap(ref ByteReader reader)
    {
        var at = reader.Position;
        var value = reader.U8();
        return value < 0x40 ? throw Features.Refuse(Feature.GarbageCollection, at) : Of(value, at);
    }

    public static ValType Of(byte value, int at) => value switch
    {
        0x70 or (>= 0x7B and <= 0x7F) => (ValType)value,
        0x6F => throw Features.Refuse(Feature.ExternalReferences, at),
        0x69 or 0x74 or 0x68 or 0x75 => throw Features.Refuse(Feature.Exceptions, at),
        (>= 0x63 and <= 0x73) => throw Features.Refuse(Feature.GarbageCollection, at),
        _ => throw RefusedException.Invalid(at, $"0x{value:x2} is no type of a value"),
    };

    /// <summary>Bytes that a value takes in a frame, at the most.</summary>
    public static int Bytes(this ValType type) => type == ValType.V128 ? 16 : 8;

    public static bool IsFloat(this ValType type) => type is ValType.F32 or ValType.F64 or ValType.V128;
}
