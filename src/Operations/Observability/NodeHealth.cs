using Akka.Actor;
using Akka.Cluster;
using AkkaCompute.Actors.Hosting;

namespace AkkaCompute.Operations.Observability;

/// <summary>Whether a node lives, and whether it is of use.</summary>
public sealed class NodeHealth : IAsyncDisposable
{
    /// <summary>A journal that was not reached for so long is not coming back by itself: the process should be started anew.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    private readonly NodeContext _node;
    private readonly Cluster _cluster;
    private readonly JournalProbe _probe;

    public NodeHealth(NodeContext node)
    {
        (_node, _cluster, _probe) = (node, Cluster.Get(node.System), new JournalProbe(node));
        var meter = node.Metrics.Meter;
        meter.CreateObservableGauge(
            "akkacompute.node.ready", () => NotReady.Count == 0 ? 1 : 0, null, "1 while the node takes work: what /readyz says.");
        meter.CreateObservableGauge(
            "akkacompute.node.draining", () => node.Draining ? 1 : 0, null, "1 from the time that the node is to leave.");
        meter.CreateObservableGauge(
            "akkacompute.cluster.members", () => _cluster.State.Members.Count, null, "Members of the cluster as this node sees it.");
        meter.CreateObservableGauge(
            "akkacompute.cluster.unreachable", () => _cluster.State.Unreachable.Count, null, "Members that this node cannot reach.");
        meter.CreateObservableGauge(
            "akkacompute.roster.workers", () => node.Rosters.Current.Members.Length, null,
            "Workers that can be drawn, in the whole cluster.");
        meter.CreateObservableGauge(
            "akkacompute.roster.slots", () => node.Rosters.Current.TotalSlots, null, "Bundles that can run at once, in the whole cluster.");
        meter.CreateObservableGauge(
            "akkacompute.roster.epoch", () => (long)node.Rosters.Current.Epoch.Number, null, "The last epoch that this node knows.");
        meter.CreateObservableGauge(
            "akkacompute.journal.silence", () => _probe.Silence.TotalSeconds, "s", "Since the journal was read last.");
    }

    /// <summary>Why the process should be started anew; empty: it lives.</summary>
    public IReadOnlyList<string> NotLive
    {
        get
        {
            var why = new List<string>();
            if (_node.System.WhenTerminated.IsCompleted)
                why.Add("actor system: terminated");
            if (_probe.Silence > LongestSilence)
                why.Add($"journal: not reached for {_probe.Silence.TotalSeconds:F0} s: {_probe.Fault ?? "no answer"}");
            return why;
        }
    }

    /// <summary>Why the node takes no work now; empty: it does.</summary>
    public IReadOnlyList<string> NotReady
    {
        get
        {
            var why = new List<string>(NotLive);
            var status = _cluster.SelfMember.Status;
            if (status != MemberStatus.Up)
                why.Add($"member: {status.ToString().ToLowerInvariant()}, not up");
            if (_node.Draining)
                why.Add("draining");
            if (_node.Job.IsNobody() || _node.Boss.IsNobody() || _node.Worker.IsNobody() || _node.Reputation.IsNobody())
                why.Add("regions: not all started");
            var address = _cluster.SelfAddress.ToString();
            var listed = _node.Options.Workers.Count(worker => _node.Rosters.Current.Find(worker.Id)?.NodeAddress == address);
            if (listed < _node.Options.Workers.Count)
                why.Add($"roster: has {listed} of {_node.Options.Workers.Count} workers of this node");
            if (_node.RosterHealth.Stalled is { } stalled)
                why.Add($"roster: {stalled}");
            if (_node.Journal.Refusing is { } refusing)
                why.Add($"journal: takes no writes: {refusing}");
            return why;
        }
    }

    public ValueTask DisposeAsync() => _probe.DisposeAsync();
}
