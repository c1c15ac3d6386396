using AkkaCompute.Bench;
using AkkaCompute.Bench.Audit;
using AkkaCompute.Bench.Engines;
using AkkaCompute.Bench.Growth;
using AkkaCompute.Bench.Map;
using AkkaCompute.Bench.Outside;
using AkkaCompute.Bench.Scale;
using AkkaCompute.Bench.Scripts;
using AkkaCompute.Bench.Slots;
using AkkaCompute.Bench.Support;
using AkkaCompute.Bench.Thumbnails;
using AkkaCompute.Bench.Wasm;

if (args.Length > 0 && args[0] == ScaleNode.Name)
    return await ScaleNode.RunAsync(args[1..]);
if (args.Length > 0 && args[0] == SessionNode.Name)
    return await SessionNode.RunAsync(args[1..]);
if (args.Length > 0 && args[0] == Crowd.Name)
    return await Crowd.RunAsync(args[1..]);

(string Name, string What, Func<BenchArguments, Report, Task> Run)[] benches =
[
    ("wasm", "2,000 wasm tasks of 10 ms through the system, against bare Wasmtime", WasmBench.RunAsync),
    ("map", "100,000 no-op kernel tasks one by one through MapAsync, with a breakdown", MapBench.RunAsync),
    ("draw", "close groups and epoch rosters of up to a million members", DrawBench.RunAsync),
    ("scale", "tasks that wait for 10 ms on 1, 2, 4 and 8 node processes", ScaleBench.RunAsync),
    ("growth", "each part of docs/scale.md at sizes up to a million; --part sessions|journal|merkle|epoch|announce|record",
        GrowthBench.RunAsync),
    ("slots", "an honest job beside a boss that floods the slots, or the compiler; --part flood|compile", SlotBench.RunAsync),
    ("sandbox", "what one run in a sandbox costs, against bare Wasmtime", SandboxBench.RunAsync),
    ("admission", "admitted modules against Wasmtime's own fuel and canonical NaNs", AdmissionBench.RunAsync),
    ("js", "JavaScript tasks on one slot, against Jint and Node.js", ScriptBench.RunAsync),
    ("thumbnails", "djpeg and cjpeg over --tasks photos of 2 MB (200), against xargs -P2; --part sqlite|postgresql",
        ThumbnailBench.RunAsync),
    ("engines", "real programs and two computations in our sandbox, under Wasmtime's fuel, in V8 and native", EngineBench.RunAsync),
    ("outside", "a gateway with --workers strangers (1,000 that work, 10,000 that wait, attackers); --part workers|idle|slow|flood",
        OutsideBench.RunAsync),
    ("audit", "akkacompute audit of a file with --tasks entries (100,000), made by --workers c-nodes", AuditBench.RunAsync),
    ("records", "signed records against bare signatures, at 1, 10, 64 and 256 tasks an entry", RecordsBench.RunAsync),
    ("proof", "a nonce of a declaration's proof of work, by lanes and by the platform's SHA-256", ProofBench.RunAsync),
    ("wire", "serialization of the messages on the hot path", WireBench.RunAsync),
    ("capture", "measures nothing: hashes of bytes and exports that no refactoring may change; see scripts/capture",
        (_, _) => Capture.RunAsync()),
];

var bench = benches.FirstOrDefault(bench => args.Length > 0 && bench.Name == args[0]);
if (bench.Run is null || BenchArguments.Parse(args[1..]) is not { } arguments)
{
    Console.WriteLine($"bench NAME {BenchArguments.Usage}");
    foreach (var (name, what, _) in benches)
        Console.WriteLine($"  {name,-8} {what}");
    return args.Length == 0 ? 0 : 2;
}
if (bench.Name == "capture") // its lines are compared: none is about the machine
{
    await Capture.RunAsync();
    return 0;
}
var report = new Report(bench.Name);
await bench.Run(arguments, report);
if (arguments.Json is { } file)
    report.WriteJson(file);
return 0;
