using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside.Workers;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Outside.Workers.Working;

namespace AkkaCompute.Gateway.Workers;

/// <summary>
/// Runs bundles at the other end of a WebSocket: offers them, sends the inputs of those that are accepted, and takes the results.
/// </summary>
/// <param name="guest">The c-node.</param>
/// <param name="line">Its connections.</param>
/// <param name="pen">Has the rewards that come.</param>
/// <param name="services">What the node offers.</param>
internal sealed class RemoteHand(Guest guest, SessionLine line, RemotePen pen, GuestServices services) : IHand
{
    /// <summary>Leases that one worker has or waits for: each may hold 64 KB of inputs.</summary>
    private const int MostBundles = 128;

    /// <summary>A job looks once a second which leases ran out.</summary>
    private static readonly TimeSpan _jobFirst = TimeSpan.FromSeconds(3);

    private readonly Dictionary<long, RemoteBundle> _bundles = [];
    private readonly Queue<RemoteBundle> _waiting = new();
    private ISessionRef? _session;
    private long _last;
    private int _credit, _lent;
    private bool _takesBlobs;

    /// <summary>A connection has joined the session.</summary>
    /// <param name="Fresh">The name of the session, if it begins anew.</param>
    internal sealed record Arrived(IWorkerSocket Socket, Join Join, Hash256 Fresh);

    /// <summary>A frame of a connection.</summary>
    internal sealed record Came(IWorkerSocket Socket, WorkerFrame Frame);

    /// <summary>A connection is lost.</summary>
    /// <param name="ByWorker">It has said goodbye.</param>
    internal sealed record Lost(IWorkerSocket Socket, bool ByWorker);

    private sealed record CalledOff(long Lease);

    public void Start(ISessionRef session) => _session = session;

    public void Run(Lease lease, BundleSalt salt)
    {
        var bundle = new RemoteBundle(++_last, lease, services.Time.GetTimestamp());
        var why = _bundles.Count >= MostBundles ? $"It has {MostBundles} leases already."
            : bundle.NeedsBlobs && !_takesBlobs
                ? $"Its program takes no inputs that are blobs and puts no outputs over {JobSpec.MaxOutput} bytes: it has not said so "
                    + "when it joined."
            : null;
        if (why is not null)
        {
            _session!.Tell(new RemoteEnd(lease, TimeSpan.Zero) { Why = why });
            return;
        }
        _bundles.Add(bundle.Number, bundle);
        _waiting.Enqueue(bundle);
        bundle.OnCancel = lease.Cancelled.Register(() => _session!.Tell(new CalledOff(bundle.Number)));
        Offer();
    }

    public void OnAnswered(BundleEnd end) => services.OnBundle(end.Signed is not null, ((RemoteEnd)end).Age);

    /// <summary>Where the lease was accepted, and no result has come.</summary>
    public Gone? GoneOf(Lease lease)
    {
        if (!_bundles.Values.Any(bundle => bundle.Lease == lease && bundle.State == BundleState.Accepted))
            return null;
        var assign = lease.Assign;
        return Gone.Sign(services.Node, assign.JobId, assign.Bundle, assign.Attempt, assign.Epoch, guest.Id);
    }

    public bool Receive(object message)
    {
        switch (message)
        {
            case Came came:
                OnCame(came);
                break;
            case Arrived arrived:
                OnArrived(arrived);
                break;
            case Lost lost when line.Detach(lost.Socket):
                services.Workers.Tell(new GuestProtocol.Leave(
                    _session!.Actor, lost.ByWorker ? TimeSpan.Zero : services.Limits.Grace, "Its connection is lost."), _session.Actor);
                break;
            case Lost:
                break;
            case CalledOff off when _bundles.TryGetValue(off.Lease, out var bundle):
                End(bundle, "It is not wanted any more.");
                break;
            case CalledOff:
                break;
            default:
                return false;
        }
        return true;
    }

    /// <summary>
    /// What ran out is given up here too, after its job has done so: the job says that it ran out, and has asked somebody else.
    /// </summary>
    public void OnTick()
    {
        foreach (var bundle in _bundles.Values
            .Where(bundle => services.Time.GetElapsedTime(bundle.Since) > bundle.Assign.LeaseTime + _jobFirst).ToArray())
            End(bundle, "The lease ran out.");
    }

    public void Dispose() => line.Socket?.Close(WorkerClose.Unavailable, "The session has ended.");

    private void OnArrived(Arrived arrived)
    {
        services.Workers.Tell(new GuestProtocol.Stay(_session!.Actor), _session.Actor);
        (_credit, _takesBlobs) = (arrived.Join.Credit, arrived.Join.Blobs);
        try
        {
            if (arrived.Join.Session == line.Id)
            {
                line.Attach(arrived.Socket, arrived.Join.Ack);
            }
            else
            {
                line.Begin(arrived.Socket, arrived.Fresh);
                pen.OnBegun();
                foreach (var bundle in _bundles.Values.Where(bundle => bundle.State != BundleState.Waiting).ToArray())
                    End(bundle, "Its c-node has begun anew.");
            }
            Offer();
        }
        catch (Exception wrong) when (wrong is WorkerProtocolException or FrameOrderException)
        {
            arrived.Socket.Close(WorkerClose.Malformed, wrong.Message);
        }
    }

