using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Node;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Roster;

/// <summary>
/// How an epoch is closed: frozen, revealed and signed by the committed nodes, persisted, published. If the singleton dies on the way,
/// nothing has happened: the next one freezes again, and no node shows a link twice or signs another record of the epoch.
/// </summary>
public sealed partial class RosterActor
{
    /// <summary>A message may be lost, or a replica be one epoch behind.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(200);

    private DateTimeOffset _closedAt;
    private RosterWork _scheduled;
    private EpochClosing? _closing;
    private long _writingSince;
    private bool _writing, _stopping;

    private void Schedule()
    {
        if (_closing is not null || _stopping)
            return;
        var work = _state.Work;
        if (work == RosterWork.None || (Timers.IsTimerActive(nameof(Close)) && _scheduled >= work))
            return;
        var options = _node.Options;
        var shortest = work == RosterWork.Heads && options.HeadsEpoch > options.MinEpoch ? options.HeadsEpoch : options.MinEpoch;
        var stretched = TimeSpan.FromMicroseconds(0.5 * options.EpochStretch * _state.Members.Count);
        var due = _closedAt + (stretched > shortest ? stretched : shortest) - _node.Time.GetUtcNow();
        _scheduled = work;
        Timers.StartSingleTimer(nameof(Close), Close.Instance, due > TimeSpan.Zero ? due : TimeSpan.Zero);
    }

    /// <summary>The singleton moves: first the epoch that is being closed is, or the next one would have to skip its links.</summary>
    protected override void OnStop()
    {
        _stopping = true;
        if (_closing is null)
            Context.Stop(Self);
    }

    private void OnClose()
    {
        _scheduled = RosterWork.None;
        if (_closing is not null || _stopping || (_closing = _state.Freeze(_rules)) is null)
            return;
        Wait(_node.Options.RevealWait);
        Advance();
    }

    private void OnRevealed(Revealed revealed)
    {
        if (_closing is null || _closing.Frozen.Number != revealed.Number || _closing.Record is not null)
            return;
        if (_closing.Take(revealed.Shown) is { } refused)
            Log.Warning("{0} ({1})", refused, Sender);
        else
            Advance();
    }

    private void OnSigned(RecordSigned signed)
    {
        if (_closing?.Record is null || _writing || _closing.Frozen.Number != signed.Number)
            return;
        if (_closing.Take(signed.Signature) is { } refused)
            Log.Warning("{0} ({1})", refused, Sender);
        else
            Advance();
    }

    /// <summary>Goes on as far as nobody who is there has to be waited for; asks whom it has to wait for.</summary>
    private void Advance()
    {
        if (_closing!.Record is null && !Awaited().Any())
            Reveal();
        else if (_closing.Record is not null && !Awaited().Any())
            Write();
        else if (_closing.Record is not null && _closing.HasMajority)
            // more signatures are better, and not worth a second
            Timers.StartSingleTimer(nameof(WaitedEnough), WaitedEnough.Instance, _node.Options.MinEpoch);
    }

    private void OnWaitedEnough()
    {
        if (_closing is null || _writing)
            return;
        var missing = string.Join(", ", _closing.Missing.Select(node => node.Info!.Address));
        if (missing.Length > 0 && !_closing.HasMajority)
            Log.Warning("Epoch {0} is closed without {1}.", _closing.Frozen.Number, missing);
        if (_closing.Record is null)
            Reveal();
        else
            Write();
    }

    private void Reveal()
    {
        _closing!.Reveal();
        Wait(_node.Options.RevealWait);
        Advance();
    }

    private void Wait(TimeSpan limit)
    {
        Timers.StartSingleTimer(nameof(WaitedEnough), WaitedEnough.Instance, limit);
        Timers.StartPeriodicTimer(nameof(AskAgain), AskAgain.Instance, AskAgainAfter, AskAgainAfter);
        AskMissing();
    }

    /// <summary>Who was waited for may have left the cluster meanwhile.</summary>
    private void OnAskAgain()
    {
        if (_closing is null || _writing)
            return;
        if (Awaited().Any())
            AskMissing();
        else
            Advance();
    }

    private void AskMissing()
    {
        object question = _closing!.Record is { } record ? new SignRecord(record) : new Freeze(_closing.Frozen);
        foreach (var node in Awaited())
            Replica(node.Info!.Address).Tell(question, Self);
    }

    /// <summary>Who is missing and still in the cluster.</summary>
    private IEnumerable<CommittedNode> Awaited()
    {
        var members = _cluster.State.Members;
        return _closing!.Missing.Where(node => members.Any(member => member.Address.ToString() == node.Info!.Address));
    }

    private void Write()
    {
        Timers.Cancel(nameof(WaitedEnough));
        Timers.Cancel(nameof(AskAgain));
        _writing = true;
        _writingSince = Stopwatch.GetTimestamp();
        PersistAsync(_closing!.Finish(), OnWritten);
    }

    private void OnWritten(EpochClosed durable)
    {
        _state.Apply(durable);
        (_closing, _writing) = (null, false);
        _node.Metrics.OnEpochClosed();
        _node.Metrics.OnWritten("roster", _writingSince);
        _closedAt = _node.Time.GetUtcNow();
        var parts = durable.Delta.Split();
        foreach (var member in _cluster.State.Members.Where(member => member.HasRole(NodeNames.Role)))
            Send(Replica(member.Address.ToString()), parts);
        if (_stopping)
        {
            Context.Stop(Self);
            return;
        }
        if (_state.Epoch.Number % (ulong)_node.Options.EpochsPerSnapshot == 0 && _state.Remember() is { } memory)
            SaveSnapshotAfter(0, () => memory);
        Schedule();
    }

    private ActorSelection Replica(string address) => Context.ActorSelection(
        address == _cluster.SelfAddress.ToString() ? $"/user/{NodeNames.Replica}" : $"{address}/user/{NodeNames.Replica}");

    private sealed class Close
    {
        public static readonly Close Instance = new();
    }

    private sealed class AskAgain
    {
        public static readonly AskAgain Instance = new();
    }

    private sealed class WaitedEnough
    {
        public static readonly WaitedEnough Instance = new();
    }
}
