using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using AkkaCompute.Actors.Bosses;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Jobs;
using AkkaCompute.Actors.Ledger;
using AkkaCompute.Actors.Letters;
using AkkaCompute.Actors.Sharding;
using AkkaCompute.Actors.Vouching;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Hosting;

/// <summary>The kinds of sharded actors, and how they are started on a node.</summary>
public static class Regions
{
    public const string Boss = "boss";
    public const string Job = "job";
    public const string Worker = "worker";
    public const string Reputation = "reputation";
    public const string Account = "account";
    public const string Chain = "chain";
    public const string Mailbox = "mailbox";

    /// <summary>How long one of those that end first may take; then the node goes on to leave.</summary>
    private static readonly TimeSpan SenderLimit = TimeSpan.FromSeconds(5);

    /// <summary>Starts all regions. Those that others talk to at once come first: remembered jobs start with their region.</summary>
    public static void Start(NodeContext node)
    {
        var (durability, shards) = (node.Durability, MessageExtractor.ByNodeId(node.Options.Shards));
        var chains = node.OfChains();
        node.Chain = Start(node, Chain, shards, id => Props.Create(() => new ChainActor(ToNode(id), chains)));
        node.Reputation = Start(node, Reputation, shards, id => Props.Create(() => new ReputationActor(ToNode(id), durability)));
        node.Account = Start(node, Account, shards, id => Props.Create(() => new AccountActor(ToNode(id), durability, node.KeyOf)));
        node.Worker = Start(node, Worker, shards, id => Props.Create(
            () => new WorkerActor(ToNode(id), durability, node.Rosters, node.Neighbours, node.Reputation, node.Replica)));
        var mailboxes = node.OfMailboxes();
        node.Mailbox = Start(node, Mailbox, shards, id => Props.Create(() => new MailboxActor(ToNode(id), mailboxes)));
        var bosses = node.OfBosses();
        node.Boss = Start(node, Boss, shards, id => Props.Create(() => new BossActor(ToNode(id), bosses)));
        var jobs = node.OfJobs();
        node.Job = Start(
            node, Job, MessageExtractor.ByJobId(node.Options.Shards), id => Props.Create(() => new JobActor(ToJob(id), jobs)),
            remember: true);
        CoordinatedShutdown.Get(node.System)
            .AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "senders-first", () => StopSendersAsync(node));
    }

    /// <summary>
    /// Who sends to others ends before them. A region that ends waits for the new homes of the shards that it still has messages
    /// for, and where no node is left there are none: it would wait until its time is up.
    /// </summary>
    private static async Task<Done> StopSendersAsync(NodeContext node)
    {
        var cluster = Cluster.Get(node.System);
        if (cluster.IsTerminated || cluster.SelfMember.Status == MemberStatus.Down)
            return Done.Instance;
        await node.Job.GracefulStop(SenderLimit, GracefulShutdown.Instance);
        await Task.WhenAll(
            node.Workers.GracefulStop(SenderLimit),
            node.Worker.GracefulStop(SenderLimit, GracefulShutdown.Instance),
            node.Boss.GracefulStop(SenderLimit, GracefulShutdown.Instance));
        return Done.Instance;
    }

    private static IActorRef Start(
        NodeContext node, string name, MessageExtractor extractor, Func<string, Props> props, bool remember = false)
    {
        var sharding = ClusterSharding.Get(node.System); // before its settings: it brings their defaults
        var settings = ClusterShardingSettings.Create(node.System).WithRole(ComputeNode.Role).WithRememberEntities(remember);
        return sharding.Start(
            name, props, settings, extractor, new RendezvousAllocation(), EntityStop.Instance);
    }

    private static NodeId ToNode(string id) => new(Domain.Ground.Hash256.Parse(id));

    private static JobId ToJob(string id) => new(Domain.Ground.Hash256.Parse(id));
}
