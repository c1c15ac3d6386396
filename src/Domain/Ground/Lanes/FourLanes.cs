using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AkkaCompute.Domain.Ground.Lanes;

/// <summary>Four words, where a vector unit has 128 bits: on ARM.</summary>
internal readonly struct FourLanes(Vector128<uint> words) : ILanes<FourLanes>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<uint> _words = words;

    public static int Count => 4;

    public uint this[int lane] => _words[lane];

    [MethodImpl(Inline)]
    public static FourLanes Same(uint word) => new(Vector128.Create(word));

    [MethodImpl(Inline)]
    public static FourLanes Counting(uint first) => new(Vector128.Create(first) + Vector128<uint>.Indices);

    [MethodImpl(Inline)]
    public static FourLanes Rotate(FourLanes lanes, int bits) =>
        new(Vector128.ShiftRightLogical(lanes._words, bits) | Vector128.ShiftLeft(lanes._words, 32 - bits));

    [MethodImpl(Inline)]
    public static FourLanes Shift(FourLanes lanes, int bits) => new(Vector128.ShiftRightLogical(lanes._words, bits));

    [MethodImpl(Inline)]
    public static bool AnyAtMost(FourLanes lanes, uint limit) => Vector128.LessThanOrEqualAny(lanes._words, Vector128.Create(limit));

    [MethodImpl(Inline)]
    public static FourLanes operator +(FourLanes left, FourLanes right) => new(left._words + right._words);

    [MethodImpl(Inline)]
    public static FourLanes operator &(FourLanes left, FourLanes right) => new(left._words & right._words);

    [MethodImpl(Inline)]
    public static FourLanes operator |(FourLanes left, FourLanes right) => new(left._words | right._words);

    [MethodImpl(Inline)]
    public static FourLanes operator ^(FourLanes left, FourLanes right) => new(left._words ^ right._words);

    [MethodImpl(Inline)]
    public static FourLanes operator ~(FourLanes lanes) => new(~lanes._words);
}
