using System.Security.Cryptography;
using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Bootstrapping;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Bootstrapping;

/// <summary>
/// Has the first c-nodes of this node hand in a small job now and then, in turns, as long as there are newcomers: without, nobody but a
/// boss that the network trusts could give them standing. One job at a time; none while the node drains. It keeps nothing: what a run
/// before has left open is found by asking.
/// </summary>
public sealed class BootstrapActor : ReceiveActor, IWithTimers
{
    private readonly BootstrapNode _node;
    private readonly BootstrapOptions _options;
    private readonly BootstrapJobs _jobs;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Dictionary<NodeId, long>? _handedIn; // by each c-node; null: to be asked, and what is left open to be ended
    private bool _busy;
    private long _round;

    public BootstrapActor(BootstrapNode node)
    {
        (_node, _options, _jobs) = (node, node.Options, new BootstrapJobs(node));
        _round = RandomNumberGenerator.GetInt32(Math.Max(1, node.Workers.Count)); // a node that often starts has not always the same boss
        Receive<Due>(_ => OnDue());
        Receive<Tidied>(OnTidied);
        Receive<Finished>(_ => OnFinished());
        Receive<Status.Failure>(failure => OnFailure(failure.Cause));
        ReceiveAny(message => node.Unknown.Refuse(message, Sender));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Due), Due.Instance, _options.Every);

    protected override void PostStop() => _stop.Cancel();

    private void OnDue()
    {
        if (_busy || _node.Drain.IsOn)
            return;
        var own = _node.Workers.Select(worker => worker.Id).Where(id => (_handedIn?[id] ?? 0) < _options.MostJobs);
        var turn = BootstrapPlan.Next(_node.Rosters.Current, [.. own], _jobs.Payloads, _round);
        if (turn is null)
        {
            _node.Metrics.OnBootstrap("idle");
            return;
        }
        _busy = true;
        var (jobs, cancel) = (_jobs, _stop.Token);
        if (_handedIn is null)
        {
            Task.Run(() => jobs.EndLeftOversAsync(cancel))
                .PipeTo(Self, success: handedIn => new Tidied(handedIn), failure: cause => new Status.Failure(cause));
            return;
        }
        _round = turn.Round + 1;
        _handedIn[turn.Boss]++;
        _node.Metrics.OnBootstrap("begun");
        Task.Run(async () => await BootstrapJobs.EndAsync(await jobs.HandInAsync(turn, cancel), cancel))
            .PipeTo(Self, success: () => Finished.Instance, failure: cause => new Status.Failure(cause));
    }

    private void OnTidied(Tidied tidied)
    {
        (_busy, _handedIn) = (false, new Dictionary<NodeId, long>(tidied.HandedIn));
        OnDue();
    }

    private void OnFinished()
    {
        _busy = false;
        _node.Metrics.OnBootstrap("finished");
    }

    /// <summary>
    /// Whatever it was (a key that was rotated meanwhile, a journal that is away): it may have left a job, and the next time is soon.
    /// </summary>
    private void OnFailure(Exception cause)
    {
        (_busy, _handedIn) = (false, null);
        _node.Metrics.OnBootstrap("failed");
        _log.Warning(cause, "A bootstrap job could not be seen to its end: it is tried again.");
    }

    /// <summary>It is time for the next one.</summary>
    internal sealed class Due
    {
        public static readonly Due Instance = new();
    }

    private sealed record Tidied(IReadOnlyDictionary<NodeId, long> HandedIn);

    private sealed class Finished
    {
        public static readonly Finished Instance = new();
    }
}
