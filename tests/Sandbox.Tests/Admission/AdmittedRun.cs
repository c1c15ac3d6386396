using System.Security.Cryptography;
using System.Text;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests.Engines;
using Wasmtime;

namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>What can be seen of a run of an admitted module, in words that both engines speak.</summary>
/// <param name="End">"Returned", the class of the trap, or an <see cref="AdmittedEnd"/>.</param>
/// <param name="Fuel">Fuel that is left.</param>
/// <param name="Memory">SHA-256 of the whole memory.</param>
public sealed record Seen(string End, long Fuel, string Memory)
{
    /// <summary>The same run for another engine.</summary>
    public static EngineTask Task(byte[] admitted, long fuel, int pages) =>
        new(admitted, new byte[32], [], new EngineLimits(fuel, (long)pages * Fixture.PageBytes, 0, 0, 0, 60_000), Memory: true);

    public static Seen Of(EngineResult result, long fuel) => new(
        (ResultKind)result.Kind switch
        {
            ResultKind.Exited => "Returned",
            ResultKind.Trapped => ((TrapKind)result.Trap).ToString(),
            _ => $"{(NoResultReason)result.Reason}: {Encoding.UTF8.GetString(result.Stderr)}",
        },
        fuel - result.Fuel, result.Memory ?? "");
}

/// <summary>Runs admitted modules without imports under Wasmtime, with none of its own fuel, and none of its own canonical NaNs.</summary>
public sealed class AdmittedRun : IDisposable
{
    private readonly Engine _engine = new(new Config().WithMaximumStackSize(1 << 20).WithOptimizationLevel(OptimizationLevel.Speed));

    public Seen Run(ReadOnlySpan<byte> wasm, long fuel, int pages)
    {
        using var module = Module.FromBytes(_engine, "admitted", wasm);
        using var store = new Store(_engine);
        using var linker = new Linker(_engine);
        var end = "Returned";
        Instance instance;
        try
        {
            instance = linker.Instantiate(store, module);
        }
        catch (TrapException trap)
        {
            return new Seen(Class(trap.Type), fuel, "");
        }
        instance.GetGlobal(HostNames.Fuel)?.SetValue(fuel);
        if (instance.GetGlobal(HostNames.Pages) is { } limit)
            limit.SetValue(Math.Min(pages, (int)limit.GetValue()!));
        try
        {
            instance.GetAction(HostNames.Start)?.Invoke();
            instance.GetAction("_start")!.Invoke();
        }
        catch (TrapException trap)
        {
            end = Class(trap.Type);
        }
        if ((AdmittedEnd?)(int?)instance.GetGlobal(HostNames.End)?.GetValue() is { } said and not AdmittedEnd.None)
            end = said.ToString();
        var left = (long?)instance.GetGlobal(HostNames.Fuel)?.GetValue() ?? 0;
        if (end == nameof(AdmittedEnd.OutOfFuel) || left < 0)
            (end, left) = (nameof(AdmittedEnd.OutOfFuel), 0);
        var memory = instance.GetMemory("memory")!;
        return new Seen(end, left, Convert.ToHexStringLower(SHA256.HashData(memory.GetSpan(0, checked((int)memory.GetLength())))));
    }

    public static bool IsValid(ReadOnlySpan<byte> wasm, out string? why)
    {
        using var engine = new Engine(new Config().WithWasmThreads(false));
        why = Module.Validate(engine, wasm);
        return why is null;
    }

    public void Dispose() => _engine.Dispose();

    private static string Class(TrapCode code) => code switch
    {
        TrapCode.Unreachable => "Unreachable",
        TrapCode.MemoryOutOfBounds => "MemoryOutOfBounds",
        TrapCode.TableOutOfBounds => "TableOutOfBounds",
        TrapCode.IndirectCallToNull or TrapCode.BadSignature => "BadSignature",
        TrapCode.IntegerOverflow or TrapCode.BadConversionToInteger => "IntegerOverflow",
        TrapCode.IntegerDivisionByZero => "IntegerDivisionByZero",
        _ => code.ToString(),
    };
}
