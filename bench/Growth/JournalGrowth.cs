using Akka.Actor;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Bench.Map;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Bench.Growth;

/// <summary>
/// What a task leaves in the journal for ever, drawn by the next epoch and with everything signed, by the size of its bundle.
/// </summary>
internal static class JournalGrowth
{
    private const int Workers = 10, BundlesEach = 100;

    private static readonly int[] Bundles = [1, 16, 64];
    private static readonly Policy Checked = new Policy.Quorum(2, 7);

    /// <summary>Until the heads of the last entries are in an epoch.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Report report)
    {
        await using var node = await BenchNode.StartAsync(Workers, Environment.ProcessorCount);
        var wire = new WireSerializer((ExtendedActorSystem)node.Host.Node.System);
        var rows = new List<(string, double[])>();
        await new MapRunner(node, Checked, DrawMode.Next, bundle: 4).RunAsync(Workers * BundlesEach);
        foreach (var bundle in Bundles)
        {
            var runner = new MapRunner(node, Checked, DrawMode.Next, bundle);
            var (tasks, before) = (Workers * BundlesEach * bundle, JournalRow.LastOrdering(node.JournalFile));
            var map = await runner.RunAsync(tasks);
            await Task.Delay(Settle);
            var written = JournalRow.ReadAfter(node.JournalFile, before);
            rows.Add(($"{bundle}", Figures(wire, written, tasks, bundle, map)));
            MapBench.AddJournal(report, $"bundles of {bundle}", tasks, written);
        }
        report.Add(
            $"what a task leaves in the journal: {Checked}, {Workers} workers, draw next",
            ["tasks a bundle", "tasks", "executions a task", "rows a task", "bytes a task", "of the job", "of chains", "of vouches",
                "of epochs",
                "chain entries a task", "bytes an entry", "bytes a row of vouches", "bytes an epoch", "executions of bundles a second"],
            rows);
    }

    private static double[] Figures(WireSerializer wire, IReadOnlyList<JournalRow> written, int tasks, int bundle, MapRound map)
    {
        var events = written.Where(row => row.Serializer == wire.Identifier)
            .Select(row => (Event: wire.FromBinary(row.Message, row.Manifest), Bytes: (double)row.Message.Length)).ToArray();
        var chains = events.Where(row => row.Event is ChainProtocol.EntriesAppended).ToArray();
        var vouches = events.Where(row => row.Event is VouchRecorded or SettlementTaken or Rewarded).ToArray();
        var epochs = events.Where(row => row.Event is EpochClosed).ToArray();
        var entries = chains.Sum(row => ((ChainProtocol.EntriesAppended)row.Event).Entries.Count);
        return
        [
            tasks, (double)map.Progress.Executions / tasks, (double)written.Count / tasks,
            written.Sum(row => (double)row.Message.Length) / tasks,
            Sum(events.Where(row => row.Event is JobProtocol.IEvent)) / tasks, Sum(chains) / tasks, Sum(vouches) / tasks,
            Sum(epochs) / tasks,
            (double)entries / tasks, Sum(chains) / entries, Sum(vouches) / vouches.Length, Sum(epochs) / epochs.Length,
            map.Progress.Executions / bundle / map.Cost.Seconds,
        ];
    }

    private static double Sum(IEnumerable<(object Event, double Bytes)> rows) => rows.Sum(row => row.Bytes);
}
