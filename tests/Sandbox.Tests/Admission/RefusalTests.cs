using System.Diagnostics;
using AkkaCompute.Admission;
using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Sandbox.Wasm.Wasi;

namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>What is refused, and what it costs to find out.</summary>
public sealed class RefusalTests
{
    private const string Command = "(memory (export \"memory\") 1)";

    [Theory]
    [InlineData("(export \"akkacompute.fuel\" (global 0)) (global (mut i64) (i64.const 0))", AdmissionCause.ReservedName, "'akkacompute.fuel'")]
    [InlineData("(export \"akkacompute.\" (func 0))", AdmissionCause.ReservedName, "'akkacompute.'")]
    [InlineData("(global $fuel (mut i64) (i64.const 0)) (func (global.set 1 (i64.const 1)))", AdmissionCause.Invalid, "no global 1")]
    [InlineData("(func (call 2))", AdmissionCause.Invalid, "no function 2")]
    [InlineData("(func (local.set 0 (i64.const 1)))", AdmissionCause.Invalid, "no local 0")]
    [InlineData("(func (drop (i32.add (i32.const 1) (i64.const 1))))", AdmissionCause.Invalid, "I64 is on the stack where a I32")]
    [InlineData("(func (drop (ref.null extern)))", AdmissionCause.Feature, "externref", "wasm-bindgen")]
    [InlineData("(table 20001 funcref)", AdmissionCause.Limit, "20001", "20000")]
    [InlineData("(table 1 funcref) (table 1 funcref) (table 1 funcref) (table 1 funcref) (table 1 funcref)", AdmissionCause.Limit, "tables: 5")]
    [InlineData("(global i32 (i32.add (i32.const 1) (i32.const 2)))", AdmissionCause.Feature, "extended constant", "-mextended-const")]
    public void Refused_by_name(string text, AdmissionCause cause, params string[] named) => Refused(Wasm(text), cause, named);

    [Theory]
    [InlineData("0061736d0d000100", "wasip1")]
    [InlineData("0061736d02000000", "version 2")]
    [InlineData("7f454c46", "no WebAssembly module")]
    public void Other_bytes_are_told_apart(string hex, string named) => Refused(Convert.FromHexString(hex), AdmissionCause.NotAModule, named);

    [Fact]
    public void The_imports_are_those_of_the_host()
    {
        foreach (var function in WasiFunction.All)
        {
            Assert.Equal(function.Parameters, string.Concat(WasiImports.All[function.Name].Parameters.Select(type => type == ValType.I32 ? 'i' : 'I')));
            Assert.Equal(function.Name == "proc_exit" ? 0 : 1, WasiImports.All[function.Name].Results.Length);
        }
        Assert.Equal(WasiFunction.All.Length, WasiImports.All.Count);
    }

    /// <summary>Small modules that ask for much: each is answered, with a refusal or a module, in time and memory by its own size.</summary>
    [Theory]
    [InlineData("locals 50000", AdmissionCause.Limit, "10000")]
    [InlineData("locals 4294967295", AdmissionCause.Limit, "10000")]
    [InlineData("labels 1000000", AdmissionCause.Limit, "65520")]
    [InlineData("labels 65520", AdmissionCause.None)]
    [InlineData("blocks 1000000", AdmissionCause.Limit, "10000")]
    [InlineData("blocks 9000", AdmissionCause.None)]
    [InlineData("operands 3000000", AdmissionCause.None)]
    [InlineData("ifs 300000", AdmissionCause.None)]
    [InlineData("types 4294967295", AdmissionCause.Invalid, "ends before")]
    [InlineData("kinds 300000", AdmissionCause.None)]
    [InlineData("frames 300000", AdmissionCause.Limit, "locals of all functions")]
    [InlineData("imports 4294967295", AdmissionCause.Invalid, "ends before")]
    [InlineData("functions 1000000", AdmissionCause.Invalid, "bodies")]
    [InlineData("tables 4294967295", AdmissionCause.Invalid, "ends before")]
    [InlineData("globals 4294967295", AdmissionCause.Invalid, "ends before")]
    [InlineData("exports 4294967295", AdmissionCause.Invalid, "ends before")]
    [InlineData("elements 4294967295", AdmissionCause.Invalid, "ends before")]
    [InlineData("data 4294967295", AdmissionCause.Invalid, "ends before")]
    [InlineData("code 4294967295", AdmissionCause.Invalid, "ends before")]
    [InlineData("datacount 4294967295", AdmissionCause.Limit, "data segments")]
    [InlineData("names 1000000", AdmissionCause.None)]
    public void A_bomb_goes_out(string bomb, AdmissionCause cause, params string[] named)
    {
        var wasm = Bombs.Make(bomb);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        var result = ModuleAdmission.Admit(wasm);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(result.Cause == cause, $"{result.Cause}: {result.Refusal}");
        Assert.All(named, name => Assert.Contains(name, result.Refusal, StringComparison.Ordinal));
        Assert.True(elapsed < TimeSpan.FromSeconds(10), $"{wasm.Length} bytes took {elapsed}");
        Assert.True(allocated < 200L * wasm.Length + (4 << 20), $"{wasm.Length} bytes took {allocated} of memory");
        if (result.Module is { } admitted)
            Assert.True(AdmittedRun.IsValid(admitted.Bytes.Span, out var why), why);
    }

    private static byte[] Wasm(string text) => Fixture.FromText($"(module {Command} (func (export \"_start\")) {text})");

    private static void Refused(byte[] wasm, AdmissionCause cause, params string[] named)
    {
        var (module, actual, refusal) = ModuleAdmission.Admit(wasm);
        Assert.True(module is null && actual == cause, $"{actual}: {refusal}");
        Assert.All(named, name => Assert.Contains(name, refusal, StringComparison.Ordinal));
    }
}
