using AkkaCompute.Admission.Rules;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Wasm.CApi;
using AkkaCompute.Sandbox.Wasm.Wasi;

namespace AkkaCompute.Sandbox.Wasm.Engine;

/// <summary>Makes a result of how a run ended.</summary>
internal static unsafe class RunEnd
{
    private enum TrapCode : byte
    {
        // The numbers of wasmtime_trap_code_t (wasmtime/trap.h).
        StackOverflow = 0, MemoryOutOfBounds = 1, TableOutOfBounds = 3, IndirectCallToNull = 4, BadSignature = 5,
        IntegerOverflow = 6, IntegerDivisionByZero = 7, BadConversionToInteger = 8, Unreachable = 9,
    }

    public static TaskResult Result(WasiHost host, nint error, nint trap, Limits limits, TimeSpan elapsed)
    {
        var (code, message, calls) = Take(host, error, trap);
        var (left, end) = (host.State.Fuel, host.State.End);
        // Whatever a module did after its fuel was gone, and before it was looked at, counts for nothing.
        var isOutOfFuel = host.Ending == WasiEnding.OutOfFuel
            || (host.Ending is WasiEnding.None or WasiEnding.Exit && (left < 0 || end == AdmittedEnd.OutOfFuel));
        var fuel = isOutOfFuel ? limits.Fuel : host.State.HasRun ? limits.Fuel - left : 0;

        // Work done for nothing is not copied out: only an exit and a trap show output.
        TaskResult None(NoResultReason reason, string text) => TaskResult.None(reason, text, host.Stderr, fuel, elapsed);
        TaskResult Fault(string text) => TaskResult.None(NoResultReason.WorkerFault, text, fuel, elapsed);
        TaskResult WithFiles(Func<TaskResult> result) => host.Listing(limits.OutputBytes, fuel) is { } listing
            ? result() with { Listing = listing }
            : None(
                NoResultReason.OutputLimit,
                $"Standard output and the files in /out have more bytes than the limit OutputBytes = {limits.OutputBytes}.");
        TaskResult Exit(int exit) =>
            WithFiles(() => TaskResult.Exit(exit, host.Output, exit == 0 ? host.Stderr : Noted(host.Stderr, Reached(host)), fuel, elapsed));
        TaskResult Trapped(TrapKind kind, string? note = null) =>
            WithFiles(() =>
                TaskResult.Trapped(
                    kind, host.Output, Noted(host.Stderr, note ?? Reached(host), kind < TrapKind.OutOfFuel ? calls : null), fuel, elapsed));
        if (isOutOfFuel)
            return Trapped(TrapKind.OutOfFuel, $"The task used up the limit Fuel = {limits.Fuel}.");
        switch (host.Ending)
        {
            case WasiEnding.Exit:
                return Exit(host.ExitCode);
            case WasiEnding.OutOfTime:
                return None(
                    NoResultReason.OutOfTime, $"The task ran longer than the limit WallClock = {limits.WallClock.TotalMilliseconds} ms.");
            case WasiEnding.Cancelled:
                return None(NoResultReason.OutOfTime, "The task was cancelled.");
            case WasiEnding.OutputLimit:
                return None(
                    NoResultReason.OutputLimit,
                    $"The task wrote more to standard output than the limit OutputBytes = {limits.OutputBytes}.");
            case WasiEnding.HostFault:
                return Fault($"A host function of this worker failed: {host.Fault!.GetType().Name}: {host.Fault.Message}");
        }
        switch (end)
        {
            case AdmittedEnd.TooDeep:
                return Trapped(TrapKind.TooDeep, DeepText);
            case AdmittedEnd.HostMemory:
                return Fault("This worker had no memory for the task, which was within its limits.");
        }
        return code switch
        {
            null when trap == 0 && error == 0 => Exit(0),
            // Not by the module's own count: a frame took more than it weighs, which another engine need not show.
            TrapCode.StackOverflow =>
                None(NoResultReason.StackOverflow, $"The task needed more stack than this engine's {WasmEngine.StackBytes} bytes."),
            TrapCode.Unreachable => Trapped(TrapKind.Unreachable),
            TrapCode.MemoryOutOfBounds => Trapped(TrapKind.MemoryOutOfBounds, StackOfC.Explain(message)),
            TrapCode.TableOutOfBounds => Trapped(TrapKind.TableOutOfBounds),
            // V8 does not tell these two apart, so neither may we: a digest must not depend on the engine.
            TrapCode.IndirectCallToNull or TrapCode.BadSignature => Trapped(TrapKind.BadSignature),
            // Nor these: for a float that fits no integer Wasmtime says the first, and the second for NaN; V8 says one thing for both.
            TrapCode.IntegerOverflow or TrapCode.BadConversionToInteger => Trapped(TrapKind.IntegerOverflow),
            TrapCode.IntegerDivisionByZero => Trapped(TrapKind.IntegerDivisionByZero),
            _ => Fault($"Wasmtime failed: {message ?? $"trap {code}"}"),
        };
    }

    /// <returns>The trap, its text where it is looked at, and the functions that it happened in.</returns>
    private static (TrapCode?, string?, string?) Take(WasiHost host, nint error, nint trap)
    {
        TrapCode? code = null;
        byte number;
        if (trap != 0 && Native.wasmtime_trap_code(trap, &number) != 0)
            code = (TrapCode)number;
        // What ended by the module's own count, deep in its calls, is told without them.
        var calls = host.Ending == WasiEnding.None && code is not null && host.State.End == AdmittedEnd.None
            ? TrapTrace.Explain(trap)
            : null;
        // Every proc_exit comes here as a trap of ours: its text, made of a backtrace, would cost as much as the run.
        if (host.Ending == WasiEnding.None && code is TrapCode.MemoryOutOfBounds)
            return (code, NativeError.TakeTrap(trap, WholeText), calls);
        if (host.Ending == WasiEnding.None && code is null)
            return (code, NativeError.Take(error) ?? (trap != 0 ? NativeError.TakeTrap(trap) : null), null);
        if (error != 0)
            Native.wasmtime_error_delete(error);
        if (trap != 0)
            Native.wasm_trap_delete(trap);
        return (code, null, calls);
    }

    /// <summary>Characters of a trap's text: a backtrace has twenty frames at the most.</summary>
    private const int WholeText = 1 << 16;

    private static readonly string DeepText =
        $"The task's calls were nested too deep: frames that weigh more than {AdmissionLimits.StackBytes} bytes together. Recurse less, "
        + "or use an explicit stack.";

    private static ReadOnlyMemory<byte> Noted(byte[] stderr, params ReadOnlySpan<string?> notes)
    {
        foreach (var note in notes)
            stderr = note is null ? stderr : [.. System.Text.Encoding.UTF8.GetBytes(note), (byte)'\n', .. stderr];
        return stderr;
    }

    private static string? Reached(WasiHost host) => host.FileLimit is { } limit ? $"The task reached the limit {limit}." : null;
}
