using System.Security.Cryptography;
using Akka.Actor;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Reputation;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>What a session signs into its own chain: one entry a bundle, and one for each verdict. Belongs to the session's actor.</summary>
internal sealed class SessionSigner(LocalWorker worker, ChainWriter writer)
{
    /// <summary>Entries without receipt beyond which a session takes no more work: its keeper is away.</summary>
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

    /// <summary>Whether the session can take work: its chain goes on, and its keeper keeps up.</summary>
    public bool IsAble => writer.Broken is null && writer.Waiting < MostWaiting;

    /// <summary>A secret that only who has the key can make, and that is not the key: its signature on a text that is never sent.</summary>
    public static byte[] SaltSecret(KeyPair key) => SHA256.HashData(key.Sign(SaltTag));

    /// <summary>The worker's word on a bundle. About 20 µs.</summary>
    public Commitment SignResult(JobProtocol.Assign assign, BundleSalt salt, Hash256 root)
    {
        var entry = Sign(new Result(assign.JobId, assign.Bundle, assign.Attempt, assign.Epoch, assign.FirstTask, assign.Inputs.Count, root));
        return new Commitment(entry.Bytes, salt, writer.Key);
    }

    public ReadOnlyMemory<byte> SignDecline(JobProtocol.Assign assign) =>
        Sign(new Decline(assign.JobId, assign.Bundle, assign.Attempt, assign.Epoch)).Bytes;

    /// <summary>A reward for each accept; they go to who asked when they have receipts.</summary>
    public void SignRewards(Vouch settlement, IActorRef asker, IActorRef self)
    {
        var key = (settlement.Job, settlement.Number);
        if (!_rewards.TryGetValue(key, out var rewards))
        {
            Remember(key, rewards = new Rewards(settlement.Job, settlement.Number));
            foreach (var bytes in settlement.Entries)
            {
                // What is no accept of this boss and job about this worker would be refused by the keeper, and break the chain.
                if (!Entry.TryParse(bytes.Span, out var verdict, out _) || verdict.Claims is not Accept accept
                    || accept.Worker != worker.Id || accept.Job != settlement.Job
                    || verdict.Place.Issuer != settlement.By || settlement.By == worker.Id)
                    continue;
                var reward = Sign(new Reward(accept.Job, settlement.By, RewardVerdict.Paid, verdict.Hash, accept.Pay), verdict.Bytes);
                rewards.Entries.Add(reward.Bytes);
                rewards.Waiting++;
                _byEntry.Add(reward.Hash, rewards);
            }
        }
        rewards.Asker = asker;
        Answer(rewards, self);
    }

    /// <summary>
    /// That its job judges a result of this session's no more. Of no other session's: only in one chain is it sure that the result comes
    /// before the reward that names it.
    /// </summary>
    public void SignUnpaid(JobProtocol.Unjudged unjudged)
    {
        foreach (var bytes in unjudged.Results)
        {
            if (!Entry.TryParse(bytes.Span, out var result, out _) || result.Claims is not Result claims || claims.Job != unjudged.JobId
                || unjudged.Boss == worker.Id || !IsOwn(result) || !_unpaid.Add(result.Hash))
                continue;
            _unpaidOrder.Enqueue(result.Hash);
            if (_unpaidOrder.Count > MostRemembered)
                _unpaid.Remove(_unpaidOrder.Dequeue());
            Sign(new Reward(claims.Job, unjudged.Boss, RewardVerdict.Unpaid, result.Hash, 0), result.Bytes);
        }
    }

    private bool IsOwn(Entry entry) =>
        (entry.Place.Issuer, entry.Place.Sub) == (worker.Id, writer.Chain.Head.Sub) && entry.Place.Seq <= writer.Chain.Head.Seq && entry.Verify(writer.Key);

    public void OnAppended(ChainProtocol.Appended appended, IActorRef self)
    {
        foreach (var (entry, _) in writer.OnAppended(appended))
        {
            if (!_byEntry.Remove(entry.Hash, out var rewards))
                continue;
            rewards.Waiting--;
            Answer(rewards, self);
        }
    }

    private Entry Sign(Claims claims, ReadOnlyMemory<byte> named = default)
    {
        var entry = writer.Sign(claims);
        writer.Queue(entry, named);
        writer.Flush();
        return entry;
    }

    private void Answer(Rewards rewards, IActorRef self)
    {
        if (rewards.Waiting == 0)
            rewards.Asker.Tell(new RewardsSigned(worker.Id, rewards.Job, rewards.Number, rewards.Entries), self);
    }

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

        public IActorRef Asker { get; set; } = ActorRefs.Nobody;
    }
}
