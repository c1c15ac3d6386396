using System.Security.Cryptography;
using AkkaCompute.Authors.Chains;
using AkkaCompute.Authors.Light;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Authors.Bosses;

/// <summary>
/// What a boss program signs into its main chain: its declaration, and for each job the opening of a chain and a delegate. One job
/// after the other; another program with the same key waits, and so does this one.
/// </summary>
public sealed class BossChain : IDisposable
{
    /// <summary>Epochs for which a job may sign: at the shortest epochs, a week of work without a pause.</summary>
    private const ulong DelegateEpochs = 1 << 24;

    private readonly BossKey _key;
    private readonly IBossLine _line;
    private readonly ReceiptFile? _receipts;
    private readonly IRecordVerifier? _records;
    private readonly MainChain _main;
    private readonly SemaphoreSlim _one = new(1);
    private Entry? _declaration;

    /// <param name="receiptFile">Where receipts are kept, until a verified record covers their entries; null for nowhere.</param>
    /// <param name="records">As for <see cref="MainChain"/>.</param>
    public BossChain(BossKey key, IBossLine line, string? receiptFile, TimeProvider time, IRecordVerifier? records = null)
    {
        (_key, _line, _records) = (key, line, records);
        _receipts = receiptFile is null ? null : new ReceiptFile(
            receiptFile, key.Id, covers: records is not null, time, records is null ? null : records.Warn);
        _main = new MainChain(
            key.Id, KeyInForce, new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size)), line.AskOnceAsync, time,
            records);
    }

    public NodeId Boss => _key.Id;

    /// <summary>A part of an upload, in the name of the key in force.</summary>
    public BlobProtocol.PutChunk Sign(BlobProtocol.PutChunk chunk) => chunk.Sign(_key.Key);

    /// <summary>Asks for the job's key; a boss that has not declared itself does that first.</summary>
    /// <inheritdoc cref="AuthorizeAsync"/>
    public async Task<JobProtocol.JobAccepted> SubmitAsync(JobSpec spec, CancellationToken cancel)
    {
        try
        {
            return await AskAsync();
        }
        catch (Exception refused) when (_line.ReasonOf(refused) is RefusalReason.NotDeclared or RefusalReason.Invalid)
        {
            if (!await AloneAsync(
                stop => _line.ReasonOf(refused) == RefusalReason.NotDeclared ? DeclareFirstAsync(stop) : CatchUpAsync(stop), cancel))
                throw;
            return await AskAsync();
        }

        Task<JobProtocol.JobAccepted> AskAsync() =>
            _line.AskAsync<JobProtocol.JobAccepted>(Submit(spec), cancel);
    }

    public BossProtocol.SubmitJob Submit(JobSpec spec) => BossProtocol.SubmitJob.Sign(_key.Key, spec);

    public JobProtocol.CancelJob Cancel(JobId job) => JobProtocol.CancelJob.Sign(_key.Key, Boss, job);

    /// <summary>Opens a chain for the job and lets it sign; both are in the boss's chains when this returns.</summary>
    /// <exception cref="Exception">The chain does not take it: <see cref="IBossLine.Refusal"/>.</exception>
    /// <exception cref="TimeoutException">Nobody answered in time, or another program held the place all the while:
    /// <see cref="IBossLine.Silence"/>.</exception>
    public Task<BossProtocol.OpenJob> AuthorizeAsync(JobSpec spec, PublicKey delegated, CancellationToken cancel) =>
        AloneAsync(async stop =>
        {
            await CoverAsync(stop);
            var (place, receipts) = await _main.AppendAsync((reserved, stopped) => SignAsync(reserved, spec, delegated, stopped), stop);
            await KeepAsync(place, receipts);
            return new BossProtocol.OpenJob(Submit(spec), place.Entries[^2].Bytes, place.Entries[^1].Bytes);
        }, cancel);

    /// <summary>The next key takes over, in the chain and then in the file.</summary>
    /// <inheritdoc cref="AuthorizeAsync"/>
    public Task RotateAsync(CancellationToken cancel) => AloneAsync(async stop =>
    {
        var file = _key.File ?? throw new InvalidOperationException("KeyFile: none, so this program keeps no key to change to.");
        var (taken, receipts) = await _main.AppendAsync((place, _) =>
        {
            CheckKey(place.Reserved.Author
                ?? throw new EntryRefusedException($"{Boss} has not declared itself yet: it does with its first job."));
            using var next = file.Next();
            using var after = file.After();
            place.Sign(next, new Rotate(next.Public, after.NodeId.Hash));
            return Task.CompletedTask;
        }, stop);
        _key.Rotate();
        await KeepAsync(taken, receipts);
        return true;
    }, cancel);

    /// <summary>One after the other, as long as the program has patience.</summary>
    private async Task<T> AloneAsync<T>(Func<CancellationToken, Task<T>> sign, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        using var patience = new CancellationTokenSource(_line.Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            return await sign(either.Token);
        }
        catch (EntryRefusedException refused)
        {
            throw _line.Refusal(new Refused(RefusalReason.Invalid, refused.Message));
        }
        catch (OperationCanceledException late) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw _line.Silence(
                _main.Waits
                    ?? $"The chain of {Boss} could not be reserved in {_line.Patience.TotalSeconds} s: nobody answers, or another program "
                        + "with this key holds it.",
                late);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Goes on with the pages of a job.</summary>
    public PageSigner Pages(JobSpec spec, JobPages pages, int bundle) => new(_key.Key, spec, pages, bundle);

    public void Dispose()
    {
        _one.Dispose();
        _key.Dispose();
    }

    private Task KeepAsync(ReservedPlace place, IReadOnlyList<Receipt> receipts) =>
        _receipts?.AddAsync(place.Entries, receipts) ?? Task.CompletedTask;

    /// <summary>
    /// Asks which of the entries before are in a record by now, where records are verified and one has to cover some of them. What it
    /// should cover, and does not, is said: the receipt stays, for it convicts its node.
    /// </summary>
    private async Task CoverAsync(CancellationToken cancel)
    {
        if (_records is null || _receipts is null)
            return;
        foreach (var chain in _receipts.Held.Chains.ToArray())
        {
            if (_receipts.Held.DueIn(chain, _records.Seen.Epoch).Count == 0)
                continue; // each answer costs the network a proof
            if (await _records.HeadAsync(chain, cancel) is not { Head: { } head } shown)
                continue;
            await _receipts.CoverAsync(head);
            HeldReceipt[] late = [.. _receipts.Held.DueIn(chain, shown.Epoch).Where(held => held.Place.Seq > head.Seq)];
            if (late is [var due, ..])
                _records.Warn(
                    $"The record of epoch {shown.Epoch} does not cover {late.Length} entries whose receipts say that it would; the first "
                    + $"is at place {due.Place.Seq} of chain {chain.Sub}, the receipt {due.Receipt.Node}'s. They are kept.");
        }
    }

    private async Task SignAsync(ReservedPlace place, JobSpec spec, PublicKey delegated, CancellationToken cancel)
    {
        await SignDeclarationAsync(place, cancel);
        place.Sign(_key.Key, new Open(spec.Id));
        var last = new Epoch(place.Reserved.Checkpoint.Epoch.Number + DelegateEpochs);
        place.Sign(_key.Key, new Domain.Entries.Delegate(delegated, spec.Id, spec.Policy.Text, spec.Budget.Amount, last));
    }

    /// <summary>Nothing is signed where another program with this key has done it meanwhile.</summary>
    private async Task<bool> DeclareFirstAsync(CancellationToken cancel)
    {
        var (place, receipts) = await _main.AppendAsync(SignDeclarationAsync, cancel);
        await KeepAsync(place, receipts);
        return true;
    }

    /// <summary>True where the chain has another key than this program had, and it is the next one.</summary>
    private async Task<bool> CatchUpAsync(CancellationToken cancel)
    {
        var before = _key.Key.Public;
        var place = await _line.AskAsync<ChainProtocol.Place>(new ChainProtocol.GetPlace(Boss), cancel);
        if (place.Author is { } author)
            CheckKey(author);
        return _key.Key.Public != before;
    }

    private async Task SignDeclarationAsync(ReservedPlace place, CancellationToken cancel)
    {
        if (place.Reserved.Author is { } author)
        {
            CheckKey(author);
            return;
        }
        if (_key.Key.NodeId != Boss)
            throw new EntryRefusedException($"Id: {Boss} has not declared itself, and only its first key can.");
        place.Add(await DeclareAsync(place.Reserved.Checkpoint, cancel));
    }

    private KeyPair KeyInForce(ChainAuthor? author)
    {
        if (author is not null)
            CheckKey(author);
        return _key.Key;
    }

    /// <summary>The key that is kept here must be the chain's; a rotation that a crash cut short is finished.</summary>
    private void CheckKey(ChainAuthor author)
    {
        if (author.Next is null)
            throw new EntryRefusedException($"The keys of {Boss} were revoked.");
        if (author.Key.NodeId == _key.Next && _key.File is not null)
            _key.Rotate();
        if (author.Key != _key.Key.Public)
            throw new EntryRefusedException($"The key of {Boss} was replaced by {author.Key}.");
    }

    /// <summary>
    /// Signs the declaration on another thread, for 20 bits take some 0.4 s, and keeps it in case it is brought in once more.
    /// </summary>
    private async Task<Entry> DeclareAsync(Checkpoint checkpoint, CancellationToken cancel)
    {
        if (_declaration?.Place.Checkpoint == checkpoint)
            return _declaration;
        var roster = await _line.AskAsync<RosterProtocol.RosterInfo>(new RosterProtocol.GetRosterInfo(), cancel);
        var declare = new Declare(_key.Key.Public, Roles.Boss, CapabilitySet.Empty, null, _key.Next.Hash, 0);
        return _declaration =
            await Task.Run(() => ProofOfWork.Declare(_key.Key, declare, checkpoint, roster.AdmissionBits, 0, cancel), cancel);
    }
}
