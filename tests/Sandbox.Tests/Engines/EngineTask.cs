using AkkaCompute.Admission;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Engines;

/// <summary>A file of a program, with its bytes.</summary>
public sealed record EngineFile(string Path, byte[] Bytes);

/// <summary>A program as another engine gets it: <see cref="Payload.Program"/> without its module.</summary>
public sealed record EngineProgram(IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment, IReadOnlyList<EngineFile> Files, bool InputFile)
{
    /// <summary>Whether the fuel used is a part of the result.</summary>
    public bool ComparesFuel { get; init; }

    /// <summary>The program as our sandbox gets it, its blobs in a store.</summary>
    public Payload.Program In(MemoryBlobs blobs, Hash256 module) => new(module)
    {
        Arguments = Arguments, Environment = Environment, InputFile = InputFile, ComparesFuel = ComparesFuel,
        Files = [.. Files.Select(file => new ProgramFile(file.Path, blobs.Put(file.Bytes), file.Bytes.Length))],
    };
}

/// <summary>Limits in the words of sdk/js; the time in milliseconds.</summary>
public sealed record EngineLimits(long Fuel, long MemoryBytes, int OutputBytes, int StderrBytes, long FileBytes, double WallClock)
{
    public static EngineLimits Of(Limits limits) =>
        new(limits.Fuel, limits.MemoryBytes, limits.OutputBytes, limits.StderrBytes, limits.FileBytes, limits.WallClock.TotalMilliseconds);
}

/// <summary>A task as a line for <c>sdk/js/test/engine.js</c>.</summary>
/// <param name="Wasm">The admitted module.</param>
/// <param name="Program">Null: a module by itself.</param>
/// <param name="Memory">Whether the hash of the memory at the end is wanted.</param>
public sealed record EngineTask(byte[] Wasm, byte[] Seed, byte[] Input, EngineLimits Limits, EngineProgram? Program = null, bool Memory = false)
{
    public static EngineTask Of(byte[] wasm, byte[] input, Limits limits, EngineProgram? program = null) =>
        new(Admitted(wasm), Fixture.Seed.ToBytes(), input, EngineLimits.Of(limits), program);

    public static byte[] Admitted(byte[] wasm)
    {
        var (module, _, refusal) = ModuleAdmission.Admit(wasm);
        Assert.True(module is not null, refusal);
        return module.Bytes.ToArray();
    }
}

/// <summary>What came of a task. Fuel is within what a double has exactly.</summary>
public sealed record EngineResult(
    int Kind, int ExitCode, int Trap, int Reason, byte[] Output, byte[] Listing, byte[] Stderr, long Fuel, string? Digest, string? Memory = null, double Milliseconds = 0)
{
    public static EngineResult Of(TaskResult result) => new(
        (int)result.Kind, result.ExitCode, (int)result.Trap, (int)result.Reason, result.Output.ToArray(), result.Listing.ToArray(), result.Stderr.ToArray(),
        result.Fuel, result.Digest()?.ToString());

    /// <summary>All that two engines must agree on, and standard error.</summary>
    public string Show() => $"{(ResultKind)Kind} {ExitCode} {(TrapKind)Trap} {(NoResultReason)Reason} fuel {Fuel} digest {Digest} "
        + $"output {Short(Output)} listing {Short(Listing)} stderr {System.Text.Encoding.UTF8.GetString(Stderr)}";

    private static string Short(byte[] bytes) => bytes.Length <= 8_192 ? Convert.ToHexString(bytes) : $"{bytes.Length} bytes, {Hash256.Of(bytes)}";
}
