using AkkaCompute.Domain.Ground;
using Wasmtime;

namespace AkkaCompute.Bench.Engines;

/// <summary>The module as it is, with Wasmtime's own WASI, fuel and canonical NaNs.</summary>
internal sealed class PlainWasmtime : IDisposable
{
    private readonly EngineProgram _program;
    private readonly Engine _engine =
        new(new Config().WithFuelConsumption(true).WithCraneliftNaNCanonicalization(true).WithEpochInterruption(true));
    private readonly Module _module;
    private readonly Linker _linker;
    private readonly string _output;

    public PlainWasmtime(EngineProgram program, byte[] wasm)
    {
        (_program, _output) = (program, Path.ChangeExtension(program.Module, ".metered"));
        _module = Module.FromBytes(_engine, "bench", wasm);
        _linker = new Linker(_engine);
        _linker.DefineWasi();
    }

    public (double, string) Run()
    {
        var before = Environment.CpuUsage.TotalTime;
        using var late = new Timer(_ => _engine.IncrementEpoch(), null, EngineBench.RunTime, Timeout.InfiniteTimeSpan);
        using (var store = new Store(_engine))
        {
            store.SetWasiConfiguration(new WasiConfiguration().WithStandardInput(_program.Input).WithStandardOutput(_output)
                .WithArgs([_program.Name, .. _program.Arguments]));
            store.Fuel = long.MaxValue;
            store.SetEpochDeadline(1);
            try
            {
                _linker.Instantiate(store, _module).GetAction("_start")!();
            }
            catch (WasmtimeException exit) when (exit.ExitCode == 0)
            {
                // proc_exit.
            }
        }
        var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return (seconds, Hash256.Of(File.ReadAllBytes(_output)).ToString());
    }

    public void Dispose()
    {
        _linker.Dispose();
        _module.Dispose();
        _engine.Dispose();
    }
}
