using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside.Workers;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Outside.Workers.Working;

namespace AkkaCompute.Authors.Workers;

/// <summary>
/// One session of a worker outside, without its socket: frames of the gateway in, frames out. It accepts what it can run, signs results and
/// rewards into its chain, and says again on a new connection what the gateway may not have. For one thread at a time.
/// </summary>
/// <param name="worker">The c-node.</param>
/// <param name="signer">Signs into the chain of this session.</param>
/// <param name="saltSecret"><see cref="WorkerSigner.SaltSecret"/>.</param>
/// <param name="canRun">Why it does not run what is offered; <c>null</c> where it does.</param>
/// <param name="run">Begins a bundle whose inputs are all there; answered by <see cref="Finish"/> or <see cref="Pass"/>.</param>
/// <param name="send">Takes a frame to the gateway, or loses it where there is no connection.</param>
public sealed class OutsideSession(
    NodeId worker, WorkerSigner signer, byte[] saltSecret, Func<Offer, string?> canRun, Action<OutsideBundle> run, Action<WorkerFrame> send)
{
    private readonly FrameLog _log = new();
    private readonly Dictionary<long, OutsideBundle> _bundles = [];
    private Hash256 _session;

    /// <summary>The latest epoch record that a gateway has told.</summary>
    public Checkpoint Seen { get; private set; }

    /// <summary>Bundles that were accepted and are not answered.</summary>
    public int Held => _bundles.Count;

    /// <summary>Sessions that were begun, and not resumed.</summary>
    public int Begun { get; private set; }

    /// <summary>What is said first on a new connection.</summary>
    /// <param name="blobs">Whether it gets inputs that are blobs, and puts large outputs.</param>
    public Join Join(int credit, bool blobs = false) => new(credit, _session) { Ack = _log.Seen, Blobs = blobs };

    /// <summary>A frame of the gateway.</summary>
    /// <exception cref="FrameOrderException">The gateway does not keep to the order.</exception>
    public void On(WorkerFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame is Joined joined)
            OnJoined(joined);
        else if (_log.Take(frame))
            OnFresh(frame);
        if (_log.OwesAck)
            send(_log.Stamp(new Heard()));
    }

    /// <summary>All tasks of a bundle have results: they are signed, and sent.</summary>
    public void Finish(OutsideBundle bundle, IReadOnlyList<TaskResult> results)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(results);
        if (!_bundles.Remove(bundle.Offer.Lease) || bundle.IsCancelled)
            return;
        var offer = bundle.Offer;
        var salt = BundleSalt.Derive(saltSecret, offer.Job, offer.Bundle, offer.Attempt);
        var root = ResultBatch.Build(worker, offer.First, offer.Attempt, salt, [.. results.Select(result => result.Digest())]).Root;
        var signed = signer.SignResult(bundle.Assign(worker), salt, root);
        var parts = ResultParts.Cut(results);
        for (var part = 0; part < parts.Count; part++)
            Send(new Results(offer.Lease, parts[part], part == parts.Count - 1 ? new SignedResult(signed.Entry, salt) : null));
    }

    /// <summary>A bundle is given back.</summary>
    /// <param name="signed">Whether the c-node says so in its chain, too.</param>
    public void Pass(OutsideBundle bundle, string why, bool signed)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        if (_bundles.Remove(bundle.Offer.Lease) && !bundle.IsCancelled)
            Send(new Pass(bundle.Offer.Lease, why, signed ? signer.SignDecline(bundle.Assign(worker)) : default));
    }

    /// <summary>The program of a bundle is not ready yet: its lease lasts its whole time from now on.</summary>
    public void Prepare(OutsideBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        Send(new Preparing(bundle.Offer.Lease));
    }

    /// <summary>The keeper has appended entries.</summary>
    public void OnAppended(ChainProtocol.Appended appended)
    {
        foreach (var signed in signer.OnAppended(appended))
            Send(new Rewards(signed.JobId, signed.Number, signed.Entries));
    }

    private void OnJoined(Joined joined)
    {
        if (joined.Resumed)
        {
            _log.Acknowledge(joined.Ack);
            foreach (var frame in _log.Kept)
                send(_log.Stamp(frame));
            return;
        }
        _log.Reset();
        _session = joined.Session;
        Begun++;
        foreach (var bundle in _bundles.Values)
            bundle.IsCancelled = true;
        _bundles.Clear();
    }

    private void OnFresh(WorkerFrame frame)
    {
        switch (frame)
        {
            case Offer offer when canRun(offer) is { } why:
                Send(new Pass(offer.Lease, why, default));
                break;
            case Offer offer:
                _bundles[offer.Lease] = new OutsideBundle(offer);
                Send(new Take(offer.Lease));
                break;
            case Inputs inputs when _bundles.TryGetValue(inputs.Lease, out var bundle):
                See(inputs.Seen);
                bundle.Add(inputs);
                if (inputs.Last && bundle.Inputs.Count == bundle.Offer.Tasks)
                    run(bundle);
                else if (inputs.Last)
                    Pass(bundle, $"{bundle.Inputs.Count} inputs came for {bundle.Offer.Tasks} tasks.", signed: false);
                break;
            case Cancel cancel when _bundles.Remove(cancel.Lease, out var bundle):
                bundle.IsCancelled = true;
                break;
            case Settle settle:
                var settlement = new Vouch(settle.Boss, worker, Role.Worker, settle.Job, settle.Number, 0, 0, 0, settle.Entries);
                if (signer.SignRewards(settlement) is { } rewards)
                    Send(new Rewards(rewards.JobId, rewards.Number, rewards.Entries));
                break;
            case Unjudged unjudged:
                signer.SignUnpaid(new JobProtocol.Unjudged(unjudged.Job, worker, unjudged.Boss, unjudged.Results));
                break;
            case Pong pong:
                See(pong.Seen);
                break;
        }
    }

    private void See(Checkpoint seen)
    {
        if (seen.Epoch > Seen.Epoch)
            Seen = seen;
    }

    private void Send(WorkerFrame frame) => send(_log.Stamp(_log.Number(frame)));
}

/// <summary>A bundle that a worker outside has accepted.</summary>
public sealed class OutsideBundle(Offer offer)
{
    private readonly List<ReadOnlyMemory<byte>> _inputs = [];

    public Offer Offer => offer;

    public IReadOnlyList<ReadOnlyMemory<byte>> Inputs => _inputs;

    /// <summary>Nobody wants it any more.</summary>
    public bool IsCancelled { get; internal set; }

    /// <summary>Blobs are among the inputs, which stand as <see cref="TaskInput"/> writes them.</summary>
    public bool HasBlobs { get; private set; }

    internal void Add(Inputs inputs)
    {
        _inputs.AddRange(inputs.Items);
        HasBlobs |= inputs.HasBlobs;
    }

    /// <summary>The lease as it was assigned.</summary>
    internal JobProtocol.Assign Assign(NodeId worker) => new(
        offer.Job, offer.Bundle, offer.Attempt, offer.Epoch, worker, offer.Payload, offer.Limits, offer.First, _inputs, offer.For)
    {
        HasBlobs = HasBlobs,
    };
}
