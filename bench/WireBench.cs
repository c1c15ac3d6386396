using Akka.Actor;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Bench;

/// <summary>The messages and events of the hot path to bytes and back: full pages, full bundles, 8 bytes in and 8 bytes out.</summary>
internal static class WireBench
{
    private const int PageTasks = 1_024;
    private const int Batch = 16;

    private static readonly NodeId Boss = NodeId.Of("boss"u8);
    private static readonly NodeId Worker = NodeId.Of("worker"u8);
    private static readonly ReadOnlyMemory<byte> Entry = new byte[600]; // as long as a result's
    private static readonly PublicKey Key = new(Worker.Hash.ToBytes());
    private static readonly JobId Job = JobId.Of(Boss, "bench"u8);

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var system = ActorSystem.Create("bench", "akka.loglevel = WARNING");
        var wire = new WireSerializer((ExtendedActorSystem)system);
        var rounds = arguments.Rounds ?? 15;
        report.Add($"messages to bytes and back, medians of {rounds}",
            ["message", "tasks", "bytes", "bytes/task", "µs to bytes", "µs from bytes", "ns/task, both ways", "bytes allocated/task"],
            Messages().Select(message => (message.Message.GetType().Name, Figures(wire, message.Message, message.Tasks, rounds))));
        await system.Terminate();
    }

    private static double[] Figures(WireSerializer wire, IWire message, int tasks, int rounds)
    {
        var (bytes, manifest) = (wire.ToBinary(message), wire.Manifest(message));
        var calls = Math.Max(50, 50_000 / tasks);
        var write = Measure.Microseconds(rounds, calls, _ => wire.ToBinary(message));
        var read = Measure.Microseconds(rounds, calls, _ => wire.FromBinary(bytes, manifest));
        var before = GC.GetAllocatedBytesForCurrentThread();
        wire.FromBinary(wire.ToBinary(message), manifest);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return [tasks, bytes.Length, (double)bytes.Length / tasks, write, read, 1e3 * (write + read) / tasks, (double)allocated / tasks];
    }

    /// <summary>Vouches stand for the tasks of the batch that they are about.</summary>
    private static IEnumerable<(IWire Message, int Tasks)> Messages()
    {
        var (bundle, limits) = (JobSpec.MaxBundle, new Limits(1_000_000, 1 << 24, 4_096, 1_024, TimeSpan.FromSeconds(60)));
        var inputs = Rows(PageTasks);
        var vouch = new Vouch(Boss, Worker, Role.Worker, Job, 7, 12, Batch * bundle, 0, []);
        yield return (new AddTasks(Job, 3, inputs, false, Entry), PageTasks);
        yield return (new PageAdded(Job, 3, inputs, bundle, false, Entry), PageTasks);
        yield return (new Assign(
            Job, 9, 0, new Epoch(12), Worker, new Payload.Kernel("noop", 1), limits, 2_304, inputs[..bundle],
            TimeSpan.FromMinutes(1)), bundle);
        yield return (new BundleResult(Job, 9, 0, Worker, 0, 1,
            [.. Rows(bundle).Select((row, i) => TaskResult.Exit(0, row, default, 0, TimeSpan.FromTicks(10 + i)))],
            new Commitment(Entry, new BundleSalt(Hash256.Of("salt"u8)), Key)), bundle);
        yield return (new Decided(Job, [.. Enumerable.Range(0, Batch).Select(number => new Decision(
            number, 0, 12, Outcomes(number * bundle, bundle),
            [new Verdict(Worker, bundle, 0, 0, true, Entry, new BundleSalt(Hash256.Of("salt"u8)), [], [Entry])]))]), Batch * bundle);
        yield return (new OutcomePage(Job, new OutcomeCursor(1_500, 0), Outcomes(0, 1_500), false), 1_500);
        yield return (new Record(vouch), Batch * bundle);
        yield return (new VouchRecorded(vouch), Batch * bundle);
        yield return (new Settle(vouch), Batch * bundle);
        yield return (new Rewarded(vouch), Batch * bundle);
    }

    private static Outcome[] Outcomes(long first, int count) =>
        [.. Rows(count)
            .Select((row, i) => new Outcome(first + i, OutcomeStatus.Exited, 0, TrapKind.None, NoResultReason.None, row, default))];

    private static ReadOnlyMemory<byte>[] Rows(int count) =>
        [.. Enumerable.Range(0, count).Select(number => (ReadOnlyMemory<byte>)BitConverter.GetBytes((long)number))];
}
