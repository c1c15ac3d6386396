using AkkaCompute.Bench.Support;

namespace AkkaCompute.Bench.Wasm;

/// <summary>A wasm command without imports that computes for a while.</summary>
internal static class SpinModule
{
    /// <summary>A module that turns a linear congruential generator so many times.</summary>
    public static byte[] Make(long turns) => Wasmtime.Module.ConvertText($$"""
        (module
          (memory (export "memory") 1 1)
          (func (export "_start") (local $left i64) (local $x i64)
            (local.set $left (i64.const {{turns}}))
            (block $done
              (loop $turn
                (br_if $done (i64.eqz (local.get $left)))
                (local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
                (local.set $left (i64.sub (local.get $left) (i64.const 1)))
                (br $turn)))
            (i64.store (i32.const 0) (local.get $x))))
        """);

    /// <summary>How many turns one bare call takes <paramref name="time"/> for, with our engine's settings and all threads busy.</summary>
    public static long Calibrate(TimeSpan time, int threads)
    {
        const long Probe = 20_000_000;
        using var bare = new BareWasmtime(Make(Probe), BareSettings.AsOurs);
        var runs = Enumerable.Range(0, 5).Select(_ => Measure.SecondsOnThreads(threads, _ => bare.Call())).ToArray();
        return (long)(Probe * time.TotalSeconds / Measure.Median(runs));
    }
}
