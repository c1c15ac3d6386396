using System.Collections.Concurrent;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Execution;

namespace AkkaCompute.Sandbox.Wasm;

/// <summary>
/// Modules ready to run, by the hash of their bytes: in memory, then on disk, then compiled from the blob store's bytes.
/// Callers that ask for one module at the same time wait for one compilation.
/// </summary>
internal sealed class ModuleCache(WasmOptions options, WasmEngine engine, IBlobStore blobs, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<Hash256, LoadedModule> _loaded = new();
    private readonly ConcurrentDictionary<Hash256, Lazy<Task<LoadedModule>>> _loading = new();
    private readonly Lock _eviction = new();
    private readonly ModuleCompiler _compiler = new(options, time);
    private readonly CompiledStore? _store = options.CacheDirectory is { } directory
        ? new(directory, WasmEngine.Fingerprint(options.MaxMemoryBytes), options.CacheBytes, options.MaxCompiledBytes, time)
        : null;
    private readonly CancellationTokenSource _closing = new();

    /// <summary>The module, if it is in memory.</summary>
    public LoadedModule? Find(Hash256 hash)
    {
        if (!_loaded.TryGetValue(hash, out var module))
            return null;
        var now = time.GetTimestamp();
        if (now >= module.ExpiresAt)
            return null;
        module.LastUsed = now;
        return module;
    }

    /// <summary>The module, made ready where it is not yet. Cancelling stops the wait, not the work that others may wait for.</summary>
    public async Task<LoadedModule> LoadAsync(Hash256 hash, CancellationToken cancel)
    {
        if (Find(hash) is { } known && known.Program is not { IsClosed: true })
            return known;
        var loading = _loading.GetOrAdd(hash, h => new(() => Task.Run(() => MakeAsync(h), CancellationToken.None)));
        return await loading.Value.WaitAsync(cancel);
    }

    public void Dispose()
    {
        _closing.Cancel();
        foreach (var loading in _loading.Values)
            loading.Value.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        foreach (var module in _loaded.Values)
            module.Program?.Dispose();
        _compiler.Dispose();
        _closing.Dispose();
    }

    private async Task<LoadedModule> MakeAsync(Hash256 hash)
    {
        try
        {
            var module = await ReadOrCompileAsync(hash, _closing.Token);
            // A blob that is not there may come; everything else is said once and for all.
            if (module.Program is not null || module.Reason != NoResultReason.WorkerFault)
                Keep(hash, module);
            return module;
        }
        finally
        {
            _loading.TryRemove(hash, out _);
        }
    }

    private async Task<LoadedModule> ReadOrCompileAsync(Hash256 hash, CancellationToken cancel)
    {
        if (_store is not null && await _store.ReadAsync(hash, cancel) is { } stored && Load(stored, out var foreign) is var ready && !foreign)
            return ready;
        if (await blobs.GetAsync(hash, cancel) is not { } wasm)
            return LoadedModule.Refused(NoResultReason.WorkerFault, $"The module {hash} is not in this worker's store.");
        if (wasm.Length > options.MaxModuleBytes)
            return LoadedModule.Refused(NoResultReason.PayloadRefused,
                $"The module has {wasm.Length} bytes, more than this worker's limit MaxModuleBytes = {options.MaxModuleBytes}.");
        if (Hash256.Of(wasm.Span) is var actual && actual != hash)
            return LoadedModule.Refused(NoResultReason.WorkerFault, $"The store gave other bytes for the module {hash}: their hash is {actual}.");

        var outcome = await _compiler.CompileAsync(wasm, cancel);
        if (outcome.Compiled is not { } compiled)
            return LoadedModule.Refused(outcome.Reason, outcome.Explanation) with
            {
                ExpiresAt = outcome.Reason == NoResultReason.CompileLimit
                    ? time.GetTimestamp() + (long)(options.RetryCompileAfter.TotalSeconds * time.TimestampFrequency) : long.MaxValue,
            };
        var module = Load(compiled, out var unusable);
        if (unusable)
            return LoadedModule.Refused(NoResultReason.WorkerFault, module.Explanation);
        if (_store is not null && module.Program is not null)
            await _store.WriteAsync(hash, compiled, cancel);
        return module;
    }

    private LoadedModule Load(ReadOnlyMemory<byte> compiled, out bool foreign) =>
        engine.Load(compiled.Span, out var refusal, out foreign) is { } program
            ? LoadedModule.Ready(program)
            : LoadedModule.Refused(NoResultReason.PayloadRefused, refusal!);

    private void Keep(Hash256 hash, LoadedModule module)
    {
        lock (_eviction)
        {
            module.LastUsed = time.GetTimestamp();
            if (_loaded.TryGetValue(hash, out var old) && old.Program != module.Program)
                old.Program?.Dispose();
            _loaded[hash] = module;
            while (_loaded.Count > options.LoadedModules || _loaded.Sum(m => (long)(m.Value.Program?.CompiledBytes ?? 0)) > options.LoadedBytes)
            {
                var oldest = _loaded.MinBy(m => m.Value.LastUsed);
                if (oldest.Key == hash || !_loaded.TryRemove(oldest))
                    break;
                oldest.Value.Program?.Dispose();
            }
        }
    }
}