    private void OnCame(Came came)
    {
        try
        {
            if (line.Take(came.Socket, came.Frame))
                On(came.Frame);
        }
        catch (Exception wrong) when (wrong is WorkerProtocolException or FrameOrderException)
        {
            came.Socket.Close(WorkerClose.Malformed, wrong.Message);
        }
    }

    private void On(WorkerFrame frame)
    {
        switch (frame)
        {
            case Ping:
                line.Put(new Pong(services.Seen()));
                break;
            case Credit credit:
                _credit = credit.Leases;
                break;
            case Rewards rewards:
                pen.OnRewards(rewards);
                break;
            case Take take when Find(take.Lease) is { State: BundleState.Offered } bundle:
                OnTaken(bundle);
                break;
            case Pass pass when Find(pass.Lease) is { } bundle:
                End(bundle, pass.Why.Length > 0 ? pass.Why : "It passes.", Declined(bundle, pass.Entry));
                break;
            case Preparing preparing when Find(preparing.Lease) is { } bundle:
                bundle.Since = services.Time.GetTimestamp();
                var assign = bundle.Assign;
                bundle.Lease.Asker.Tell(new JobProtocol.Preparing(assign.JobId, assign.Bundle, assign.Attempt, guest.Id), _session!.Actor);
                break;
            case Results results when Find(results.Lease) is { } bundle:
                OnResults(bundle, results);
                break;
        }
        Offer(); // an acknowledgement makes room, too
    }

    private void OnTaken(RemoteBundle bundle)
    {
        bundle.State = BundleState.Accepted;
        var assign = bundle.Assign;
        if (services.Speaks() >= 1)
            bundle.Lease.Asker.Tell(new JobProtocol.Taken(assign.JobId, assign.Bundle, assign.Attempt, guest.Id), _session!.Actor);
        SendInputs(bundle);
    }

    // those that have ended are answered by nothing: the worker was told
    private RemoteBundle? Find(long lease) => _bundles.GetValueOrDefault(lease);

    private void Offer()
    {
        while (line.IsOpen && _lent < _credit && _waiting.TryDequeue(out var bundle))
        {
            if (!_bundles.ContainsKey(bundle.Number))
                continue;
            bundle.State = BundleState.Offered;
            _lent++;
            line.Send(bundle.Offer(services.Time));
        }
    }

    private void SendInputs(RemoteBundle bundle)
    {
        foreach (var part in bundle.InputParts(services.Seen()))
            line.Send(part);
    }

    private void OnResults(RemoteBundle bundle, Results results)
    {
        if (bundle.State != BundleState.Accepted)
            throw new WorkerProtocolException($"results: lease {results.Lease} was not accepted.");
        if (bundle.Add(results.Items) is { } flaw)
        {
            End(bundle, flaw);
            return;
        }
        if (results.Signed is not { } signed)
            return;
        if (bundle.Flaw(signed, guest) is { } wrong)
            End(bundle, wrong);
        else
            End(bundle, null, signed: new Commitment(signed.Entry, signed.Salt, guest.Key));
    }

    /// <summary>A decline that does not say what it should is as good as none.</summary>
    private ReadOnlyMemory<byte> Declined(RemoteBundle bundle, ReadOnlyMemory<byte> bytes)
    {
        var assign = bundle.Assign;
        return !bytes.IsEmpty && Entry.TryParse(bytes.Span, out var entry, out _)
            && entry.Claims.Equals(new Decline(assign.JobId, assign.Bundle, assign.Attempt, assign.Epoch))
            && entry.Place.Issuer == guest.Id && entry.Verify(guest.Key) ? bytes : default;
    }

    private void End(RemoteBundle bundle, string? why, ReadOnlyMemory<byte> declined = default, Commitment? signed = null)
    {
        _bundles.Remove(bundle.Number);
        bundle.OnCancel.Dispose();
        if (bundle.State != BundleState.Waiting)
        {
            _lent--;
            if (signed is null)
                line.Send(new Cancel(bundle.Number)); // the worker forgets it, whoever gave it up
        }
        _session!.Tell(new RemoteEnd(bundle.Lease, services.Time.GetElapsedTime(bundle.Since))
        {
            Results = signed is null ? [] : bundle.Results, Signed = signed, Declined = declined, Why = why,
        });
        Offer();
    }

    private sealed record RemoteEnd(Lease Lease, TimeSpan Age) : BundleEnd(Lease);
}
