using System.Text;
using AkkaCompute.Admission;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests.Engines;

namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>Calls without end: too deep by our weights before any engine's own stack ends, with the same fuel.</summary>
public sealed class StackTests
{
    private const long Fuel = 1L << 40;

    /// <summary>A function that calls itself, in the shapes that take most of a real stack for their weight.</summary>
    public static TheoryData<string> Shapes =>
    [
        "nothing", "local i32 10", "local i64 100", "local i64 1000", "local f64 9000", "local v128 10", "local v128 9000", "operand i64 10", "operand i64 1000",
        "operand i64 8000", "operand v128 1000", "parameter i64 120", "parameter v128 120", "hoisted i64 300", "indirect i64 4",
    ];

    [Theory, MemberData(nameof(Shapes))]
    public void Wasmtime_says_too_deep(string shape)
    {
        using var engine = new AdmittedRun();
        Assert.Equal(nameof(AdmittedEnd.TooDeep), engine.Run(Admitted(shape), Fuel, 1).End);
    }

    [Theory]
    [InlineData("node", "--liftoff-only")]
    [InlineData("node", "--no-liftoff")]
    [InlineData("node", "--wasm-tier-up")]
    [InlineData("chromium")]
    [InlineData("firefox-esr")]
    [Trait("Category", "Needs")]
    [Trait("Needs", "Node.js")]
    public async Task Each_engine_and_tier_says_the_same_with_the_same_fuel(string other, params string[] options)
    {
        using var engine = new AdmittedRun();
        using var there = await EngineProcess.StartAsync(other, options);
        foreach (var shape in Shapes.Select(row => row.Data))
        {
            var wasm = Admitted(shape);
            Assert.Equal((shape, engine.Run(wasm, Fuel, 1)), (shape, Seen.Of(await there.RunAsync(Seen.Task(wasm, Fuel, 1)), Fuel)));
        }
    }

    /// <summary>What version 1 let through is no result in Chromium's workers, which have less stack than a page; and never another one. With all it says how far it came.</summary>
    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "Node.js")]
    public async Task The_first_version_was_too_much_for_a_worker_of_Chromium()
    {
        using var engine = new AdmittedRun();
        using var there = await EngineProcess.StartAsync("chromium", []);
        var none = new List<string>();
        foreach (var shape in Shapes.Select(row => row.Data))
        {
            var wasm = Admitted(shape, version: 1);
            var seen = Seen.Of(await there.RunAsync(Seen.Task(wasm, Fuel, 1)), Fuel);
            if (seen.End.StartsWith(nameof(NoResultReason.StackOverflow), StringComparison.Ordinal))
                none.Add($"{shape} {(double)(Fuel - seen.Fuel) / (Fuel - engine.Run(wasm, Fuel, 1).Fuel):0.000}");
            else
                Assert.Equal((shape, engine.Run(wasm, Fuel, 1)), (shape, seen));
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", none));
        Assert.NotEmpty(none);
    }

    /// <summary>An audit makes the bytes again that ran under a version before; there is no other difference than the stack.</summary>
    [Fact]
    public void Each_version_is_made_still()
    {
        var module = Fixture.FromText(Text(["nothing"]));
        var (first, second) = (ModuleAdmission.Admit(module, 1).Module!.Bytes.ToArray(), ModuleAdmission.Admit(module, 2).Module!.Bytes.ToArray());
        Assert.Equal(second, ModuleAdmission.Admit(module).Module!.Bytes.ToArray());
        Assert.Equal("e5f16d1035d54ef1", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(first))[..16]);
        Assert.Equal(first.Length, second.Length);
        Assert.InRange(first.Zip(second).Count(pair => pair.First != pair.Second), 1, 3); // the 400,000 in LEB128
        foreach (var version in (int[])[0, 3])
            Assert.Throws<ArgumentOutOfRangeException>(() => ModuleAdmission.Admit(module, version));
    }

    [Fact]
    public void Calls_that_end_are_not_too_deep()
    {
        using var engine = new AdmittedRun();
        var text = "(module (memory (export \"memory\") 1) (func $f (param i32) (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))))) "
            + "(func (export \"_start\") (local i32) (local.set 0 (i32.const 1000)) (loop (call $f (i32.const 1000)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))";
        Assert.Equal("Returned", engine.Run(ModuleAdmission.Admit(Fixture.FromText(text)).Module!.Bytes.Span, Fuel, 1).End);
    }

    private static byte[] Admitted(string shape, int version = ModuleAdmission.Version)
    {
        var (module, _, refusal) = ModuleAdmission.Admit(Fixture.FromText(Text(shape.Split(' '))), version);
        Assert.True(module is not null, refusal);
        return module.Bytes.ToArray();
    }

    private static string Text(string[] shape)
    {
        var (type, count) = shape.Length < 3 ? ("i32", 0) : (shape[1], int.Parse(shape[2]));
        var text = new StringBuilder("(module (memory (export \"memory\") 1) (table 1 funcref) (elem (i32.const 0) $f)\n(func $f ");
        string Repeat(Func<int, string> part) => string.Concat(Enumerable.Range(0, count).Select(part));
        var load = $"({type}.load (i32.const 8))";
        var parameters = shape[0] is "parameter" ? Repeat(_ => $" {type}") : shape[0] is "indirect" ? " i64 i64 i64 i64" : "";
        text.Append(parameters.Length > 0 ? $"(param{parameters})\n" : "\n");
        text.Append(shape[0] switch
        {
            // Each local is set before the call and used after it.
            "local" => $"(local{Repeat(_ => $" {type}")}) {Repeat(i => $"(local.set {i} {load})")} (call $f) {Repeat(i => $"({type}.store (i32.const 8) (local.get {i}))")}",
            "operand" => $"{Repeat(i => $"(i32.const 8) {load}")} (call $f) {Repeat(_ => $"({type}.store)")}",
            "parameter" => $"{Repeat(i => $"(local.get {i})")} (call $f) {Repeat(i => $"({type}.store (i32.const 8) (local.get {i}))")}",
            // Values that an optimizing compiler may compute before the loop, and keep.
            "hoisted" => $"(local i64) (local.set 0 {load}) (loop {Repeat(i => $"(i64.store (i32.const 8) (i64.mul (local.get 0) (i64.const {7919 + i})))")} (call $f) (br_if 0 (i32.load (i32.const 16))))",
            "indirect" => "(local.get 3) (local.get 2) (local.get 1) (local.get 0) (i32.const 0) (call_indirect (param i64 i64 i64 i64)) (i64.store (i32.const 8) (local.get 0))",
            _ => "(call $f)",
        });
        var first = shape[0] is "parameter" ? Repeat(_ => load) : shape[0] is "indirect" ? string.Concat(Enumerable.Repeat("(i64.const 1)", 4)) : "";
        return text.Append($")\n(func (export \"_start\") {first} (call $f)))").ToString();
    }
}
