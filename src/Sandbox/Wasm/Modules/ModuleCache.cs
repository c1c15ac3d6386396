using System.Collections.Concurrent;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using AkkaCompute.Admission;
using AkkaCompute.Sandbox.Runtimes;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Wasm.Modules;

/// <summary>
/// Modules ready to run, by the hash of their bytes: in memory, then on disk, then admitted and compiled from the blob store's bytes.
/// Callers that ask for one module at the same time wait for one compilation.
/// </summary>
internal sealed class ModuleCache(WasmOptions options, WasmEngine engine, IBlobStore blobs, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<Hash256, LoadedModule> _loaded = new();
    private readonly ConcurrentDictionary<Hash256, Lazy<Task<Made>>> _making = new();
    private readonly Refusals _refusals = new(options.RememberedRefusals, time);
    private readonly Lock _eviction = new();
    private readonly ModuleCompiler _compiler = new(options, time);
    private readonly ModuleCompiler _runtimeCompiler = new(options.ForRuntimes, time);
    private readonly Dictionary<Hash256, ReadOnlyMemory<byte>> _runtimes =
        options.Runtimes.ToDictionary(runtime => runtime.Hash, runtime => runtime.Bytes);
    private readonly CompiledStore? _store = options.CacheDirectory is { } directory
        ? new(directory, WasmEngine.Fingerprint(options.MaxMemoryBytes), options.CacheBytes,
            options.Runtimes.Count > 0 ? Math.Max(options.MaxCompiledBytes, options.MaxRuntimeCompiledBytes) : options.MaxCompiledBytes,
            time)
        : null;
    private readonly CancellationTokenSource _closing = new();

    /// <summary>A module that was made ready, or refused.</summary>
    /// <param name="Burnt">Processor time that compiling took.</param>
    internal readonly record struct Made(LoadedModule Module, TimeSpan Burnt);

    /// <summary>The module, if it is in memory, or known to be refused.</summary>
    public LoadedModule? Find(Hash256 hash)
    {
        if (!_loaded.TryGetValue(hash, out var module) || module.Program is { IsClosed: true })
            return _refusals.Find(hash);
        module.LastUsed = time.GetTimestamp();
        return module;
    }

    /// <summary>The module, made ready from memory or this machine's disk; null where it must be compiled.</summary>
    public async Task<LoadedModule?> LoadAsync(Hash256 hash, CancellationToken cancel) => Find(hash) ?? await ReadAsync(hash, cancel);

    /// <summary>The module, made ready where it is not yet. Cancelling stops the wait, not the work that others may wait for.</summary>
    public async Task<Made> MakeAsync(Hash256 hash, CancellationToken cancel)
    {
        if (Find(hash) is { } known)
            return new Made(known, TimeSpan.Zero);
        var making = _making.GetOrAdd(hash, h => new(() => Task.Run(() => MakeOnceAsync(h), CancellationToken.None)));
        return await making.Value.WaitAsync(cancel);
    }

    public void Dispose()
    {
        _closing.Cancel();
        foreach (var making in _making.Values)
            making.Value.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        foreach (var module in _loaded.Values)
            module.Program?.Dispose();
        _compiler.Dispose();
        _runtimeCompiler.Dispose();
        _closing.Dispose();
    }

    private async Task<Made> MakeOnceAsync(Hash256 hash)
    {
        try
        {
            if (await ReadAsync(hash, _closing.Token) is { } ready)
                return new Made(ready, TimeSpan.Zero);
            var made = await CompileAsync(hash, _closing.Token);
            if (made.Module.Program is not null)
                Keep(hash, made.Module);
            else if (made.Module.Reason != NoResultReason.WorkerFault) // a blob that is not there may come; all else is said for all tasks
                _refusals.Add(hash, made.Module);
            return made;
        }
        finally
        {
            _making.TryRemove(hash, out _);
        }
    }

    private async Task<LoadedModule?> ReadAsync(Hash256 hash, CancellationToken cancel)
    {
        if (_store is null
            || await _store.ReadAsync(hash, cancel) is not { } stored
            || Load(stored, out _) is not { Program: not null } ready)
            return null;
        Keep(hash, ready);
        return ready;
    }

    private async Task<Made> CompileAsync(Hash256 hash, CancellationToken cancel)
    {
        var isRuntime = _runtimes.TryGetValue(hash, out var approved);
        if ((isRuntime ? approved : await blobs.GetAsync(hash, cancel)) is not { } wasm)
            return Refused(NoResultReason.WorkerFault, $"The module {hash} is not in this worker's store.");
        if (wasm.Length > (isRuntime ? RuntimeModule.MaxBytes : options.MaxModuleBytes))
            return Refused(NoResultReason.PayloadRefused,
                $"The module has {wasm.Length} bytes, more than this worker's limit MaxModuleBytes = {options.MaxModuleBytes}.");
        if (Hash256.Of(wasm.Span) is var actual && actual != hash)
            return Refused(NoResultReason.WorkerFault, $"The store gave other bytes for the module {hash}: their hash is {actual}.");

        var admission = ModuleAdmission.Admit(wasm.Span);
        if (admission.Module is not { } admitted)
            return Refused(NoResultReason.PayloadRefused, admission.Refusal!);
        var outcome = await (isRuntime ? _runtimeCompiler : _compiler).CompileAsync(admitted.Bytes, cancel);
        if (outcome.Compiled is not { } compiled)
            return new Made(LoadedModule.Refused(outcome.Reason, outcome.Explanation) with
            {
                ExpiresAt = outcome.IsByChance
                    ? time.GetTimestamp() + (long)(options.RetryCompileAfter.TotalSeconds * time.TimestampFrequency) : long.MaxValue,
            }, outcome.Burnt);
        var stored = new CompiledStore.Stored(Hash256.Of(admitted.Bytes.Span), compiled);
        var module = Load(stored, out var unusable);
        if (unusable)
            module = LoadedModule.Refused(NoResultReason.WorkerFault, module.Explanation);
        else if (_store is not null && module.Program is not null)
            await _store.WriteAsync(hash, stored, cancel);
        return new Made(module, outcome.Burnt);
    }

    private static Made Refused(NoResultReason reason, string why) => new(LoadedModule.Refused(reason, why), TimeSpan.Zero);

    private LoadedModule Load(CompiledStore.Stored stored, out bool foreign) =>
        engine.Load(stored.Compiled.Span, out var refusal, out foreign) is { } program
            ? LoadedModule.Ready(program, stored.Admitted)
            : LoadedModule.Refused(NoResultReason.PayloadRefused, refusal!);

    private void Keep(Hash256 hash, LoadedModule module)
    {
        lock (_eviction)
        {
            module.LastUsed = time.GetTimestamp();
            if (_loaded.TryGetValue(hash, out var old) && old.Program != module.Program)
                old.Program?.Dispose();
            _loaded[hash] = module;
            while (true)
            {
                var others = _loaded.Where(m => !_runtimes.ContainsKey(m.Key)).ToList(); // the operator's stay
                if (others.Count <= options.LoadedModules
                    && others.Sum(m => (long)(m.Value.Program?.CompiledBytes ?? 0)) <= options.LoadedBytes)
                    break;
                var oldest = others.MinBy(m => m.Value.LastUsed);
                if (oldest.Key == hash || !_loaded.TryRemove(oldest))
                    break;
                oldest.Value.Program?.Dispose();
            }
        }
    }
}
