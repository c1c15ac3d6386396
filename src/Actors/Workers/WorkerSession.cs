using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// A c-node at work, on the node that has the slots: opens a chain of its own, takes leases, has them executed, signs the results,
/// and sends them back to the job. It keeps nothing: what is lost with it, others do again.
/// </summary>
public sealed class WorkerSession : ReceiveActor, IWithTimers
{
    private const string OtherKey = "Its key is another one than in the roster that drew it.";

    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AttachEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OpenAgainAfter = TimeSpan.FromSeconds(10);

    private readonly LocalWorker _worker;
    private readonly NodeContext _node;
    private readonly SlotPool _slots;
    private readonly IActorRef _preparations;
    private readonly SessionOpening _opening;
    private readonly SessionLeases _leases = new();
    private readonly List<Finished> _unsigned = [];
    private readonly CancellationTokenSource _end = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private SessionSigner? _signer;
    private byte[] _saltSecret;
    private (Func<CancellationToken, Task> What, IActorRef Asker)? _keyChange;
    private string? _dead;

    /// <param name="worker">The c-node that this session works as.</param>
    /// <param name="slots">Where it executes.</param>
    /// <param name="preparations">Where bundles wait whose payload is not compiled.</param>
    /// <param name="holder">32 random bytes of this process.</param>
    public WorkerSession(LocalWorker worker, NodeContext node, SlotPool slots, IActorRef preparations, Hash256 holder)
    {
        (_worker, _node, _slots, _preparations, _opening) = (worker, node, slots, preparations, new SessionOpening(worker, node, holder));
        _saltSecret = SessionSigner.SaltSecret(worker.Keys.Key);
        Receive<Assign>(OnAssign);
        Receive<Finished>(OnFinished);
        Receive<Release>(release => _leases.Release(release.JobId));
        Receive<ReturnAll>(_ => _leases.ReleaseAll());
        Receive<Unjudged>(unjudged => _signer?.SignUnpaid(unjudged));
        Receive<SignRewards>(ask => _signer?.SignRewards(ask.Settlement, Sender, Self));
        Receive<ChainProtocol.Appended>(appended => _signer?.OnAppended(appended, Self));
        Receive<ChainProtocol.AppendRefused>(OnRefused);
        Receive<OpenedSession>(OnOpened);
        Receive<KeyChanged>(OnKeyChanged);
        Receive<Rotate>(_ => ChangeKey(_opening.RotateAsync));
        Receive<Revoke>(_ => ChangeKey(_opening.RevokeAsync));
        Receive<Status.Failure>(OnNotOpened);
        Receive<Open>(_ => OnOpen());
        Receive<Tick>(_ => OnTick());
        Receive<Attach>(attach => _node.Worker.Tell(attach, Self));
        ReceiveAny(message => node.RefuseUnknown(message, Sender));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>To the parent: the c-node can be drawn, by a declaration of this epoch, and signs with this key.</summary>
    internal sealed record Opened(NodeId Worker, Epoch Declared, PublicKey Key);

    /// <summary>To the parent: the c-node can't work, not before it is <see cref="Opened"/> again.</summary>
    internal sealed record Closed(NodeId Worker, string Why);

    /// <summary>From the operator: the next key takes over. Answered by <see cref="KeyChanged"/>.</summary>
    internal sealed record Rotate;

    /// <summary>From the operator: the c-node ends. Answered by <see cref="KeyChanged"/>.</summary>
    internal sealed record Revoke;

    /// <param name="Error">Null if it is done.</param>
    internal sealed record KeyChanged(string? Error);

    protected override void PreStart()
    {
        Self.Tell(Open.Instance);
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, TickEvery);
    }

    /// <summary>The node leaves: what runs is given back unfinished.</summary>
    internal sealed record ReturnAll;

    protected override void PostStop()
    {
        _end.Cancel();
        _leases.Dispose();
    }

