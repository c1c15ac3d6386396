using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain;
using static AkkaCompute.Domain.Jobs.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Retention;

/// <summary>
/// Has jobs forgotten that were finished long ago, one after the other: first the job itself says so, durably, and answers nothing more;
/// then what it has kept is erased. On one node of the cluster alone, its leader.
/// </summary>
public sealed class RetentionActor : ReceiveActor, IWithTimers
{
    /// <summary>Jobs of one sweep, so that it ends: the next one goes on.</summary>
    private const int JobsPerSweep = 1_000;

    private readonly NodeContext _node;
    private readonly IJobEnds _ends;
    private readonly TimeSpan _after;
    private readonly JobEraser _eraser = new(Context.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _sweeping;

    /// <param name="ends">Where the ends of jobs are noted.</param>
    /// <param name="after">How long finished jobs are kept.</param>
    public RetentionActor(NodeContext node, IJobEnds ends, TimeSpan after)
    {
        (_node, _ends, _after) = (node, ends, after);
        Receive<Sweep>(_ => OnSweep());
        Receive<Swept>(OnSwept);
        Receive<Status.Failure>(OnFailure);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Sweep), Sweep.Instance, _node.Options.RetentionSweepEvery);

    protected override void PostStop() => _stop.Cancel();

    private void OnSweep()
    {
        var cluster = Cluster.Get(Context.System);
        if (_sweeping || cluster.State.RoleLeader(ComputeNode.Role) != cluster.SelfAddress)
            return;
        _sweeping = true;
        SweepAsync(_stop.Token).PipeTo(Self, Self, success: forgotten => new Swept(forgotten));
    }

    private async Task<int> SweepAsync(CancellationToken cancel)
    {
        var forgotten = 0;
        foreach (var end in await _ends.ListAsync(_node.Time.GetUtcNow() - _after, JobsPerSweep, cancel).ConfigureAwait(false))
        {
            var reply = await _node.Job.Ask<IWire>(new Forget(end.Job, end.At, _after), _node.Options.Job.ResendAfter, cancel).ConfigureAwait(false);
            if (reply is not JobForgotten)
                continue; // it writes its last event just now
            await _ends.RewriteAsync(JobActor.PersistenceIdOf(end.Job), _eraser.Rewrite, cancel).ConfigureAwait(false);
            await _node.Options.Blobs.UnreferAsync(end.Job, cancel).ConfigureAwait(false);
            await _ends.DropAsync(end.Job, cancel).ConfigureAwait(false);
            forgotten++;
        }
        return forgotten;
    }

    private void OnSwept(Swept swept)
    {
        _sweeping = false;
        if (swept.Forgotten > 0)
            _log.Info("{0} jobs were forgotten that finished more than {1} ago.", swept.Forgotten, Duration.Text(_after));
    }

    private void OnFailure(Status.Failure failure)
    {
        _sweeping = false;
        _log.Warning(failure.Cause, "Jobs that finished long ago could not be forgotten: it is tried again.");
    }

    private sealed record Swept(int Forgotten);

    private sealed class Sweep
    {
        public static readonly Sweep Instance = new();
    }
}
