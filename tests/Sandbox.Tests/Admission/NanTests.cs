using AkkaCompute.Admission;
using AkkaCompute.Admission.Writing;

namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>
/// NaNs that arithmetic made are canonical where they are seen; payloads that are only moved stay. On x86 an engine's own NaN of 0/0 is negative,
/// so that each of these fails without the rewriting.
/// </summary>
public sealed class NanTests : IDisposable
{
    private const string Zero = "(f64.load (i32.const 0))", Payload = "(f64.load (i32.const 8))", Arithmetic = $"(f64.div {Zero} {Zero})",
        Vector = "(f64x2.div (v128.load (i32.const 32)) (v128.load (i32.const 32)))", Vector32 = "(f32x4.div (v128.load (i32.const 32)) (v128.load (i32.const 32)))";

    private const long Canonical = 0x7FF8000000000000, Kept = 0x7FF8000012345678, Sign = long.MinValue;

    private readonly AdmittedRun _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(Arithmetic, Canonical)]
    [InlineData(Payload, Kept)]
    [InlineData($"(f64.add {Payload} (f64.const 1))", Canonical)]
    [InlineData($"(f64.neg {Payload})", Kept | Sign)]
    [InlineData($"(f64.neg {Arithmetic})", Canonical | Sign)]
    [InlineData($"(f64.abs (f64.neg {Arithmetic}))", Canonical)]
    [InlineData($"(f64.neg (local.tee 0 (f64.neg {Arithmetic})))", Canonical)]
    [InlineData($"(select {Payload} {Arithmetic} (i32.const 1))", Kept)]
    [InlineData($"(select {Payload} {Arithmetic} (i32.const 0))", Canonical)]
    [InlineData($"(select {Arithmetic} {Zero} (i32.const 1))", Canonical)]
    [InlineData($"(f64.copysign (f64.const 1) {Arithmetic})", 0x3FF0000000000000)]
    [InlineData($"(f64.copysign (f64.const 1) (f64.neg {Arithmetic}))", 0x3FF0000000000000 | Sign)]
    [InlineData($"(f64.copysign {Payload} (f64.const -1))", Kept | Sign)]
    [InlineData($"(call $same {Arithmetic})", Canonical)]
    [InlineData($"(call $same {Payload})", Kept)]
    [InlineData($"(block (result f64) (br_if 0 {Arithmetic} (i32.const 1)))", Canonical)]
    [InlineData($"(block (result f64) (br_if 0 {Payload} (i32.const 1)))", Kept)]
    [InlineData($"(local.tee 0 {Arithmetic})", Canonical)]
    [InlineData($"(local.set 0 {Arithmetic}) (local.get 0)", Canonical)]
    [InlineData($"(local.set 0 {Payload}) (local.get 0)", Kept)]
    [InlineData($"(local.set 0 {Arithmetic}) (local.set 0 {Payload}) (local.get 0)", Kept)]
    [InlineData($"(local.set 0 {Payload}) (local.set 0 {Arithmetic}) (local.get 0)", Canonical)]
    [InlineData($"(local.set 0 {Payload}) (loop (local.set 1 (local.get 0)) (local.set 0 {Arithmetic}) (br_if 0 (i64.eqz (local.tee 2 (i64.add (local.get 2) (i64.const 1)))))) (local.get 1)", Kept)]
    [InlineData($"(global.set 0 {Arithmetic}) (global.get 0)", Canonical)]
    [InlineData($"(f64.promote_f32 (f32.demote_f64 {Arithmetic}))", Canonical)]
    [InlineData($"(f64x2.extract_lane 1 {Vector})", Canonical)]
    [InlineData($"(f64.reinterpret_i64 (i64x2.extract_lane 1 {Vector}))", Canonical)]
    [InlineData($"(f64.reinterpret_i64 (i64x2.extract_lane 1 (f64x2.neg {Vector})))", Canonical | Sign)]
    [InlineData("(f64.reinterpret_i64 (i64x2.extract_lane 0 (v128.load (i32.const 8))))", Kept)]
    [InlineData($"(f64.reinterpret_i64 (i64x2.extract_lane 0 (f64x2.splat {Arithmetic})))", Canonical)]
    [InlineData($"(f64.reinterpret_i64 (i64x2.extract_lane 0 (f64x2.pmin {Vector} {Vector})))", Canonical)]
    [InlineData($"(f64.reinterpret_i64 (i64x2.extract_lane 0 (f64x2.replace_lane 0 {Vector} {Payload})))", Kept)]
    [InlineData($"(f64.reinterpret_i64 (i64x2.extract_lane 1 (f64x2.replace_lane 0 {Vector} {Payload})))", Canonical)]
    [InlineData($"(f64.reinterpret_i64 (i64x2.extract_lane 0 {Vector32}))", 0x7FC000007FC00000)]
    [InlineData($"(local.set 3 {Vector32}) (local.set 3 {Vector}) (f64.reinterpret_i64 (i64x2.extract_lane 0 (local.get 3)))", Canonical)]
    [InlineData($"(f64.reinterpret_i64 (i64.extend_i32_u (i32.reinterpret_f32 (f32.demote_f64 {Payload}))))", 0x7FC00000)]
    public void The_bits_of(string expression, long bits)
    {
        var wasm = Fixture.FromText(
            "(module (memory (export \"memory\") 1) (data (i32.const 8) \"\\78\\56\\34\\12\\00\\00\\f8\\7f\") (global (mut f64) (f64.const 0))"
            + "(func $same (param f64) (result f64) (local.get 0))"
            + $"(func $bits (result i64) (local f64 f64 i64 v128) {Last(expression)})"
            + $"(func (export \"_start\") (if (i64.ne (call $bits) (i64.const {bits})) (then (unreachable)))))");
        var (module, _, refusal) = ModuleAdmission.Admit(wasm);
        Assert.True(module is not null, refusal);
        Assert.Equal("Returned", _engine.Run(module.Bytes.Span, 1_000_000, 1).End);
    }

    /// <summary>A sum in a loop is made canonical once, after it.</summary>
    [Fact]
    public void What_wanders_through_locals_costs_nothing()
    {
        const string Loop = "(loop (local.set 0 (f64.add (local.get 0) (f64.mul (f64.load (local.get 1)) (f64.load (local.get 1))))) (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 8))) (i32.const 800))))";
        int Size(string store, Rewrites rewrites) => ModuleAdmission.Admit(Fixture.FromText(
            $"(module (memory (export \"memory\") 1) (func (export \"_start\") (local f64 i32) {Loop} {store}))"), rewrites).Module!.Bytes.Length;
        Assert.Equal(Size("", Rewrites.None), Size("", Rewrites.CanonicalNans));
        Assert.InRange(Size("(f64.store (i32.const 0) (local.get 0))", Rewrites.CanonicalNans) - Size("(f64.store (i32.const 0) (local.get 0))", Rewrites.None), 1, 24);
    }

    /// <summary>The last expression, as bits.</summary>
    private static string Last(string expression) =>
        expression.StartsWith("(local.set", StringComparison.Ordinal) || expression.StartsWith("(global.set", StringComparison.Ordinal)
            ? $"{expression} (i64.reinterpret_f64)" : $"(i64.reinterpret_f64 {expression})";
}
