using System.Collections.Concurrent;
using System.Diagnostics;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Running;
using AkkaCompute.Sandbox.Runtimes;
using AkkaCompute.Sandbox.Wasm.CApi;
using AkkaCompute.Sandbox.Wasm.Engine;
using AkkaCompute.Sandbox.Wasm.Modules;
using AkkaCompute.Sandbox.Wasm.Wasi;

namespace AkkaCompute.Sandbox.Wasm;

/// <summary>
/// Runs WASI preview 1 commands by Wasmtime: same module, seed and input, same comparable result on every machine.
/// One per process is enough. Dispose it when no run is under way any more.
/// </summary>
public sealed class WasmSandbox : IRunner, IDisposable
{
    private readonly WasmEngine _engine;
    private readonly ModuleCache _modules;
    private readonly FileCache _files;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentBag<WasmRun> _runs = [];
    private readonly long _maxMemoryBytes;
    private readonly int _maxModuleBytes;
    private readonly long _maxFileBytes;
    private readonly IReadOnlyList<RuntimeModule> _runtimes;

    /// <summary>Starts an engine.</summary>
    /// <param name="options">The operator's settings.</param>
    /// <param name="blobs">Where modules come from; what it gives is checked against the hash.</param>
    /// <param name="time">Paces the watch over compiling children and orders the cache on disk.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting has no sense.</exception>
    public WasmSandbox(WasmOptions options, IBlobStore blobs, TimeProvider time)
    {
        options.Validate();
        _engine = WasmEngine.ForRunning(options);
        _modules = new ModuleCache(options, _engine, blobs, time);
        _files = new FileCache(blobs, options.FileCacheBytes, time);
        _slots = new SemaphoreSlim(options.Slots);
        (_maxMemoryBytes, _maxModuleBytes, _maxFileBytes) = (options.MaxMemoryBytes, options.MaxModuleBytes, options.FileCacheBytes);
        _runtimes = options.Runtimes;
        string[] programs = [Payload.Program.Kind, .. _runtimes.Select(runtime => runtime.Capability)];
        Capabilities = [Payload.Wasm.Kind, .. programs, .. programs.Select(Payload.Program.WithFuel)];
    }

    public WasmSandbox(WasmOptions options, IBlobStore blobs) : this(options, blobs, TimeProvider.System) { }

    /// <summary>The engine and its version.</summary>
    public static string Engine => $"Wasmtime {Native.Version}";

    public IReadOnlyCollection<Type> Kinds { get; } = [typeof(Payload.Wasm), typeof(Payload.Program)];

    public IReadOnlyCollection<string> Capabilities { get; }

    /// <summary>Why these bytes are no module that runs here, and what to change; <c>null</c> where they are one.</summary>
    public string? Refuse(ReadOnlySpan<byte> module) => ModuleCheck.Refuse(module, _maxModuleBytes);

    public string? RefusePut(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\0asm"u8) ? Refuse(bytes) : null;

    // A runtime is the operator's: nobody puts it.
    public IReadOnlyList<Hash256> CodeOf(Payload payload) =>
        WorkOf(payload) is { Program: null or { Runtime: null } } work ? [work.Module] : [];

    public string? Refuse(Payload payload, ReadOnlySpan<byte> code) => ModuleCheck.Refuse(code, _maxModuleBytes, payload.Code);

    public ValueTask<TaskResult> RunAsync(
        Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
    {
        if (WorkOf(payload) is not { } work)
            return new(Refused($"This sandbox runs wasm, not '{payload}'."));
        if (LimitsCheck.Explain(limits) is { } refusal)
            return new(Refused(refusal));
        if (!Has(work))
            return new(Refused($"This worker has no {payload.Capability}."));
        if (work.Program?.Files.Sum(file => file.Size) > _maxFileBytes)
            return new(Refused($"The program's files have more bytes than this worker's limit FileCacheBytes = {_maxFileBytes}."));
        return _modules.Find(work.Module) is { } module
            && FilesOf(work) is { } files
            && TryRun(module, work, files, seed, input, limits, cancel) is { } result
            ? new(result)
            : LoadAndRunAsync(work, seed, input, limits, cancel);
    }

    public bool IsReady(Payload payload) =>
        WorkOf(payload) is not { } work
            || !Has(work)
            || (_modules.Find(work.Module) is { } module && (module.Program is null || FilesOf(work) is not null));

    public async ValueTask<bool> LoadAsync(Payload payload, CancellationToken cancel)
    {
        if (WorkOf(payload) is not { } work || !Has(work))
            return true;
        if (work.Program is { } program)
            _ = await _files.ReadAsync(program.Files, cancel); // what is wrong is said by each task
        return await _modules.LoadAsync(work.Module, cancel) is not null;
    }

    public async ValueTask<Compilation> CompileAsync(Payload payload, CancellationToken cancel)
    {
        if (WorkOf(payload) is not { } work || !Has(work))
            return new Compilation(TimeSpan.Zero, null);
        var made = await _modules.MakeAsync(work.Module, cancel);
        return new Compilation(
            made.Burnt, made.Module is { Program: null, Reason: NoResultReason.WorkerFault } fault ? fault.Explanation : null);
    }

    public void Dispose()
    {
        _modules.Dispose();
        while (_runs.TryTake(out var run))
            run.Dispose();
        _engine.Dispose();
        _slots.Dispose();
    }

    private async ValueTask<TaskResult> LoadAndRunAsync(
        Work work, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            while (true)
            {
                var (module, _) = await _modules.MakeAsync(work.Module, cancel);
                var (files, why, refused) = await _files.ReadAsync(work.Program?.Files ?? [], cancel);
                if (files is null)
                    return refused ? Refused(why!) : TaskResult.None(NoResultReason.WorkerFault, why!, 0, Stopwatch.GetElapsedTime(start));
                if (TryRun(module, work, files, seed, input, limits, cancel) is { } result)
                    return result;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return TaskResult.None(NoResultReason.OutOfTime, "The task was cancelled.", 0, Stopwatch.GetElapsedTime(start));
        }
#pragma warning disable CA1031 // The contract: whatever happens is a result. What comes here is a fault of the disk, the child or ours.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return TaskResult.None(
                NoResultReason.WorkerFault, $"The module {work.Module} could not be made ready: {e.Message}", 0,
                Stopwatch.GetElapsedTime(start));
        }
    }