    // ── its chain ───────────────────────────────────────────────────────────────────────────────────────────────────

    private void OnOpen() => _opening.OpenAsync(_end.Token).PipeTo(Self);

    private void OnOpened(OpenedSession opened)
    {
        var self = Self;
        var writer = new ChainWriter(
            new ChainOutbox(opened.Chain, opened.Seen), _worker.Keys.Key, () => _node.Rosters.Checkpoint, _node.KeyOf,
            append => _node.Chain.Tell(append, self), _node.Time, _log);
        _signer = new SessionSigner(_worker, writer);
        _saltSecret = SessionSigner.SaltSecret(_worker.Keys.Key);
        Context.Parent.Tell(new Opened(_worker.Id, opened.Declared, writer.Key));
        _node.Worker.Tell(new Attach(_worker.Id), Self);
        Timers.StartPeriodicTimer(nameof(Attach), new Attach(_worker.Id), AttachEvery);
        SignHeld();
    }

    private void SignHeld()
    {
        var held = _unsigned.ToArray();
        _unsigned.Clear();
        foreach (var work in held)
            OnFinished(work);
    }

    private void OnNotOpened(Status.Failure failure)
    {
        if (failure.Cause is EntryRefusedException refused)
        {
            Close(refused.Message);
            return;
        }
        _log.Warning(failure.Cause, "Worker {0} could not open its chain, and tries again.", _worker.Id);
        Timers.StartSingleTimer(nameof(Open), Open.Instance, OpenAgainAfter);
    }

    private void OnRefused(ChainProtocol.AppendRefused refused)
    {
        if (_signer?.Writer.OnRefused(refused) == true)
            Close($"{refused.Reason}: {refused.Message}");
    }

    private void Close(string why)
    {
        _dead = why;
        _signer = null;
        Timers.Cancel(nameof(Attach));
        _log.Error("Worker {0} can't work: {1}", _worker.Id, why);
        Context.Parent.Tell(new Closed(_worker.Id, why));
        SignHeld();
    }

    private void OnTick()
    {
        _signer?.Writer.Flush();
        // A new key ends this chain: what it has signed must be in it first.
        if (_keyChange is not { } change || _signer is not { Writer.Waiting: 0 })
            return;
        _signer = null;
        _leases.ReleaseAll(); // the rosters that drew these have the old key
        Context.Parent.Tell(new Closed(_worker.Id, "Its key is being changed."));
        change.What(_end.Token).PipeTo(Self, Self, () => new KeyChanged(null), error => new KeyChanged(error.Message));
    }

    private void ChangeKey(Func<CancellationToken, Task> what)
    {
        if (_signer is null || _keyChange is not null)
        {
            Sender.Tell(new KeyChanged(_dead ?? "Its chain is being opened, or its key is being changed: try again."));
            return;
        }
        _keyChange = (what, Sender);
        OnTick();
    }

    private void OnKeyChanged(KeyChanged changed)
    {
        _keyChange?.Asker.Tell(changed);
        _keyChange = null;
        OnOpen();
    }

    // ── its work ────────────────────────────────────────────────────────────────────────────────────────────────────

    private void OnAssign(Assign assign)
    {
        if (_dead is not null || _signer is { IsAble: false })
        {
            Sender.Tell(new JobProtocol.Decline(
                assign.JobId, assign.Bundle, assign.Attempt, _worker.Id, _dead ?? "Its chain's keeper is away, and it signs no more meanwhile.", default));
            return;
        }
        if (_signer is { } signer && !SignsFor(assign, signer))
        {
            Sender.Tell(new JobProtocol.Decline(assign.JobId, assign.Bundle, assign.Attempt, _worker.Id, OtherKey, signer.SignDecline(assign)));
            return;
        }
        if (_leases.Hold(assign, Sender) is not { } lease)
            return;
        var self = Self;
        var salt = BundleSalt.Derive(_saltSecret, assign.JobId, assign.Bundle, assign.Attempt);
        var (id, preparations) = (_worker.Id, _preparations);
        var work = new BundleWork(_worker.Sandbox, assign, new BundleSteps(
            // The tree is made on the slot's thread: some 1 µs a task.
            Done: done => self.Tell(Finished.Of(lease, done, id, salt)),
            Unready: unready => preparations.Tell(new PreparationsActor.Prepare(unready)),
            Preparing: waiting => lease.Asker.Tell(new Preparing(assign.JobId, assign.Bundle, assign.Attempt, id), self)), lease.Cancel.Token);
        _slots.OnLease();
        if (_worker.Sandbox.IsReady(assign.Payload))
            _slots.Run(work);
        else
            work.Steps.Unready(work);
    }

