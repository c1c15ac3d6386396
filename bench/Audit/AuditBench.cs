using System.Diagnostics;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Audit;

namespace AkkaCompute.Bench.Audit;

/// <summary>What an audit costs, by entry and by epoch, and the memory that it takes: on a file that is made first.</summary>
internal static class AuditBench
{
    private const int Entries = 100_000;

    public static Task RunAsync(BenchArguments arguments, Report report)
    {
        var (wanted, workers) = (arguments.Tasks ?? Entries, arguments.Workers ?? [100]);
        var rows = new List<(string, double[])>();
        foreach (var count in workers)
        {
            var path = Path.Combine(Path.GetTempPath(), $"audit-bench-{Environment.ProcessId}.records");
            try
            {
                rows.Add(($"{count:N0} c-nodes", Run(path, count, wanted)));
            }
            finally
            {
                File.Delete(path);
            }
        }
        report.Add("akkacompute audit", ["network", "entries", "epochs", "MB", "µs an entry", "ms an epoch", "MB of memory at the end"], rows);
        return Task.CompletedTask;
    }

    private static double[] Run(string path, int workers, int wanted)
    {
        long entries;
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            entries = new PlayedNetwork(workers).Write(file, wanted);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var auditor = new Auditor();
        var time = Stopwatch.StartNew();
        AuditReport audited;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read))
            audited = ExportReader.Audit(file, auditor, null, default);
        time.Stop();
        if (audited.FindingCount > 0)
            throw new InvalidOperationException(audited.Findings[0].ToString());
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(auditor);
        return
        [
            entries, audited.Epoch.Number, new FileInfo(path).Length / 1e6, time.Elapsed.TotalMicroseconds / entries,
            time.Elapsed.TotalMilliseconds / audited.Epoch.Number, memory / 1e6,
        ];
    }
}
