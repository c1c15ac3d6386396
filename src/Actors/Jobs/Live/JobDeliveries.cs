using Akka.Actor;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Reputation;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>
/// Sends a job's outbox: each vouch to the worker's reputation, to the worker, who vouches for the boss in return, and what it pays
/// to the worker's account; all of it when the verdict is in the boss's chain. What is not acknowledged in time is sent again; all
/// receivers know repetitions by their numbers.
/// </summary>
internal sealed class JobDeliveries : ILivePart
{
    /// <summary>Lines sent again at once to one worker: the acknowledgements of these bring the next.</summary>
    private const int Burst = 64;

    /// <summary>Acknowledgements that make one event, while the job is not over: a crash sends at most so many again in vain.</summary>
    private const int ArrivedPerEvent = 256;

    private static readonly TimeSpan GapPause = TimeSpan.FromSeconds(1);

    private readonly JobState _state;
    private readonly JobOptions _options;
    private readonly JobNode _node;
    private readonly IActorRef _self;
    private readonly Dictionary<NodeId, Track> _tracks = [];
    private readonly HashSet<NodeId> _arrived = [];
    private readonly HashSet<NodeId> _held; // have lines that wait for receipts
    private int _acknowledged;
    private long _receipted;

    public JobDeliveries(JobState state, JobOptions options, JobNode node, IActorRef self)
    {
        (_state, _options, _node, _self) = (state, options, node, self);
        (_held, _receipted) = ([.. state.Outbox.Owed], state.Verdicts?.Receipted ?? 0);
        Release();
    }

    private DateTimeOffset Now => _node.Time.GetUtcNow();

    public void Register(JobEvents events) => events.On<Decided>(decided =>
    {
        // Its lines go out when its verdicts have receipts.
        _held.UnionWith(decided.Decisions.SelectMany(decision => decision.Verdicts.Select(verdict => verdict.Worker)));
        Release();
    });

    /// <summary>The job's entries have receipts up to this number.</summary>
    public void OnReceipts(long verdicts)
    {
        if (verdicts <= _receipted)
            return;
        _receipted = verdicts;
        Release();
    }

    private void Release()
    {
        foreach (var worker in _held.ToArray())
        {
            var (track, ready) = (TrackOf(worker), _state.Outbox.Ready(worker, _receipted));
            if (ready == _state.Outbox.Last(worker))
                _held.Remove(worker);
            if (track.Sent >= ready)
                continue;
            if (track.IsIdle)
                Resend(worker, track.Sent + 1);
            else if (track.Sent + 1 == ready)
                SendOn(worker, track);
            // Else lines before it are still to go: the acknowledgements of those that went bring them all.
        }
    }

    public void OnPaid(AccountProtocol.Paid ack) =>
        Acknowledge(ack.NodeId, ack.Number, track => track.Paid = Math.Max(track.Paid, ack.Number));

    public void OnRecorded(Recorded ack) =>
        Acknowledge(ack.NodeId, ack.Number, track => track.Recorded = Math.Max(track.Recorded, ack.Number));

    public void OnSettled(Settled ack) =>
        Acknowledge(ack.NodeId, ack.Number, track => track.Settled = Math.Max(track.Settled, ack.Number));

    /// <summary>What has arrived in all places since the last event: all of it at the end, in larger portions before.</summary>
    public void Collect(ICollection<IEvent> events)
    {
        if (_arrived.Count == 0 || (_acknowledged < ArrivedPerEvent && !_state.Complete))
            return;
        var deliveries = _arrived.Select(worker => new Delivery(worker, _tracks[worker].Everywhere)).ToArray();
        _arrived.Clear();
        _acknowledged = 0;
        events.Add(new Delivered(_state.Spec!.Id, deliveries));
    }

    /// <summary>A receiver misses a line. Every line that it gets before that one says so: one answer is enough for a while.</summary>
    public void OnGap(NodeId worker, long expected)
    {
        var track = TrackOf(worker);
        if (Now < track.SentAt + GapPause)
            return;
        Resend(worker, expected);
    }

    /// <summary>Sends a worker's lines again, from a number on.</summary>
    private void Resend(NodeId worker, long from)
    {
        var track = TrackOf(worker);
        track.SentAt = Now;
        foreach (var vouch in Lines(worker, from).Take(Burst))
        {
            track.Sent = Math.Max(track.Sent, vouch.Number);
            Send(vouch);
        }
    }

    private void SendOn(NodeId worker, Track track)
    {
        foreach (var vouch in Lines(worker, track.Sent + 1))
        {
            track.Sent = vouch.Number;
            Send(vouch);
        }
    }

    public void Tick()
    {
        var old = Now - _options.ResendAfter;
        foreach (var (worker, track) in _tracks)
        {
            if (!track.IsIdle && track.SentAt <= old)
                Resend(worker, track.Everywhere + 1);
        }
    }

    private void Acknowledge(NodeId worker, long number, Action<Track> acknowledge)
    {
        if (number < 1 || number > _state.Outbox.Last(worker))
            return; // nothing that this job has sent: no event may come of it
        var track = TrackOf(worker);
        var before = track.Everywhere;
        acknowledge(track);
        if (track.Everywhere == before)
            return;
        track.SentAt = Now;
        _arrived.Add(worker);
        _acknowledged++;
        if (track.Everywhere == track.Sent && track.Sent < _state.Outbox.Last(worker))
            Resend(worker, track.Sent + 1);
    }

    private void Send(Vouch vouch)
    {
        var after = _state.Outbox.Delivered(vouch.About);
        _node.Reputation.Tell(new Record(vouch) { After = after }, _self);
        _node.Worker.Tell(new Settle(vouch) { After = after }, _self);
        if (!_state.Spec!.Price.IsZero)
            _node.Account.Tell(new AccountProtocol.Pay(vouch.About, vouch.Job, vouch.Number, vouch.Pay), _self);
    }

    private IEnumerable<Vouch> Lines(NodeId worker, long from) =>
        _state.Outbox.From(worker, from, _receipted, _state.Spec!.Boss, _state.Spec.Id);

    private Track TrackOf(NodeId worker)
    {
        if (!_tracks.TryGetValue(worker, out var track))
        {
            var delivered = _state.Outbox.Delivered(worker);
            _tracks[worker] = track = new Track
            {
                Recorded = delivered, Settled = delivered, Sent = delivered, Paid = _state.Spec!.Price.IsZero ? long.MaxValue : delivered,
            };
        }
        return track;
    }

    private sealed class Track
    {
        public long Recorded, Settled, Paid, Sent; // Paid: all, where nothing is paid
        public DateTimeOffset SentAt;

        public long Everywhere => Math.Min(Math.Min(Recorded, Settled), Paid);

        public bool IsIdle => Everywhere >= Sent;
    }
}
