using Wasmtime;

namespace AkkaCompute.Bench.Wasm;

/// <summary>A module and nothing around it but Wasmtime's own .NET API: a fresh store and instance for each call.</summary>
internal sealed class BareWasmtime : IDisposable
{
    private readonly Engine _engine;
    private readonly Module _module;
    private readonly Linker _linker;
    private readonly Timer? _epochs;
    private readonly bool _asOurs;

    /// <param name="asOurs">With fuel, epochs and canonical NaNs; else with Wasmtime's defaults.</param>
    public BareWasmtime(byte[] wasm, bool asOurs)
    {
        _asOurs = asOurs;
        var config = new Config();
        if (asOurs)
            config = config.WithFuelConsumption(true).WithEpochInterruption(true).WithCraneliftNaNCanonicalization(true);
        _engine = new Engine(config);
        _module = Module.FromBytes(_engine, "bench", wasm);
        _linker = new Linker(_engine);
        if (asOurs)
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
