using Akka.Actor;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Workers;
using AkkaCompute.Domain.Outside.Workers;

namespace AkkaCompute.Gateway.Workers;

/// <summary>Passes on what a c-node outside has signed. It has no key, and signs nothing.</summary>
internal sealed class RemotePen(Guest guest, SessionLine line, GuestServices services) : IPen
{
    /// <summary>Settlements that a worker is asked about at once; its durable actor asks for the others later.</summary>
    private const int MostAsked = 64;

    private static readonly TimeSpan _askAgainAfter = TimeSpan.FromSeconds(30);

    private readonly Dictionary<(JobId Job, long Number), Asked> _asked = [];
    private readonly CancellationTokenSource _end = new();
    private ISessionRef? _session;

    private sealed record Asked(Vouch Settlement, IActorRef Asker, long At);

    /// <summary>The keeper has these rewards, or null.</summary>
    private sealed record Kept((JobId Job, long Number) Key, WorkerProtocol.RewardsSigned? Rewards);

    public bool IsSettled => true;

    public void Start(ISessionRef session)
    {
        _session = session;
        session.Opened(guest.Declared, guest.Key);
    }

    public string? Refusal(JobProtocol.Assign assign) =>
        !guest.Id.SignsWith(guest.Key, assign.Key) ? "Its key is another one than in the roster that drew it."
        : line.Socket is null ? "Its connection is lost."
        : null;

    public BundleSalt SaltOf(JobProtocol.Assign assign) => default;

    public Commitment? Commit(BundleEnd end) => end.Signed;

    public ReadOnlyMemory<byte> Decline(JobProtocol.Assign assign, BundleEnd? end) => end?.Declined ?? default;

    public void Reward(Vouch settlement, IActorRef asker)
    {
        var key = (settlement.Job, settlement.Number);
        if (_asked.TryGetValue(key, out var before) ? services.Time.GetElapsedTime(before.At) < _askAgainAfter : _asked.Count >= MostAsked)
            return;
        if (!line.IsOpen)
            return;
        _asked[key] = new Asked(settlement, asker, services.Time.GetTimestamp());
        line.Send(new Working.Settle(settlement.Job, settlement.Number, settlement.By, settlement.Entries));
    }

    public void Unpaid(JobProtocol.Unjudged unjudged)
    {
        if (line.IsOpen)
            line.Send(new Working.Unjudged(unjudged.JobId, unjudged.Boss, unjudged.Results));
    }

    /// <summary>The worker has begun anew, and knows nothing of what it was asked: its durable actor asks again.</summary>
    public void OnBegun() => _asked.Clear();

    public void OnRewards(Working.Rewards rewards)
    {
        var key = (rewards.Job, rewards.Number);
        if (!_asked.TryGetValue(key, out var asked))
            return; // it was answered
        if (GuestRewards.Pair(guest, asked.Settlement, rewards.Entries, out var flaw) is not { } pairs)
            throw new WorkerProtocolException($"rewards: {flaw}");
        KeepAsync(key, pairs, _end.Token).PipeTo(_session!.Actor, _session.Actor);
    }

    public bool Receive(object message, IActorRef sender)
    {
        if (message is not Kept kept)
            return false;
        if (kept.Rewards is { } rewards && _asked.Remove(kept.Key, out var asked))
            asked.Asker.Tell(rewards, _session!.Actor);
        return true;
    }

    public void OnTick()
    {
    }

    public void Dispose() => _end.Cancel();

    /// <summary>Brings the rewards in once more: so that they are in the chain, whatever the worker says.</summary>
    private async Task<Kept> KeepAsync(
        (JobId Job, long Number) key, IReadOnlyList<(Entry Reward, ReadOnlyMemory<byte> Accept)> pairs, CancellationToken cancel)
    {
        var receipts = new HashSet<Hash256>();
        try
        {
            foreach (var append in GuestRewards.Appends(guest.Id, pairs))
            {
                if (await services.KeepersAsync(append, cancel).ConfigureAwait(false) is ChainProtocol.Appended appended)
                    receipts.UnionWith(
                        appended.Receipts.Select(bytes => Receipt.TryParse(bytes.Span, out var receipt, out _) ? receipt.Entry : default));
            }
        }
        catch (Exception gone) when (gone is TimeoutException or OperationCanceledException)
        {
            // Its durable actor asks again.
        }
        return new Kept(key, pairs.All(pair => receipts.Contains(pair.Reward.Hash))
            ? new WorkerProtocol.RewardsSigned(guest.Id, key.Job, key.Number, [.. pairs.Select(pair => pair.Reward.Bytes)])
            : null);
    }
}
