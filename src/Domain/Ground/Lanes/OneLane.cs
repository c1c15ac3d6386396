using System.Numerics;
using System.Runtime.CompilerServices;

namespace AkkaCompute.Domain.Ground.Lanes;

/// <summary>One word, where there is no vector unit.</summary>
internal readonly struct OneLane(uint word) : ILanes<OneLane>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly uint _word = word;

    public static int Count => 1;

    public uint this[int lane] => _word;

    [MethodImpl(Inline)]
    public static OneLane Same(uint word) => new(word);

    [MethodImpl(Inline)]
    public static OneLane Counting(uint first) => new(first);

    [MethodImpl(Inline)]
    public static OneLane Rotate(OneLane lanes, int bits) => new(BitOperations.RotateRight(lanes._word, bits));

    [MethodImpl(Inline)]
    public static OneLane Shift(OneLane lanes, int bits) => new(lanes._word >> bits);

    [MethodImpl(Inline)]
    public static bool AnyAtMost(OneLane lanes, uint limit) => lanes._word <= limit;

    [MethodImpl(Inline)]
    public static OneLane operator +(OneLane left, OneLane right) => new(unchecked(left._word + right._word));

    [MethodImpl(Inline)]
    public static OneLane operator &(OneLane left, OneLane right) => new(left._word & right._word);

    [MethodImpl(Inline)]
    public static OneLane operator |(OneLane left, OneLane right) => new(left._word | right._word);

    [MethodImpl(Inline)]
    public static OneLane operator ^(OneLane left, OneLane right) => new(left._word ^ right._word);

    [MethodImpl(Inline)]
    public static OneLane operator ~(OneLane lanes) => new(~lanes._word);
}
