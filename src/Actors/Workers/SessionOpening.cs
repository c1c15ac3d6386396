using Akka.Actor;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Workers;

/// <summary>A session's own chain, as it was opened.</summary>
/// <param name="Chain">The chain, without entries.</param>
/// <param name="Seen">The checkpoint of its opening.</param>
/// <param name="Declared">The epoch in which the declaration that is in force was appended.</param>
/// <param name="Receipt">Of the opening.</param>
internal sealed record OpenedSession(ChainState Chain, Checkpoint Seen, Epoch Declared, Receipt Receipt);

/// <summary>
/// What a session signs into its c-node's main chain before it works: the first declaration with its proof of work, or a later one
/// where it can do other things than before, and the opening of a chain of its own. And what its operator has it sign: a rotation,
/// a revocation.
/// </summary>
internal sealed class SessionOpening
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Proofs of work at once: they take a core each.</summary>
    private static readonly SemaphoreSlim Cores = new(Environment.ProcessorCount);

    private readonly LocalWorker _worker;
    private readonly NodeContext _node;
    private readonly MainChain _main;
    private Entry? _declaration;

    /// <param name="holder">32 random bytes of this process.</param>
    public SessionOpening(LocalWorker worker, NodeContext node, Hash256 holder)
    {
        (_worker, _node) = (worker, node);
        _main = new MainChain(worker.Id, KeyInForce, holder, (message, cancel) => node.Chain.Ask<object>(message, Patience, cancel), node.Time);
    }

    private CapabilitySet Capabilities => CapabilitySet.Of(_worker.Sandbox.Capabilities);

    /// <exception cref="EntryRefusedException">The c-node can't work: it is banned, revoked, or its keys are others.</exception>
    public async Task<OpenedSession> OpenAsync(CancellationToken cancel)
    {
        await _node.Openings.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var (place, receipts) = await _main.AppendAsync(SignOpeningAsync, cancel).ConfigureAwait(false);
            var (opening, receipt) = (place.Entries[^1], receipts[^1]);
            var declared = place.Entries.Count > 1 ? receipts[0].Epoch : place.Reserved.Author!.Declared;
            return new OpenedSession(ChainState.Opened(opening, _worker.Keys.Key.Public), opening.Place.Checkpoint, declared, receipt);
        }
        finally
        {
            _node.Openings.Release();
        }
    }

    /// <summary>The next key takes over; all sub-chains of the old one end with it, so a session opens another one.</summary>
    public async Task RotateAsync(CancellationToken cancel)
    {
        var (next, after) = (_worker.Keys.Next, _worker.Keys.After);
        await _main.AppendAsync((place, _) => SignAsync(place, next, new Rotate(next.Public, after.NodeId.Hash)), cancel).ConfigureAwait(false);
        _worker.Keys.Rotate();
    }

    /// <summary>The c-node ends.</summary>
    public async Task RevokeAsync(CancellationToken cancel)
    {
        var next = _worker.Keys.Next;
        await _main.AppendAsync((place, _) => SignAsync(place, next, new Revoke(next.Public)), cancel).ConfigureAwait(false);
    }

    private async Task SignOpeningAsync(ReservedPlace place, CancellationToken cancel)
    {
        if (place.Reserved.Author is not { } author)
        {
            var checkpoint = place.Reserved.Checkpoint;
            if (_declaration is null || checkpoint.Epoch.Number - _declaration.Place.Checkpoint.Epoch.Number > (ulong)_node.Options.Rules.CheckpointMaxAge / 2)
                _declaration = await Task.Run(() => DeclareAsync(checkpoint, cancel), cancel).ConfigureAwait(false);
            place.Add(_declaration);
        }
        else
        {
            CheckKeys(author);
            if (!Entry.TryParse(author.Declaration.Span, out var before, out _) || before.Claims is not Declare declared)
                throw new EntryRefusedException("The keeper's declaration is none.");
            if (!declared.Capabilities.Equals(Capabilities))
                place.Sign(_worker.Keys.Key, declared with { Key = author.Key, Next = author.Next!.Value, Capabilities = Capabilities, Work = 0 });
        }
        place.Sign(_worker.Keys.Key, new Open(null));
    }

    private Task SignAsync(ReservedPlace place, KeyPair key, Claims claims)
    {
        if (place.Reserved.Author is null)
            throw new EntryRefusedException($"{_worker.Id} has not declared itself yet.");
        CheckKeys(place.Reserved.Author);
        place.Sign(key, claims);
        return Task.CompletedTask;
    }

    private KeyPair KeyInForce(ChainAuthor? author)
    {
        if (author is not null)
            CheckKeys(author);
        return _worker.Keys.Key;
    }

    /// <summary>The keys that are kept here must be those of the chain; a rotation that a crash cut short is finished.</summary>
    private void CheckKeys(ChainAuthor author)
    {
        if (author.Next is null)
            throw new EntryRefusedException($"The keys of {_worker.Id} were revoked.");
        if (author.Key != _worker.Keys.Key.Public && author.Key == _worker.Keys.Next.Public)
            _worker.Keys.Rotate();
        if (author.Key != _worker.Keys.Key.Public)
            throw new EntryRefusedException($"The key of {_worker.Id} that is kept here is not the one in force, {author.Key}: it was rotated elsewhere.");
    }

    private async Task<Entry> DeclareAsync(Checkpoint checkpoint, CancellationToken cancel)
    {
        var keys = _worker.Keys;
        var declare = new Declare(keys.Key.Public, Roles.Boss | Roles.Worker, Capabilities, null, keys.NextId.Hash, 0);
        await Cores.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return ProofOfWork.Declare(keys.Key, declare, checkpoint, _node.Options.Rules.AdmissionBits, 0, cancel);
        }
        finally
        {
            Cores.Release();
        }
    }
}
