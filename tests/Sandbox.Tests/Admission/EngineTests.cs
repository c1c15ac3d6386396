using AkkaCompute.Admission;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Admission.Writing;
using AkkaCompute.Sandbox.Tests.Engines;

namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>
/// Random modules, admitted, under Wasmtime, V8 and SpiderMonkey: the same end, the same fuel, the same memory. The variable AKKACOMPUTE_MODULES
/// says how many (10,000; 500 in a browser), AKKACOMPUTE_FIRST_MODULE the first seed (1), and AKKACOMPUTE_SECONDS after how long to stop.
/// </summary>
public sealed class EngineTests
{
    private const int Fuel = 20_000, Pages = 3;

    [Fact]
    public void Random_modules_are_valid_before_and_after_admission()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var wasm = RandomModule.Make(seed);
            Assert.True(AdmittedRun.IsValid(wasm, out var why), $"seed {seed}: {why}");
            var (module, _, refusal) = ModuleAdmission.Admit(wasm);
            Assert.True(module is not null, $"seed {seed}: {refusal}");
            Assert.True(AdmittedRun.IsValid(module.Bytes.Span, out why), $"seed {seed}: {why}");
        }
    }

    /// <summary>The rewriting changes nothing that a module can see, as long as no NaN is seen and there is fuel.</summary>
    [Fact]
    public void Metering_changes_no_result()
    {
        using var engine = new AdmittedRun();
        var compared = 0;
        for (var seed = 1; seed <= 400; seed++)
        {
            var wasm = RandomModule.Make(seed);
            var metered = engine.Run(ModuleAdmission.Admit(wasm, Rewrites.Metering).Module!.Bytes.Span, Fuel, AdmissionLimits.MemoryPages);
            if (metered.End is nameof(AdmittedEnd.OutOfFuel) or nameof(AdmittedEnd.TooDeep) || Grows(wasm))
                continue;
            var plain = engine.Run(ModuleAdmission.Admit(wasm, Rewrites.None).Module!.Bytes.Span, Fuel, AdmissionLimits.MemoryPages);
            Assert.Equal((seed, plain.End, plain.Memory), (seed, metered.End, metered.Memory));
            compared++;
        }
        Assert.True(compared > 50, $"Only {compared} modules ended by themselves.");
    }

    /// <summary>Tables grow less far than their module says: that is seen.</summary>
    private static bool Grows(byte[] wasm) => wasm.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFC, 0x0F]) >= 0;

    [Theory, MemberData(nameof(EngineProcess.Engines), MemberType = typeof(EngineProcess))]
    [Trait("Category", "Needs")]
    [Trait("Needs", "Node.js")]
    public async Task Random_modules_end_the_same_in_Wasmtime_and_elsewhere(string other)
    {
        // A browser is asked over HTTP, which takes longer than the module.
        var run = new SeedRun("AKKACOMPUTE_MODULES", other == "node" ? 10_000 : 500, "AKKACOMPUTE_FIRST_MODULE");
        using var engine = new AdmittedRun();
        using var there = await EngineProcess.StartAsync(other);
        var ends = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var different = new List<string>();
        foreach (var seed in run.Seeds())
        {
            if (different.Count == 10)
                break;
            var wasm = ModuleAdmission.Admit(RandomModule.Make(seed)).Module!.Bytes;
            var answer = there.RunAsync(Seen.Task(wasm.ToArray(), Fuel, Pages));
            var here = engine.Run(wasm.Span, Fuel, Pages);
            var seen = Seen.Of(await answer, Fuel);
            ends[here.End] = ends.GetValueOrDefault(here.End) + 1;
            if (here != seen)
                different.Add($"seed {seed}: Wasmtime {here}, {other} {seen}");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{run}: {string.Join(", ", ends.Select(e => $"{e.Key} {e.Value}"))}");
        Assert.Empty(different);
        if (run.Done >= 10_000)
            Assert.All((string[])["Returned", "OutOfFuel", "TooDeep", "Unreachable", "MemoryOutOfBounds", "TableOutOfBounds", "BadSignature", "IntegerOverflow", "IntegerDivisionByZero"],
                end => Assert.Contains(end, ends.Keys));
    }
}
