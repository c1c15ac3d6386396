using System.Numerics;

namespace AkkaCompute.Domain.Ground.Lanes;

/// <summary>Words of 32 bits side by side, on which one operation works at once. Sums wrap around.</summary>
internal interface ILanes<TSelf> :
    IAdditionOperators<TSelf, TSelf, TSelf>, IBitwiseOperators<TSelf, TSelf, TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many words; a power of two.</summary>
    static abstract int Count { get; }

    /// <summary>The same word in each lane.</summary>
    static abstract TSelf Same(uint word);

    /// <summary>A word and those that follow it, one a lane.</summary>
    static abstract TSelf Counting(uint first);

    /// <summary>Rotated to the right, 1 to 31 bits.</summary>
    static abstract TSelf Rotate(TSelf lanes, int bits);

    /// <summary>Shifted to the right, 1 to 31 bits; zeros come in.</summary>
    static abstract TSelf Shift(TSelf lanes, int bits);

    /// <summary>Whether one of the words is at most <paramref name="limit"/>.</summary>
    static abstract bool AnyAtMost(TSelf lanes, uint limit);

    /// <summary>The word in a lane, from 0.</summary>
    uint this[int lane] { get; }
}
