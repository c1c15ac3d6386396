using AkkaCompute.Admission;

namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>What is charged, counted by hand from the table in docs/admission.md.</summary>
public sealed class MeteringTests : IDisposable
{
    private const long Fuel = 1_000_000;

    private readonly AdmittedRun _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("", 0)]
    [InlineData("(drop (i32.add (i32.const 1) (i32.const 2)))", 3)]
    [InlineData("(drop (i32.div_u (i32.const 4) (i32.const 2)))", 6)]
    [InlineData("(drop (f64.sqrt (f64.const 4)))", 5)]
    [InlineData("(drop (f64x2.div (v128.const i64x2 0 0) (v128.const i64x2 0 0)))", 10)]
    [InlineData("(if (i32.const 1) (then (drop (i32.const 1))))", 3)]
    [InlineData("(if (i32.const 0) (then (drop (i32.const 1))))", 2)]
    [InlineData("(if (i32.const 0) (then (drop (i32.const 1))) (else (nop)))", 2)]
    [InlineData("(block (br 0) (drop (i32.const 1)))", 1)]
    [InlineData("(block (br_if 0 (i32.const 1)) (drop (i32.const 1)))", 2)]
    [InlineData("(block (br_if 0 (i32.const 0)) (drop (i32.const 1)))", 3)]
    [InlineData("(block (block (br_table 0 1 (i32.const 0))))", 3)]
    [InlineData("(if (i32.const 1) (then (return))) (drop (i32.const 1))", 3)]
    [InlineData("(loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 10))))", 70)]
    [InlineData("(loop (call $f) (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 10))))", 120)]
    [InlineData("(call $f)", 5)]
    [InlineData("(call_indirect (i32.const 0))", 8)]
    [InlineData("(call $branching (i32.const 1))", 8)]
    [InlineData("(call $branching (i32.const 0))", 7)]
    [InlineData("(memory.fill (i32.const 0) (i32.const 0) (i32.const 103))", 38)]
    [InlineData("(memory.copy (i32.const 0) (i32.const 8) (i32.const 3))", 13)]
    [InlineData("(table.fill (i32.const 0) (ref.null func) (i32.const 3))", 16)]
    [InlineData("(drop (memory.grow (i32.const 1)))", 1035)]
    [InlineData("(drop (memory.grow (i32.const 70000)))", 11)]
    [InlineData("(drop (table.grow (ref.null func) (i32.const 2)))", 17)]
    [InlineData("(drop (table.grow (ref.null func) (i32.const 20000)))", 12)]
    public void A_run_costs_what_the_table_says(string body, long units) => Assert.Equal(("Returned", units), Run(body));

    /// <summary>A trap is billed up to the last loop head or call.</summary>
    [Theory]
    [InlineData("(call $f) (unreachable)", 5)]
    [InlineData("(loop (call $f) (if (i32.eq (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 10)) (then (unreachable))) (br 0))", 9 * 13 + 12)]
    public void A_trap_is_billed(string body, long units) => Assert.Equal(("Unreachable", units), Run(body));

    [Theory]
    [InlineData("(loop (br 0))")]
    [InlineData("(loop (loop (br 1)))")]
    [InlineData("(loop (call $f) (br 0))")]
    [InlineData("(loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (br 0))")]
    [InlineData("(call $fork (i32.const 60))")]
    public void Nothing_goes_on_for_ever(string body) => Assert.Equal(("OutOfFuel", Fuel), Run(body));

    private (string, long) Run(string body)
    {
        var wasm = Fixture.FromText(
            "(module (memory (export \"memory\") 1) (table 3 funcref) (elem (i32.const 0) $f) (func $f (drop (i32.const 1)))"
            + "(func $branching (param i32) (if (local.get 0) (then (return))) (nop))"
            + "(func $fork (param i32) (if (local.get 0) (then (call $fork (i32.sub (local.get 0) (i32.const 1))) (call $fork (i32.sub (local.get 0) (i32.const 1))))))"
            + $"(func (export \"_start\") (local i32) {body}))");
        var (module, _, refusal) = ModuleAdmission.Admit(wasm);
        Assert.True(module is not null, refusal);
        var seen = _engine.Run(module.Bytes.Span, Fuel, 3);
        return (seen.End, Fuel - seen.Fuel);
    }
}