    /// <summary>Null where the module was evicted in this moment.</summary>
    private TaskResult? TryRun(
        LoadedModule module, Work work, IReadOnlyList<ReadOnlyMemory<byte>> files, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits,
        CancellationToken cancel)
    {
        if (module.Program is not { } program)
            return TaskResult.None(module.Reason, module.Explanation, 0, TimeSpan.Zero);
        if (ModuleCheck.Contradict(work.Program?.Code, module.Admitted) is { } other)
            return TaskResult.None(NoResultReason.WorkerFault, other, 0, TimeSpan.Zero);
        if (MemoryRefusal(program.Shape, limits) is { } tooLarge)
            return TaskResult.None(NoResultReason.MemoryLimit, tooLarge, 0, TimeSpan.Zero);
        GuestSetup? setup = null;
        if (work.Program is { } guest && (setup = GuestSetup.Of(guest, files, input, limits, out var refusal)) is null)
            return Refused(refusal!);
        if (!program.TryHold(out var template))
            return null;
        try
        {
            if (!_slots.Wait(0, CancellationToken.None))
                _slots.Wait(cancel);
            return Run(template, program.Shape, seed, input, setup, limits, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return TaskResult.None(NoResultReason.OutOfTime, "The task was cancelled.", 0, TimeSpan.Zero);
        }
        finally
        {
            program.Release();
        }
    }

    private TaskResult Run(
        nint template, ModuleShape shape, Hash256 seed, ReadOnlyMemory<byte> input, GuestSetup? setup, Limits limits,
        CancellationToken cancel)
    {
        if (!_runs.TryTake(out var run))
            run = new WasmRun(_engine);
        try
        {
            return run.Execute(template, shape, seed, input, setup, limits, cancel);
        }
        finally
        {
            _runs.Add(run);
            _slots.Release();
        }
    }

    /// <summary>A payload as it is run here: a module, and what a program has beside it.</summary>
    private readonly record struct Work(Hash256 Module, Payload.Program? Program);

    private static Work? WorkOf(Payload payload) => payload switch
    {
        Payload.Wasm wasm => new Work(wasm.Module, null),
        Payload.Program program => new Work(program.Module, program),
        _ => null,
    };

    /// <summary>Whether the runtime that a script wants, if it wants one, is here.</summary>
    private bool Has(Work work) =>
        work.Program is not { Runtime: not null } script
        || _runtimes.Any(runtime => (runtime.Name, runtime.Hash) == (script.Runtime, script.Module));

    private IReadOnlyList<ReadOnlyMemory<byte>>? FilesOf(Work work) => work.Program is null ? [] : _files.Find(work.Program.Files);

    /// <summary>A module may declare more than its task may have: its memory then grows less far. It can't begin with more.</summary>
    private string? MemoryRefusal(ModuleShape shape, Limits limits)
    {
        if (shape.MemoryBytes > (ulong)limits.MemoryBytes)
            return $"The module's memory begins with {shape.MemoryBytes} bytes, more than the limit MemoryBytes = {limits.MemoryBytes}.";
        var most = Math.Min(shape.MaxMemoryBytes, (ulong)limits.MemoryBytes);
        return most <= (ulong)_maxMemoryBytes ? null
            : $"The module's memory may grow to {most} bytes, more than this worker's limit MaxMemoryBytes = {_maxMemoryBytes}.";
    }

    private static TaskResult Refused(string why) => TaskResult.None(NoResultReason.PayloadRefused, why, 0, TimeSpan.Zero);
}
