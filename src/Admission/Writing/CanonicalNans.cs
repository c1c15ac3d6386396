using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Validating;

namespace AkkaCompute.Admission.Writing;

/// <summary>The canonical NaNs of the specification: positive, with the highest bit of the fraction alone.</summary>
internal static class CanonicalNans
{
    private static readonly byte[] F32 = [0x00, 0x00, 0xC0, 0x7F];
    private static readonly byte[] F64 = [0, 0, 0, 0, 0, 0, 0xF8, 0x7F];

    /// <summary>The instruction that pushes it.</summary>
    public static ReadOnlySpan<byte> Constant(NanShape shape) => Constants[(int)shape];

    private static readonly byte[][] Constants =
    [
        [],
        [Op.F32Const, .. F32],
        [Op.F64Const, .. F64],
        [0xFD, Op.V128Const - Op.Simd, .. F32, .. F32, .. F32, .. F32],
        [0xFD, Op.V128Const - Op.Simd, .. F64, .. F64],
    ];
}
