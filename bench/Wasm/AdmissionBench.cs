using AkkaCompute.Admission.Rules;
using AkkaCompute.Admission.Writing;
using AkkaCompute.Bench.Support;
using AkkaCompute.Admission;
using Wasmtime;

namespace AkkaCompute.Bench.Wasm;

/// <summary>Admitted modules against the same modules under Wasmtime's own fuel and canonical NaNs, and against nothing at all.</summary>
internal static class AdmissionBench
{
    private const int Rounds = 7;

    public static Task RunAsync(BenchArguments arguments, Report report)
    {
        var rows = new List<(string, double[])>();
        foreach (var (name, wat) in AdmissionPrograms.All)
        {
            var raw = Module.ConvertText(wat);
            using var plain = new Program(raw, isMeteredByEngine: false);
            using var engine = new Program(raw, isMeteredByEngine: true);
            using var admitted = new Program(Admit(raw, Rewrites.All), isMeteredByEngine: false);
            using var metered = new Program(Admit(raw, Rewrites.Metering), isMeteredByEngine: false);
            var kinds = (Program[])[plain, engine, admitted, metered];
            var times = kinds.Select(_ => new List<double>()).ToArray();
            for (var round = -1; round < (arguments.Rounds ?? Rounds); round++)
                for (var i = 0; i < kinds.Length; i++)
                    if (kinds[i].Seconds() is var seconds && round >= 0)
                        times[i].Add(seconds);
            double Pairs(int a, int b) => Measure.Median(times[a].Zip(times[b], (x, y) => x / y));
            rows.Add((name, [1000 * Measure.Median(times[0]), Pairs(1, 0), Pairs(2, 0), Pairs(3, 0), Pairs(2, 1)]));
        }
        report.Add("admission, processor time, medians of pairs",
            ["", "plain, ms", "Wasmtime's fuel and NaNs / plain", "admitted / plain", "metered alone / plain", "admitted / Wasmtime's"],
            rows);
        return Task.CompletedTask;
    }

    private static byte[] Admit(byte[] raw, Rewrites rewrites)
    {
        var result = ModuleAdmission.Admit(raw, rewrites);
        return result.Module?.Bytes.ToArray() ?? throw new InvalidOperationException(result.Refusal);
    }

    /// <summary>A module, ready to run again and again.</summary>
    private sealed class Program : IDisposable
    {
        private readonly Engine _engine;
        private readonly Module _module;
        private readonly Linker _linker;
        private readonly bool _isMeteredByEngine;

        public Program(byte[] wasm, bool isMeteredByEngine)
        {
            _isMeteredByEngine = isMeteredByEngine;
            var config = new Config().WithEpochInterruption(true);
            _engine = new Engine(isMeteredByEngine ? config.WithFuelConsumption(true).WithCraneliftNaNCanonicalization(true) : config);
            _module = Module.FromBytes(_engine, "bench", wasm);
            _linker = new Linker(_engine);
        }

        /// <summary>Processor time of one run.</summary>
        public double Seconds()
        {
            using var store = new Store(_engine);
            if (_isMeteredByEngine)
                store.Fuel = long.MaxValue;
            store.SetEpochDeadline(1_000_000);
            var instance = _linker.Instantiate(store, _module);
            instance.GetGlobal(HostNames.Fuel)?.SetValue(long.MaxValue);
            var start = instance.GetAction("_start")!;
            var before = Environment.CpuUsage.TotalTime;
            start();
            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }

        public void Dispose()
        {
            _linker.Dispose();
            _module.Dispose();
            _engine.Dispose();
        }
    }
}
