using AkkaCompute.Authors.Chains;
using AkkaCompute.Authors.Light;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Workers;

/// <summary>
/// What a worker signs into its c-node's main chain before it works: the first declaration with its proof of work, or a later one
/// where it can do other things than before, and the opening of a chain of its own. And what its owner has it sign: a rotation,
/// a revocation. Not for several threads at once.
/// </summary>
public sealed class WorkerMainChain
{
    /// <summary>Proofs of work at once in this process: they take a core each.</summary>
    private static readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);

    private readonly IWorkerKeys _keys;
    private readonly WorkerRole _role;
    private readonly MainChain _main;
    private Entry? _declaration;

    /// <param name="role">What it declares itself as.</param>
    /// <param name="holder">32 random bytes of this process.</param>
    /// <param name="ask">As for <see cref="MainChain"/>.</param>
    /// <param name="records">As for <see cref="MainChain"/>.</param>
    public WorkerMainChain(
        IWorkerKeys keys, WorkerRole role, Hash256 holder, Func<IWire, CancellationToken, Task<object>> ask, TimeProvider time,
        IRecordVerifier? records = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        (_keys, _role, _main) = (keys, role, new MainChain(keys.Id, KeyInForce, holder, ask, time, records));
    }

    /// <summary>Declares the c-node where that is not done, and opens a chain for one session.</summary>
    /// <exception cref="EntryRefusedException">The c-node can't work: it is banned, revoked, or its keys are others.</exception>
    public async Task<OpenedChain> OpenAsync(CancellationToken cancel)
    {
        var (place, receipts) = await _main.AppendAsync(SignOpeningAsync, cancel).ConfigureAwait(false);
        var (opening, receipt) = (place.Entries[^1], receipts[^1]);
        var declared = place.Entries.Count > 1 ? receipts[0].Epoch : place.Reserved.Author!.Declared;
        return new OpenedChain(ChainState.Opened(opening, _keys.Key.Public), opening.Place.Checkpoint, declared, receipt);
    }

    /// <summary>The next key takes over; all sub-chains of the old one end with it, so a session opens another one.</summary>
    /// <exception cref="EntryRefusedException">The main chain does not take it.</exception>
    public async Task RotateAsync(CancellationToken cancel)
    {
        var (next, after) = (_keys.Next, _keys.After);
        await _main.AppendAsync((place, _) => SignAsync(place, next, new Rotate(next.Public, after.NodeId.Hash)), cancel)
            .ConfigureAwait(false);
        _keys.Rotate();
    }

    /// <summary>The c-node ends.</summary>
    /// <exception cref="EntryRefusedException">The main chain does not take it.</exception>
    public async Task RevokeAsync(CancellationToken cancel)
    {
        var next = _keys.Next;
        await _main.AppendAsync((place, _) => SignAsync(place, next, new Revoke(next.Public)), cancel).ConfigureAwait(false);
    }

    private async Task SignOpeningAsync(ReservedPlace place, CancellationToken cancel)
    {
        if (place.Reserved.Author is not { } author)
        {
            var checkpoint = place.Reserved.Checkpoint;
            if (_declaration is null
                || checkpoint.Epoch.Number - _declaration.Place.Checkpoint.Epoch.Number > (ulong)_role.CheckpointMaxAge / 2)
                _declaration = await Task.Run(() => DeclareAsync(checkpoint, cancel), cancel).ConfigureAwait(false);
            place.Add(_declaration);
        }
        else
        {
            CheckKeys(author);
            if (!Entry.TryParse(author.Declaration.Span, out var before, out _) || before.Claims is not Declare declared)
                throw new EntryRefusedException("The keeper's declaration is none.");
            if (!declared.Capabilities.Equals(_role.Capabilities))
                place.Sign(
                    _keys.Key, declared with { Key = author.Key, Next = author.Next!.Value, Capabilities = _role.Capabilities, Work = 0 });
        }
        place.Sign(_keys.Key, new Open(null));
    }

    private Task SignAsync(ReservedPlace place, KeyPair key, Claims claims)
    {
        if (place.Reserved.Author is null)
            throw new EntryRefusedException($"{_keys.Id} has not declared itself yet.");
        CheckKeys(place.Reserved.Author);
        place.Sign(key, claims);
        return Task.CompletedTask;
    }

    private KeyPair KeyInForce(ChainAuthor? author)
    {
        if (author is not null)
            CheckKeys(author);
        return _keys.Key;
    }

    /// <summary>The keys that are kept here must be those of the chain; a rotation that a crash cut short is finished.</summary>
    private void CheckKeys(ChainAuthor author)
    {
        if (author.Next is null)
            throw new EntryRefusedException($"The keys of {_keys.Id} were revoked.");
        if (author.Key != _keys.Key.Public && author.Key == _keys.Next.Public)
            _keys.Rotate();
        if (author.Key != _keys.Key.Public)
            throw new EntryRefusedException(
                $"The key of {_keys.Id} that is kept here is not the one in force, {author.Key}: it was rotated elsewhere.");
    }

    private async Task<Entry> DeclareAsync(Checkpoint checkpoint, CancellationToken cancel)
    {
        var declare = new Declare(_keys.Key.Public, _role.Roles, _role.Capabilities, null, _keys.NextId.Hash, 0);
        await _cores.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return ProofOfWork.Declare(_keys.Key, declare, checkpoint, _role.AdmissionBits, 0, cancel);
        }
        finally
        {
            _cores.Release();
        }
    }
}

/// <summary>What a c-node declares itself as, and what its network asks for that.</summary>
/// <param name="Capabilities">What it can run.</param>
/// <param name="AdmissionBits">Zero bits of the proof of work, 0 to <see cref="ProofOfWork.MaxBits"/>.</param>
/// <param name="CheckpointMaxAge">How many epochs old the checkpoint of a declaration may be.</param>
public sealed record WorkerRole(CapabilitySet Capabilities, int AdmissionBits, long CheckpointMaxAge)
{
    /// <summary>Boss and worker, if nothing else is said.</summary>
    public Roles Roles { get; init; } = Roles.Boss | Roles.Worker;
}
