using Wasmtime;

namespace AkkaCompute.Bench.Wasm;

/// <summary>How a bare engine is set.</summary>
internal enum BareSettings
{
    /// <summary>Wasmtime's defaults.</summary>
    Plain,

    /// <summary>Wasmtime's own fuel and canonical NaNs, where our sandbox has those of admission, and epochs.</summary>
    AsOurs,

    /// <summary>The same with pooled instances, as in our sandbox too.</summary>
    AsOursPooled,
}

/// <summary>A module and nothing around it but Wasmtime's own .NET API: a fresh store and instance for each call.</summary>
internal sealed class BareWasmtime : IDisposable
{
    private readonly Engine _engine;
    private readonly Module _module;
    private readonly Linker _linker;
    private readonly Timer? _epochs;
    private readonly bool _asOurs;

    public BareWasmtime(byte[] wasm, BareSettings settings)
    {
        _asOurs = settings != BareSettings.Plain;
        var config = new Config();
        if (_asOurs)
            config = config.WithFuelConsumption(true).WithEpochInterruption(true).WithCraneliftNaNCanonicalization(true);
        using var pool = new PoolingAllocationConfig();
        if (settings == BareSettings.AsOursPooled)
            config = config.WithPoolingAllocationStrategy(pool);
        _engine = new Engine(config);
        _module = Module.FromBytes(_engine, "bench", wasm);
        _linker = new Linker(_engine);
        if (_asOurs)
            _epochs = new Timer(_ => _engine.IncrementEpoch(), null, 10, 10);
    }

    public void Call()
    {
        using var store = new Store(_engine);
        if (_asOurs)
        {
            store.Fuel = 100_000_000_000;
            store.SetEpochDeadline(1_000_000);
        }
        var start = _linker.Instantiate(store, _module).GetAction("_start")
            ?? throw new InvalidOperationException("The module has no _start.");
        start();
    }

    public void Dispose()
    {
        _epochs?.Dispose();
        _linker.Dispose();
        _module.Dispose();
        _engine.Dispose();
    }
}
