using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Authors.Chains;
using AkkaCompute.Authors.Workers;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Reputation;

namespace AkkaCompute.Actors.Workers;

/// <summary>Signs with a key of this process: opens a chain of its own for the session, and signs into it.</summary>
internal sealed class KeyPen : IPen
{
    private const string OtherKey = "Its key is another one than in the roster that drew it.";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _openAgainAfter = TimeSpan.FromSeconds(10);

    private readonly LocalWorker _worker;
    private readonly WorkerNode _node;
    private readonly WorkerMainChain _main;
    private readonly ILoggingAdapter _log;
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<(JobId Job, long Number), IActorRef> _askers = [];
    private ISessionRef? _session;
    private WorkerSigner? _signer;
    private byte[] _saltSecret;
    private (Func<CancellationToken, Task> What, IActorRef Asker)? _keyChange;
    private DateTimeOffset? _openAgain;
    private string? _dead;

    /// <param name="holder">32 random bytes of this process.</param>
    public KeyPen(LocalWorker worker, WorkerNode node, Hash256 holder, ILoggingAdapter log)
    {
        (_worker, _node, _log) = (worker, node, log);
        var role = new WorkerRole(worker.Capabilities, node.Rules.AdmissionBits, node.Rules.CheckpointMaxAge);
        _main = new WorkerMainChain(
            worker.Keys, role, holder, (message, cancel) => Keepers.AskAsync(node.Chain, message, _patience, cancel), node.Time);
        _saltSecret = WorkerSigner.SaltSecret(worker.Keys.Key);
    }

    /// <summary>From the operator: the next key takes over. Answered by <see cref="KeyChanged"/>.</summary>
    internal sealed record Rotate;

    /// <summary>From the operator: the c-node ends. Answered by <see cref="KeyChanged"/>.</summary>
    internal sealed record Revoke;

    /// <param name="Error">Null if it is done.</param>
    internal sealed record KeyChanged(string? Error);

    public bool IsSettled => _signer is not null || _dead is not null;

    private ISessionRef Session => _session ?? throw new InvalidOperationException("The session has not started.");

    public void Start(ISessionRef session)
    {
        _session = session;
        Open();
    }

    public string? Refusal(JobProtocol.Assign assign) =>
        _dead
        ?? (_signer is null ? null
            : !_signer.IsAble ? "Its chain's keeper is away, and it signs no more meanwhile."
            : SignsFor(assign, _signer) ? null : OtherKey);

    public BundleSalt SaltOf(JobProtocol.Assign assign) => BundleSalt.Derive(_saltSecret, assign.JobId, assign.Bundle, assign.Attempt);

    public Commitment? Commit(BundleEnd end) =>
        end.Root is { } root && _signer is { } signer && SignsFor(end.Lease.Assign, signer)
            ? signer.SignResult(end.Lease.Assign, end.Salt, root)
            : null;

    /// <summary>A node that leaves may end before its chain has the word: without one the job signs that the lease has expired.</summary>
    public ReadOnlyMemory<byte> Decline(JobProtocol.Assign assign, BundleEnd? end) =>
        _signer is not { } signer || (end is null && !signer.IsAble) || (end is not null && _node.Drain.IsOn)
            ? default
            : signer.SignDecline(assign);

    public void Reward(Vouch settlement, IActorRef asker)
    {
        if (_signer?.SignRewards(settlement) is { } signed)
            asker.Tell(signed, Session.Actor);
        else if (_signer is not null)
            _askers[(settlement.Job, settlement.Number)] = asker;
    }

    public void Unpaid(JobProtocol.Unjudged unjudged) => _signer?.SignUnpaid(unjudged);

    public bool Receive(object message, IActorRef sender)
    {
        switch (message)
        {
            case ChainProtocol.Appended appended:
                OnAppended(appended);
                break;
            case ChainProtocol.AppendRefused refused:
                if (_signer?.Writer.OnRefused(refused) == true)
                    Close($"{refused.Reason}: {refused.Message}");
                break;
            case OpenedChain opened:
                OnOpened(opened);
                break;
            case Status.Failure failure:
                OnNotOpened(failure.Cause);
                break;
            case Rotate:
                ChangeKey(_main.RotateAsync, sender);
                break;
            case Revoke:
                ChangeKey(_main.RevokeAsync, sender);
                break;
            case KeyChanged changed:
                OnKeyChanged(changed);
                break;
            default:
                return false;
        }
        return true;
    }

    public void OnTick()
    {
        _signer?.Writer.Flush();
        if (_openAgain <= _node.Time.GetUtcNow())
            Open();
        // A new key ends this chain: what it has signed must be in it first.
        if (_keyChange is not { } change || _signer is not { Writer.Waiting: 0 })
            return;
        _signer = null;
        Session.ReleaseAll(); // the rosters that drew these have the old key
        Session.Closed("Its key is being changed.", forGood: false);
        change.What(_end.Token).PipeTo(Session.Actor, Session.Actor, () => new KeyChanged(null), error => new KeyChanged(error.Message));
    }

    public void Dispose() => _end.Cancel();

    private void Open()
    {
        _openAgain = null;
        OpenAsync(_end.Token).PipeTo(Session.Actor);
    }

    private async Task<OpenedChain> OpenAsync(CancellationToken cancel)
    {
        await _node.Openings.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await _main.OpenAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _node.Openings.Release();
        }
    }

    private void OnOpened(OpenedChain opened)
    {
        var self = Session.Actor;
        var writer = new ChainWriter(
            new ChainOutbox(opened.Chain, opened.Seen), _worker.Keys.Key, () => _node.Rosters.Checkpoint, _node.KeyOf,
            append => _node.Chain.Tell(append, self), _node.Time, warning => _log.Warning("{0}", warning));
        _signer = new WorkerSigner(_worker.Id, writer);
        _askers.Clear();
        _saltSecret = WorkerSigner.SaltSecret(_worker.Keys.Key);
        Session.Opened(opened.Declared, writer.Key);
    }

    private void OnNotOpened(Exception cause)
    {
        if (cause is EntryRefusedException refused)
        {
            Close(refused.Message);
            return;
        }
        _log.Warning(cause, "Worker {0} could not open its chain, and tries again.", _worker.Id);
        _openAgain = _node.Time.GetUtcNow() + _openAgainAfter;
    }

    private void OnAppended(ChainProtocol.Appended appended)
    {
        foreach (var signed in _signer?.OnAppended(appended) ?? [])
        {
            if (_askers.Remove((signed.JobId, signed.Number), out var asker))
                asker.Tell(signed, Session.Actor);
        }
    }

    private void Close(string why)
    {
        _dead = why;
        _signer = null;
        Session.Closed(why, forGood: true);
    }

    private void ChangeKey(Func<CancellationToken, Task> what, IActorRef asker)
    {
        if (_signer is null || _keyChange is not null)
        {
            asker.Tell(new KeyChanged(_dead ?? "Its chain is being opened, or its key is being changed: try again."));
            return;
        }
        _keyChange = (what, asker);
        OnTick();
    }

    private void OnKeyChanged(KeyChanged changed)
    {
        _keyChange?.Asker.Tell(changed);
        _keyChange = null;
        Open();
    }

    /// <summary>
    /// A result counts by the key of the roster that drew it: after a rotation it would be refused, and so it is not signed.
    /// </summary>
    private bool SignsFor(JobProtocol.Assign assign, WorkerSigner signer) => _worker.Id.SignsWith(signer.Writer.Key, assign.Key);
}
