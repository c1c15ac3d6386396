using AkkaCompute.Actors.Serialization;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Bench.Growth;

/// <summary>
/// Epochs in which 1 % of the members change: what the singleton does, what goes to each cluster node, and what a node does with it.
/// The actors and the network are left out.
/// </summary>
internal static class EpochGrowth
{
    public const double Changed = 0.01;

    /// <summary>What the setting of a node's workers allows.</summary>
    private const int MembersOfNode = 10_000;

    /// <summary>Nodes of the smaller rosters.</summary>
    private const int FewestNodes = 3;

    public static void Run(IReadOnlyList<int> sizes, int rounds, WireSerializer wire, Report report)
    {
        var (closes, sizesOnWire, replicas) =
            (new List<(string, double[])>(), new List<(string, double[])>(), new List<(string, double[])>());
        Play(1_000, 20, wire); // so that all code is compiled
        foreach (var count in sizes)
        {
            var (singleton, replica) = Play(count, rounds, wire);
            var name = $"{count:N0} on {singleton.Nodes}";
            closes.Add((name, singleton.Times));
            sizesOnWire.Add((name, singleton.Sizes));
            replicas.Add((name, replica));
        }
        report.Add($"epoch with 1 % changed: what the singleton does, ms, median of {rounds}",
            ["members on nodes", "all announced at first", "all announced again", "freeze", "reveals and signatures verified", "apply",
                "cut and to bytes, for one node", "journal row to bytes"],
            closes);
        report.Add("epoch with 1 % changed: sizes",
            ["members on nodes", "delta, bytes", "messages", "bytes a change", "snapshot, bytes", "messages", "bytes a member",
                "journal row, bytes", "the singleton's snapshot, bytes"],
            sizesOnWire);
        report.Add($"epoch with 1 % changed: what each node does, ms, median of {rounds}",
            ["members on nodes", "delta from bytes", "apply", "positions", "bytes kept a member and epoch", "snapshot: cut and to bytes",
                "from bytes", "apply"],
            replicas);
    }

    private static (Singleton Singleton, double[] Replica) Play(int count, int rounds, WireSerializer wire)
    {
        var (snapshot, deltas, singleton) = PlaySingleton(count, rounds, wire);
        return (singleton, PlayReplica(count, snapshot, deltas, singleton.SnapshotMilliseconds));
    }

    private static (OnWire Snapshot, List<OnWire> Deltas, Singleton Figures) PlaySingleton(int count, int rounds, WireSerializer wire)
    {
        var played = new PlayedRoster(count, Math.Max(FewestNodes, count / MembersOfNode));
        var first = played.Announce();
        played.Close();
        played.Change(Changed);
        played.Announce();
        played.Close(); // before it nobody was committed: it is the first with reveals
        OnWire snapshot = null!, delta = null!, row = null!;
        var snapshotTime = Measure.Seconds(() => snapshot = OnWire.Of(wire, played.State.Snapshot()!.Split()));
        var (deltas, times) = (new List<OnWire>(), new List<double[]>());
        for (var round = 0; round < rounds; round++)
        {
            played.Change(Changed);
            var announce = played.Announce();
            var closed = played.Close();
            var split = Measure.Seconds(() => delta = OnWire.Of(wire, closed.Event.Delta.Split()));
            var write = Measure.Seconds(() => row = OnWire.Of(wire, [closed.Event]));
            deltas.Add(delta);
            times.Add([1e3 * announce, 1e3 * closed.Freeze, 1e3 * closed.Verify, 1e3 * closed.Apply, 1e3 * split, 1e3 * write]);
        }
        return (snapshot, deltas, new Singleton(
            played.Nodes,
            [1e3 * first, .. Enumerable.Range(0, times[0].Length).Select(column => Measure.Median(times.Select(row => row[column])))],
            [
                delta.Bytes, delta.Count, delta.Bytes / Math.Max(played.Nodes, Changed * count), snapshot.Bytes, snapshot.Count,
                snapshot.Bytes / count,
                row.Bytes, OnWire.Of(wire, [played.State.Remember()!]).Bytes,
            ],
            1e3 * snapshotTime));
    }

    /// <summary>All from bytes, as a node has it: its members are its own objects.</summary>
    private static double[] PlayReplica(int count, OnWire snapshot, List<OnWire> deltas, double snapshotMilliseconds)
    {
        var replica = new RosterReplicaState();
        var (snapshotRead, snapshotApplied) = Follow(replica, snapshot);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var followed = deltas.Select(delta => Follow(replica, delta)).ToArray();
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        var positions = Enumerable.Range(0, Math.Min(deltas.Count, RosterReplicaState.BuiltEpochs))
            .Select(back => 1e3 * Measure.Seconds(() => replica.At(new Epoch(replica.Epoch.Number - (ulong)back)))).ToArray();
        return
        [
            Measure.Median(followed.Select(times => times.Read)), Measure.Median(followed.Select(times => times.Applied)),
            Measure.Median(positions),
            (double)kept / deltas.Count / count, snapshotMilliseconds, snapshotRead, snapshotApplied,
        ];
    }

    private static (double Read, double Applied) Follow(RosterReplicaState replica, OnWire parts)
    {
        RosterProtocol.PartSent[] sent = [];
        ReplicaReply? reply = null;
        var read = Measure.Seconds(() => sent = parts.Read<RosterProtocol.PartSent>());
        var applied = Measure.Seconds(() =>
        {
            foreach (var part in sent)
                reply = replica.Apply(part.Part);
        });
        return reply?.Verdict == ReplicaVerdict.Applied
            ? (1e3 * read, 1e3 * applied)
            : throw new InvalidOperationException($"The replica says {reply}.");
    }

    private sealed record Singleton(int Nodes, double[] Times, double[] Sizes, double SnapshotMilliseconds);
}
