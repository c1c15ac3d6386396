using Akka.Actor;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Kernels;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Bench.Map;

/// <summary>
/// The stages of a map, each alone and on the same data: the events that the measured round wrote. In the round they overlap
/// on all cores, so that the sum of all is no time of anything; the largest is what to improve.
/// </summary>
internal static class Breakdown
{
    private const int Repetitions = 3;

    public static async Task RunAsync(Report report, BenchNode node, MapRound round, int workers)
    {
        var system = (ExtendedActorSystem)node.Host.Node.System;
        var wire = new WireSerializer(system);
        var events = round.Rows.Where(row => row.Serializer == wire.Identifier) // sharding keeps events of its own in the same journal
            .Select(row => (row.PersistenceId, Event: (IWire)wire.FromBinary(row.Message, row.Manifest))).ToArray();
        var created = events.Select(e => e.Event).OfType<Created>().Single();
        var delegated = events.Select(e => e.Event).OfType<Delegated>().Single();
        var spec = created.Spec;
        var pages = events.Select(e => e.Event).OfType<PageAdded>().ToArray();
        var decided = events.Select(e => e.Event).OfType<Decided>().ToArray();
        var roster = node.Host.Node.Rosters.Current;

        var stages = new List<(string Name, double Seconds)>();
        void Add(string name, Action stage) =>
            stages.Add((name, Measure.Median(Enumerable.Range(0, Repetitions).Select(_ => Measure.Seconds(stage)))));
        async Task AddAsync(string name, Func<Task> stage)
        {
            var times = new List<double>();
            for (var i = 0; i < Repetitions; i++)
                times.Add(await Measure.SecondsAsync(stage));
            stages.Add((name, Measure.Median(times)));
        }

        Add("kernel runs, with task seeds, 1 thread", () => RunKernel(spec, round.Tasks));
        Add("domain: job state, dispatch, outbox", () => DomainPath.RunJob(created, delegated, pages, decided, roster));
        Add("domain: reputations and workers", () => DomainPath.RunVouches(events.Select(e => e.Event)));
        Add("all events to bytes", () => WriteAll(wire, events.Select(e => e.Event)));
        Add("all events from bytes", () => ReadAll(wire, round.Rows));
        await AddAsync("journal: the job's events, through Akka",
            () => JournalPath.WriteAsync(system, events.Where(e => e.Event is IEvent)));
        await AddAsync("journal: all events at once, through Akka", () => JournalPath.WriteAsync(system, events));
        Add(
            "SQLite alone: the same rows, 100 a transaction",
            () => JournalPath.WriteRows(JournalRow.Schema(node.JournalFile), round.Rows, 100));
        await AddAsync("outcomes read again by the client", () => ReadOutcomesAsync(node, round));

        report.Add($"stages alone, {workers} workers ({Repetitions} repetitions, median)",
            ["stage", "ms", "µs/task", "% of the round's time"],
            stages.Select(stage => (stage.Name, (double[])
                [stage.Seconds * 1e3, stage.Seconds * 1e6 / round.Tasks, 100 * stage.Seconds / round.Cost.Seconds])));
    }

    private static void RunKernel(JobSpec spec, int tasks)
    {
        var sandbox = new KernelSandbox(new KernelCatalog(KernelCatalog.BuiltIn));
        ReadOnlyMemory<byte> input = new byte[8];
        for (var task = 0; task < tasks; task++)
        {
            var run = sandbox.RunAsync(spec.Payload, TaskSeed.Of(spec.Id, task), input, spec.Limits, CancellationToken.None);
            if (!run.IsCompletedSuccessfully || !run.Result.Succeeded)
                throw new InvalidOperationException("noop failed.");
        }
    }

    private static void WriteAll(WireSerializer wire, IEnumerable<IWire> events)
    {
        foreach (var @event in events)
            wire.ToBinary(@event);
    }

    private static void ReadAll(WireSerializer wire, IEnumerable<JournalRow> rows)
    {
        foreach (var row in rows.Where(row => row.Serializer == wire.Identifier))
            wire.FromBinary(row.Message, row.Manifest);
    }

    private static async Task ReadOutcomesAsync(BenchNode node, MapRound round)
    {
        var count = 0;
        await foreach (var _ in node.Client.Job(round.Job).OutcomesAsync())
            count++;
        if (count != round.Tasks)
            throw new InvalidOperationException($"{count} outcomes were read again, not {round.Tasks}.");
    }
}