    private void OnFinished(Finished finished)
    {
        if (_signer is null && _dead is null)
        {
            _unsigned.Add(finished);
            return;
        }
        var (assign, job) = (finished.Work.Assign, finished.Lease.Asker);
        if (finished.Root is { } root && _signer is not null && SignsFor(assign, _signer))
            ResultParts.Send(_worker.Id, assign, finished.Work.Results, _signer.SignResult(assign, finished.Salt, root), job, Self);
        else
            Decline(assign, finished, job);
        _leases.Drop(finished.Lease);
        _slots.OnAnswered();
        _node.Metrics.OnBundle(finished.Work.Complete, finished.Work.End());
    }

    private void Decline(Assign assign, Finished finished, IActorRef job)
    {
        var why = _dead ?? (_signer is { } signer && !SignsFor(assign, signer) ? OtherKey : "The lease ran out before a slot was free.");
        if (finished.Fault is { } fault)
        {
            why = fault;
            if (_leases.IsFirstFault(assign.JobId)) // a broken machine fails at every bundle: once a job says it
                _log.Error("Worker {0} could not execute bundle {1} of job {2}: {3}", _worker.Id, assign.Bundle, assign.JobId, why);
        }
        // A node that leaves may end before its chain has the word: without one the job signs that the lease has expired.
        var entry = _node.Draining ? default : _signer?.SignDecline(assign) ?? default;
        job.Tell(new JobProtocol.Decline(assign.JobId, assign.Bundle, assign.Attempt, _worker.Id, why, entry));
    }

    /// <summary>A result counts by the key of the roster that drew it: after a rotation it would be refused, and so it is not signed.</summary>
    private bool SignsFor(Assign assign, SessionSigner signer) => _worker.Id.SignsWith(signer.Writer.Key, assign.Key);

    /// <summary>A bundle that came out of its slot.</summary>
    /// <param name="Root">Over its results; null where it is declined.</param>
    /// <param name="Fault">Why the worker could not execute it; null where it could.</param>
    private sealed record Finished(SessionLeases.Lease Lease, BundleWork Work, BundleSalt Salt, Hash256? Root, string? Fault)
    {
        public static Finished Of(SessionLeases.Lease lease, BundleWork work, NodeId worker, BundleSalt salt)
        {
            var assign = work.Assign;
            if (work.Fault is { } cause)
                return new Finished(lease, work, salt, null, cause);
            if (work.Results.Count < assign.Inputs.Count)
                return new Finished(lease, work, salt, null, null);
            if (work.Results.FirstOrDefault(result => result.Reason == NoResultReason.WorkerFault) is { } fault)
                return new Finished(lease, work, salt, null, System.Text.Encoding.UTF8.GetString(fault.Stderr.Span));
            var digests = new Hash256?[work.Results.Count];
            for (var i = 0; i < digests.Length; i++)
                digests[i] = work.Results[i].Digest();
            return new Finished(lease, work, salt, ResultBatch.Build(worker, assign.FirstTask, assign.Attempt, salt, digests).Root, null);
        }
    }

    private sealed class Open
    {
        public static readonly Open Instance = new();
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
