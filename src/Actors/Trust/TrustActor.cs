using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Trust.TrustProtocol;

namespace AkkaCompute.Actors.Trust;

/// <summary>
/// Trust, once a period: reads what the journal has since the period before through the fold that audits it, and tells the roster
/// what follows. It keeps nothing of its own: a new one reads the journal from its beginning and comes to the same numbers.
/// </summary>
public sealed class TrustActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly RosterView _rosters;
    private readonly IActorRef _replica;
    private readonly TrustRules _rules;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private readonly ExportAssembler _assembler = new();
    private readonly Auditor _auditor = new(live: true);
    private readonly JournalReader _journal;
    private Epoch _done;
    private bool _reading;

    /// <param name="rules">What trust is computed by.</param>
    /// <param name="rosters">The epoch in force.</param>
    /// <param name="replica">Takes standings to the roster.</param>
    public TrustActor(TrustRules rules, RosterView rosters, IActorRef replica, UnknownMessages unknown)
    {
        (_rules, _rosters, _replica, _journal) = (rules, rosters, replica, new JournalReader(Context.System));
        _auditor.Add(new HeaderLine(_rules));
        Receive<Look>(_ => OnLook());
        Receive<WasRead>(read => OnRead(read.UpTo));
        Receive<Status.Failure>(OnFailure);
        Receive<GetTrust>(query => Sender.Tell(Answer(query)));
        Receive<EntityStop>(_ => Context.Stop(Self));
        ReceiveAny(message => unknown.Refuse(message, Sender));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Look), Look.Instance, TimeSpan.Zero, LookEvery);

    protected override void PostStop() => _stop.Cancel();

    /// <summary>Whether a period has ended since; the epoch is in memory.</summary>
    private void OnLook()
    {
        var now = _rosters.Current.Epoch.Number;
        var end = new Epoch(now - (now % _rules.PeriodEpochs));
        if (_reading || end <= _done)
            return;
        _reading = true;
        _auditor.ComputeFrom(end);
        var (auditor, assembler) = (_auditor, _assembler);
        // Off this actor's thread: it answers meanwhile from the period before, which does not change.
        Task.Run(() => _journal.ReadAsync(@event => Take(auditor, assembler, @event), _stop.Token))
            .PipeTo(Self, success: () => new WasRead(end), failure: cause => new Status.Failure(cause));
    }

    private static void Take(Auditor auditor, ExportAssembler assembler, object @event)
    {
        var lines = assembler.Add(@event);
        foreach (var line in lines)
        {
            if (!auditor.Add(line))
                throw new InvalidDataException(auditor.Findings[^1].ToString());
        }
        if (lines.Count > 0 && !auditor.CloseEpoch())
            throw new InvalidDataException(auditor.Findings[^1].ToString());
    }

    private void OnRead(Epoch end)
    {
        _reading = false;
        if (_auditor.Epoch < end)
            return; // the record is in force, and not in what was read: look again
        _done = end;
        if (_auditor.Period is not { } period || period.Root == _auditor.TrustRoot)
            return;
        _log.Info(
            "Trust to epoch {0}: {1} c-nodes, {2} change their standing.", period.Epoch, period.Trust.Ids.Count, period.Changes.Length);
        foreach (var changes in period.Changes.Chunk(RosterProtocol.SetStandings.MaxChanges).DefaultIfEmpty([]))
            _replica.Tell(new RosterProtocol.SetStandings(period.Epoch, period.Root, [.. changes]));
    }

    /// <summary>The fold is where it was when it failed: this actor starts anew, from the journal's beginning.</summary>
    private void OnFailure(Status.Failure failure)
    {
        _log.Error(failure.Cause, "Trust could not be computed.");
        Context.Stop(Self);
    }

    private TrustInfo Answer(GetTrust query)
    {
        var standing = _rosters.Current.Find(query.NodeId)?.Standing ?? Standing.Newcomer;
        return _auditor.Period is { } period
            ? new TrustInfo(query.NodeId, period.Epoch, period.Root, period.Trust.Of(query.NodeId), standing,
                [.. period.GiversOf(query.NodeId).Take(TrustInfo.MaxGivers)])
            : new TrustInfo(query.NodeId, Epoch.None, default, 0, standing, []);
    }

    private sealed record WasRead(Epoch UpTo);

    private sealed class Look
    {
        public static readonly Look Instance = new();
    }
}
