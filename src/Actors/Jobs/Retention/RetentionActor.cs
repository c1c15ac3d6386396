using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using AkkaCompute.Actors.Node;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Retention;

/// <summary>
/// Has jobs forgotten that were finished long ago, one after the other: first the job itself says so, durably, and answers nothing more;
/// then what it has kept is erased. On one node of the cluster alone, its leader.
/// </summary>
public sealed class RetentionActor : ReceiveActor, IWithTimers
{
    /// <summary>Jobs that can't be forgotten in one sweep, before it is given up: then it is not about them.</summary>
    private const int MostFailures = 16;

    private readonly RetentionNode _node;
    private readonly FinishedJobs _finished;
    private readonly JobEraser _eraser = new(Context.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _sweeping;

    public RetentionActor(RetentionNode node)
    {
        (_node, _finished) = (node, new FinishedJobs(node.Events, Context.System));
        Receive<Sweep>(_ => OnSweep());
        Receive<Swept>(OnSwept);
        Receive<Status.Failure>(failure => OnSwept(new Swept(0, [failure.Cause])));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Sweep), Sweep.Instance, _node.SweepEvery);

    protected override void PostStop() => _stop.Cancel();

    private void OnSweep()
    {
        var cluster = Cluster.Get(Context.System);
        if (_sweeping || cluster.State.RoleLeader(NodeNames.Role) != cluster.SelfAddress)
            return;
        _sweeping = true;
        Task.Run(() => SweepAsync(_stop.Token)).PipeTo(Self, Self); // off this actor's thread, for SQLite waits on it
    }

    private async Task<Swept> SweepAsync(CancellationToken cancel)
    {
        var (forgotten, failures) = (0, new List<Exception>());
        foreach (var job in await _finished.BeforeAsync(_node.Time.GetUtcNow() - _node.After, cancel).ConfigureAwait(false))
        {
            try
            {
                await ForgetAsync(job, cancel).ConfigureAwait(false);
                forgotten++;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                failures.Add(new InvalidOperationException($"Job {job.Id}: {failure.Message}", failure));
                if (failures.Count == MostFailures)
                    break;
            }
        }
        return new Swept(forgotten, failures);
    }

    /// <summary>All of it may be repeated. Its last event goes last, so that it is found again until then.</summary>
    private async Task ForgetAsync(FinishedJob job, CancellationToken cancel)
    {
        var reply = await _node.Jobs.Ask<IWire>(new Forget(job.Id, job.At, _node.After), _node.AnswerWithin, cancel).ConfigureAwait(false);
        if (reply is not JobForgotten)
            throw new InvalidOperationException(reply is Refused refused ? refused.Message : $"It answers {reply.GetType().Name}.");
        await _node.Blobs.UnreferAsync(job.Id, cancel).ConfigureAwait(false);
        await _node.Events.RewriteAsync(JobActor.PersistenceIdOf(job.Id), _eraser.Rewrite, cancel).ConfigureAwait(false);
        _finished.Remove(job.Id);
    }

    private void OnSwept(Swept swept)
    {
        _sweeping = false;
        if (swept.Forgotten > 0)
            _log.Info("{0} jobs were forgotten that finished more than {1} ago.", swept.Forgotten, Duration.Text(_node.After));
        if (swept.Failures.Count > 0)
            _log.Warning(
                swept.Failures[0], "{0} jobs or more that finished long ago could not be forgotten: it is tried again.",
                swept.Failures.Count);
    }

    private sealed record Swept(int Forgotten, IReadOnlyList<Exception> Failures);

    private sealed class Sweep
    {
        public static readonly Sweep Instance = new();
    }
}
