using System.Security.Cryptography;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Actors.Client;

/// <summary>
/// What a boss program signs into its main chain: its declaration, and for each job the opening of a chain and a delegate. One job
/// after the other; another program with the same key waits, and so does this one.
/// </summary>
internal sealed class BossChain : IDisposable
{
    /// <summary>Epochs for which a job may sign: at the shortest epochs, a week of work without a pause.</summary>
    private const ulong DelegateEpochs = 1 << 24;

    private readonly BossKey _key;
    private readonly Courier _courier;
    private readonly MainChain _main;
    private readonly SemaphoreSlim _one = new(1);
    private Entry? _declaration;

    public BossChain(BossKey key, Courier courier)
    {
        (_key, _courier) = (key, courier);
        _main = new MainChain(
            key.Key.NodeId, new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size)), courier.AskOnceAsync, TimeProvider.System);
    }

    public NodeId Boss => _key.Key.NodeId;

    /// <summary>Opens a chain for the job and lets it sign; both are in the boss's chains when this returns.</summary>
    /// <exception cref="ComputeRefusedException">The chain does not take it.</exception>
    /// <exception cref="ComputeUnavailableException">Nobody answered in time, or another program held the place all the while.</exception>
    public async Task<JobProtocol.Authorize> AuthorizeAsync(JobSpec spec, PublicKey delegated, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        using var patience = new CancellationTokenSource(_courier.Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            var (place, _) = await _main.AppendAsync((reserved, stop) => SignAsync(reserved, spec, delegated, stop), either.Token);
            return new JobProtocol.Authorize(spec.Id, place.Entries[^2].Bytes, place.Entries[^1].Bytes, _key.Key.Public);
        }
        catch (EntryRefusedException refused)
        {
            throw new ComputeRefusedException(new Refused(RefusalReason.Invalid, refused.Message));
        }
        catch (OperationCanceledException late) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new ComputeUnavailableException(
                $"The chain of {Boss} could not be reserved in {_courier.Patience.TotalSeconds} s: nobody answers, or another program with this key holds it.", late);
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

    private async Task SignAsync(ReservedPlace place, JobSpec spec, PublicKey delegated, CancellationToken cancel)
    {
        if (place.Reserved.Author is null)
            place.Add(await DeclareAsync(place.Reserved.Checkpoint, cancel));
        else if (place.Reserved.Author.Key != _key.Key.Public)
            throw new EntryRefusedException($"The key of {Boss} was replaced by {place.Reserved.Author.Key}.");
        place.Sign(_key.Key, new Open(spec.Id));
        var last = new Epoch(place.Reserved.Checkpoint.Epoch.Number + DelegateEpochs);
        place.Sign(_key.Key, new Domain.Entries.Delegate(delegated, spec.Id, spec.Policy.ToString()!, spec.Budget.Amount, last));
    }

    /// <summary>On another thread: 20 bits take some 0.4 s. Kept, for the case that it has to be brought in once more.</summary>
    private async Task<Entry> DeclareAsync(Checkpoint checkpoint, CancellationToken cancel)
    {
        if (_declaration?.Place.Checkpoint == checkpoint)
            return _declaration;
        var roster = await _courier.AskAsync<RosterProtocol.RosterInfo>(new RosterProtocol.GetRosterInfo(), ComputeClient.ReplyTimeout, cancel);
        var declare = new Declare(_key.Key.Public, Roles.Boss, CapabilitySet.Empty, null, _key.Next.Hash, 0);
        return _declaration = await Task.Run(() => ProofOfWork.Declare(_key.Key, declare, checkpoint, roster.AdmissionBits, 0, cancel), cancel);
    }
}
