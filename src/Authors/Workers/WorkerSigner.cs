using System.Security.Cryptography;
using AkkaCompute.Authors.Chains;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Reputation;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Authors.Workers;

/// <summary>
/// What a worker signs into the chain of its session: one entry a bundle, and one for each verdict. For one thread at a time; flush its
/// <see cref="Writer"/> from a timer.
/// </summary>
public sealed class WorkerSigner(NodeId worker, ChainWriter writer)
{
    /// <summary>Entries without receipt beyond which a worker takes no more work: its keeper is away.</summary>
    private const int MostWaiting = 4_096;

    /// <summary>Settlements whose rewards are remembered, and unpaid results: one that is asked for again gets the same ones.</summary>
    private const int MostRemembered = 1_024;

    private static ReadOnlySpan<byte> SaltTag => "akkacompute/salt-secret/1"u8;

    private readonly Dictionary<(JobId Job, long Number), Rewards> _rewards = [];
    private readonly Queue<(JobId Job, long Number)> _order = new();
    private readonly Dictionary<Hash256, Rewards> _byEntry = [];

    private readonly HashSet<Hash256> _unpaid = []; // results
    private readonly Queue<Hash256> _unpaidOrder = new();

    public ChainWriter Writer => writer;

    /// <summary>Whether the worker can take work: its chain goes on, and its keeper keeps up.</summary>
    public bool IsAble => writer.Broken is null && writer.Waiting < MostWaiting;

    /// <summary>A secret that only who has the key can make, and that is not the key: its signature on a text that is never sent.</summary>
    public static byte[] SaltSecret(KeyPair key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SHA256.HashData(key.Sign(SaltTag));
    }

    /// <summary>The worker's word on a bundle. About 20 µs.</summary>
    public Commitment SignResult(JobProtocol.Assign assign, BundleSalt salt, Hash256 root)
    {
        ArgumentNullException.ThrowIfNull(assign);
        var entry =
            Sign(new Result(assign.JobId, assign.Bundle, assign.Attempt, assign.Epoch, assign.FirstTask, assign.Inputs.Count, root));
        return new Commitment(entry.Bytes, salt, writer.Key);
    }

    /// <summary>The worker passes.</summary>
    public ReadOnlyMemory<byte> SignDecline(JobProtocol.Assign assign)
    {
        ArgumentNullException.ThrowIfNull(assign);
        return Sign(new Decline(assign.JobId, assign.Bundle, assign.Attempt, assign.Epoch)).Bytes;
    }

    /// <summary>Signs a reward for each accept, once, however often it is asked for.</summary>
    /// <returns>The answer, where all have receipts; null where <see cref="OnAppended"/> brings it later.</returns>
    public RewardsSigned? SignRewards(Vouch settlement)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        var key = (settlement.Job, settlement.Number);
        if (!_rewards.TryGetValue(key, out var rewards))
        {
            Remember(key, rewards = new Rewards(settlement.Job, settlement.Number));
            foreach (var bytes in settlement.Entries)
            {
                // What is no accept of this boss and job about this worker would be refused by the keeper, and break the chain.
                if (!Entry.TryParse(bytes.Span, out var verdict, out _) || verdict.Claims is not Accept accept
                    || accept.Worker != worker || accept.Job != settlement.Job
                    || verdict.Place.Issuer != settlement.By || settlement.By == worker)
                    continue;
                var reward = Sign(new Reward(accept.Job, settlement.By, RewardVerdict.Paid, verdict.Hash, accept.Pay), verdict.Bytes);
                rewards.Entries.Add(reward.Bytes);
                rewards.Waiting++;
                _byEntry.Add(reward.Hash, rewards);
            }
        }
        return Answer(rewards);
    }

    /// <summary>
    /// Signs that a job will not judge a result of this chain. It signs this for no other chain: only within one is it sure that the result
    /// comes before the reward that names it.
    /// </summary>
    public void SignUnpaid(JobProtocol.Unjudged unjudged)
    {
        ArgumentNullException.ThrowIfNull(unjudged);
        foreach (var bytes in unjudged.Results)
        {
            if (!Entry.TryParse(bytes.Span, out var result, out _) || result.Claims is not Result claims || claims.Job != unjudged.JobId
                || unjudged.Boss == worker || !IsOwn(result) || !_unpaid.Add(result.Hash))
                continue;
            _unpaidOrder.Enqueue(result.Hash);
            if (_unpaidOrder.Count > MostRemembered)
                _unpaid.Remove(_unpaidOrder.Dequeue());
            Sign(new Reward(claims.Job, unjudged.Boss, RewardVerdict.Unpaid, result.Hash, 0), result.Bytes);
        }
    }

    /// <summary>The keeper has appended entries.</summary>
    /// <returns>The rewards that are complete now.</returns>
    public IReadOnlyList<RewardsSigned> OnAppended(ChainProtocol.Appended appended)
    {
        var complete = new List<RewardsSigned>();
        foreach (var (entry, _) in writer.OnAppended(appended))
        {
            if (!_byEntry.Remove(entry.Hash, out var rewards))
                continue;
            rewards.Waiting--;
            if (Answer(rewards) is { } signed)
                complete.Add(signed);
        }
        return complete;
    }

    private bool IsOwn(Entry entry) =>
        (entry.Place.Issuer, entry.Place.Sub) == (worker, writer.Chain.Head.Sub)
            && entry.Place.Seq <= writer.Chain.Head.Seq
            && entry.Verify(writer.Key);

    private Entry Sign(Claims claims, ReadOnlyMemory<byte> named = default)
    {
        var entry = writer.Sign(claims);
        writer.Queue(entry, named);
        writer.Flush();
        return entry;
    }

    private RewardsSigned? Answer(Rewards rewards) =>
        rewards.Waiting == 0 ? new RewardsSigned(worker, rewards.Job, rewards.Number, rewards.Entries) : null;

    private void Remember((JobId, long) key, Rewards rewards)
    {
        _rewards.Add(key, rewards);
        _order.Enqueue(key);
        if (_order.Count > MostRemembered)
            _rewards.Remove(_order.Dequeue());
    }

    private sealed class Rewards(JobId job, long number)
    {
        public JobId Job => job;

        public long Number => number;

        public List<ReadOnlyMemory<byte>> Entries { get; } = [];

        public int Waiting { get; set; }
    }
}
