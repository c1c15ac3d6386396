using System.Diagnostics;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Audit.Report;

namespace AkkaCompute.Bench.Audit;

/// <summary>What an audit costs, by entry and by epoch, and how the memory that it takes grows: on files that are made first.</summary>
internal static class AuditBench
{
    private static readonly int[] Entries = [10_000, 100_000];

    /// <summary>Looks at the memory in use, each of which is a whole collection.</summary>
    private const int Looks = 20;

    public static Task RunAsync(BenchArguments arguments, Report report)
    {
        var rows = new List<(string, double[])>();
        foreach (var count in arguments.Workers ?? [100])
        {
            foreach (var wanted in arguments.Tasks is { } tasks ? [tasks] : Entries)
            {
                var path = Path.Combine(Path.GetTempPath(), $"audit-bench-{Environment.ProcessId}.records");
                try
                {
                    rows.Add(($"{count:N0} c-nodes, {wanted:N0} entries", Run(path, count, wanted)));
                }
                finally
                {
                    File.Delete(path);
                }
            }
        }
        report.Add(
            "akkacompute audit",
            ["network", "entries", "epochs", "chains", "pairs", "MB", "µs an entry", "ms an epoch", "most MB in use",
                "MB in use at the end"],
            rows);
        return Task.CompletedTask;
    }

    private static double[] Run(string path, int workers, int wanted)
    {
        long entries;
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            entries = new PlayedNetwork(workers).Write(file, wanted);

        var time = Stopwatch.StartNew();
        var audited = Audit(path, new Auditor(), null);
        time.Stop();
        if (audited.FindingCount > 0)
            throw new InvalidOperationException(audited.Findings[0].ToString());

        // Once more, for the memory: looking at it takes time.
        var (size, next, most) = (new FileInfo(path).Length, 0L, 0L);
        audited = null;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var auditor = new Auditor();
        audited = Audit(path, auditor, read =>
        {
            if (read < next)
                return;
            next += size / Looks;
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        });
        var end = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(auditor);
        return
        [
            entries, audited.Epoch.Number, audited.Chains, audited.Pairs, size / 1e6, time.Elapsed.TotalMicroseconds / entries,
            time.Elapsed.TotalMilliseconds / audited.Epoch.Number, Math.Max(most, end) / 1e6, end / 1e6,
        ];
    }

    private static AuditReport Audit(string path, Auditor auditor, Action<long>? progress)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        return ExportReader.Audit(file, auditor, progress, default);
    }
}
