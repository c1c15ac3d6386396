using System.Diagnostics;
using AkkaCompute.Admission;
using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>
/// Broken modules: never an exception, never long, and what is admitted is valid. The variable AKKACOMPUTE_MUTANTS says how many (100,000),
/// AKKACOMPUTE_FIRST_MUTANT the first seed (1), AKKACOMPUTE_SECONDS after how long to stop.
/// </summary>
public sealed class FuzzTests
{
    [Fact]
    public void Any_bytes_are_answered()
    {
        var run = new SeedRun("AKKACOMPUTE_MUTANTS", 100_000, "AKKACOMPUTE_FIRST_MUTANT");
        var sources = Sources();
        var causes = new Dictionary<AdmissionCause, int>();
        foreach (var seed in run.Seeds())
        {
            var mutant = Mutant(sources, new Random(seed));
            var start = Stopwatch.GetTimestamp();
            var result = ModuleAdmission.Admit(mutant);
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5), $"seed {seed} took {Stopwatch.GetElapsedTime(start)}");
            Assert.True(result.Module is null == result.Refusal is { Length: > 20 }, $"seed {seed}: {result}");
            causes[result.Cause] = causes.GetValueOrDefault(result.Cause) + 1;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{run}: {string.Join(", ", causes.Select(c => $"{c.Key} {c.Value}"))}");
        Assert.Contains(AdmissionCause.None, causes.Keys);
    }

    /// <summary>Our validator and Wasmtime's say the same: where ours says "invalid", so does it, and what ours admits it takes, before and after.</summary>
    [Fact]
    public void The_validator_says_what_Wasmtimes_says()
    {
        var sources = Sources();
        var (admitted, invalid) = (0, 0);
        for (var seed = 1; seed <= 20_000; seed++)
        {
            var mutant = Mutant(sources, new Random(seed));
            var result = ModuleAdmission.Admit(mutant);
            if (result.Cause == AdmissionCause.Invalid)
            {
                Assert.False(AdmittedRun.IsValid(mutant, out _), $"seed {seed}: Wasmtime takes it, but: {result.Refusal}");
                invalid++;
            }
            else if (result.Module is { } module)
            {
                Assert.True(AdmittedRun.IsValid(mutant, out var why), $"seed {seed}: {why}");
                Assert.True(AdmittedRun.IsValid(module.Bytes.Span, out why), $"seed {seed}, admitted: {why}");
                admitted++;
            }
        }
        Assert.True(admitted > 500 && invalid > 1000, $"{admitted} admitted, {invalid} invalid");
    }

    private static List<byte[]> Sources() =>
        [.. Fixture.Names.Select(Fixture.Wasm).Where(wasm => ModuleAdmission.Admit(wasm).Module is not null), .. Enumerable.Range(1, 60).Select(RandomModule.Make)];

    private static byte[] Mutant(List<byte[]> sources, Random random)
    {
        var source = sources[random.Next(sources.Count)];
        var bytes = source.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 9; changes--)
        {
            var at = random.Next(8, bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 4:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 20)));
                    break;
                default:
                    var length = random.Next(1, Math.Min(20, source.Length - 8));
                    bytes.InsertRange(at, source.AsSpan(random.Next(8, source.Length - length), length));
                    break;
            }
        }
        return [.. bytes];
    }
}
