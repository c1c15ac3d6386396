using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AkkaCompute.Domain.Ground.Lanes;

/// <summary>Eight words, where a vector unit has 256 bits.</summary>
internal readonly struct EightLanes(Vector256<uint> words) : ILanes<EightLanes>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<uint> _words = words;

    public static int Count => 8;

    public uint this[int lane] => _words[lane];

    [MethodImpl(Inline)]
    public static EightLanes Same(uint word) => new(Vector256.Create(word));

    [MethodImpl(Inline)]
    public static EightLanes Counting(uint first) => new(Vector256.Create(first) + Vector256<uint>.Indices);

    [MethodImpl(Inline)]
    public static EightLanes Rotate(EightLanes lanes, int bits) =>
        new(Vector256.ShiftRightLogical(lanes._words, bits) | Vector256.ShiftLeft(lanes._words, 32 - bits));

    [MethodImpl(Inline)]
    public static EightLanes Shift(EightLanes lanes, int bits) => new(Vector256.ShiftRightLogical(lanes._words, bits));

    [MethodImpl(Inline)]
    public static bool AnyAtMost(EightLanes lanes, uint limit) => Vector256.LessThanOrEqualAny(lanes._words, Vector256.Create(limit));

    [MethodImpl(Inline)]
    public static EightLanes operator +(EightLanes left, EightLanes right) => new(left._words + right._words);

    [MethodImpl(Inline)]
    public static EightLanes operator &(EightLanes left, EightLanes right) => new(left._words & right._words);

    [MethodImpl(Inline)]
    public static EightLanes operator |(EightLanes left, EightLanes right) => new(left._words | right._words);

    [MethodImpl(Inline)]
    public static EightLanes operator ^(EightLanes left, EightLanes right) => new(left._words ^ right._words);

    [MethodImpl(Inline)]
    public static EightLanes operator ~(EightLanes lanes) => new(~lanes._words);
}
