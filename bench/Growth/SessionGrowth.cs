using AkkaCompute.Bench.Support;

namespace AkkaCompute.Bench.Growth;

/// <summary>
/// Nodes with more and more workers in one process: what each worker costs while nothing is asked of it, and what a map makes of them.
/// </summary>
internal static class SessionGrowth
{
    private static readonly int[] Workers = [10, 100, 1_000, 10_000];

    public static async Task RunAsync(IReadOnlyList<int>? sizes, int rounds, Report report)
    {
        var nodes = new List<SessionFigures>();
        foreach (var workers in sizes ?? Workers)
        {
            nodes.Add(await SessionNode.MeasureAsync(workers, rounds));
            Report.Say($"  {workers} workers: ready in {nodes[^1].ReadySeconds:F1} s");
        }
        report.Add("a node by its workers, idle for 30 s",
            ["workers", "s until all can be drawn", "managed MB", "RSS MB", "managed bytes, each more", "RSS bytes, each more",
                "idle CPU, µs a second", "each more"],
            nodes.Select(node => ($"{node.Workers:N0}", (double[])
            [
                node.ReadySeconds, node.Managed / 1e6, node.Resident / 1e6, More(node, of => of.Managed), More(node, of => of.Resident),
                node.IdleMicroseconds, More(node, of => of.IdleMicroseconds),
            ])));
        report.Add($"a map of no-op tasks on it, policy none, draw now; median of {rounds}",
            ["workers", "tasks/s until last outcome", "of the first node", "tasks/s until Finished", "of the first node", "CPU, µs a task",
                "journal rows", "vouches"],
            nodes.Select(node => ($"{node.Workers:N0}", (double[])
            [
                node.TasksPerSecond, node.TasksPerSecond / nodes[0].TasksPerSecond, node.FinishedPerSecond,
                node.FinishedPerSecond / nodes[0].FinishedPerSecond,
                node.CpuMicrosecondsPerTask, node.Rows, node.Vouches,
            ])));

        // What the first node has is there without workers too.
        double More(SessionFigures node, Func<SessionFigures, double> of) =>
            node == nodes[0] ? 0 : (of(node) - of(nodes[0])) / (node.Workers - nodes[0].Workers);
    }
}
