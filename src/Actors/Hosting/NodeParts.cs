using AkkaCompute.Actors.Blobs;
using AkkaCompute.Actors.Bootstrapping;
using AkkaCompute.Actors.Bosses;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Actors.Jobs.Retention;
using AkkaCompute.Actors.Ledger;
using AkkaCompute.Actors.Letters;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Actors.Workers;

namespace AkkaCompute.Actors.Hosting;

/// <summary>What the actors of each room are given of a node. Whom they talk to must have been started before, but for the jobs.</summary>
public static class NodeParts
{
    /// <summary>Issues credits in the name of a node.</summary>
    public static CreditIssuer Issuer(this NodeContext node) =>
        new(node.NodeKey, node.Options.Rules, node.Rosters, node.Chain, node.Account, node.Time);

    internal static RosterNode OfRoster(this NodeContext node) => new(
        node.Options, node.Time, node.Metrics, node.Durability, node.NodeKey, node.KeyOf, node.Rosters, node.Neighbours, node.RosterHealth)
    {
        Chains = node.Chains, Withholds = node.Options.Withholds,
    };

    internal static ChainNode OfChains(this NodeContext node) => new(
        node.Durability, node.Time, node.Options.Rules, node.Options.Budgets, node.Options.PlaceHeldFor, node.NodeKey, node.KeyOf,
        node.Rosters,
        node.Replica)
    {
        Records = node.Records,
    };

    internal static MailboxNode OfMailboxes(this NodeContext node) => new(node.Time, node.Chain, node.Unknown);

    internal static BlobNode OfBlobs(this NodeContext node) => new(
        node.Options.Blobs, node.Blobs, node.Payloads, node.Options.BlobQuota, node.Options.MaxBlobBytes, node.Options.BlobGrace,
        node.Options.BlobCollectEvery,
        node.Time, node.Boss, node.Options.Job.ResendAfter);

    internal static JobNode OfJobs(this NodeContext node) => new(
        node.Options.Job, node.Time, node.Metrics, node.Durability, new EventReader(node.System), node.Rosters, node.Neighbours, node.KeyOf)
    {
        Boss = node.Boss, Worker = node.Worker, Chain = node.Chain, Reputation = node.Reputation, Account = node.Account,
        Replica = node.Replica,
        Blobs = node.Options.Blobs, BlobQuota = node.Options.BlobQuota, Rules = node.Options.Rules,
    };

    internal static RetentionNode OfRetention(this NodeContext node, IStoredEvents events, TimeSpan after) => new(
        events, after, node.Options.RetentionSweepEvery, node.Time, node.Job, node.Options.Job.ResendAfter, node.Options.Blobs);

    internal static BossNode OfBosses(this NodeContext node) => new(
        node.Durability, node.Options.Job, node.Options.Ceilings, node.Options.Blobs, node.Payloads, node.Rosters, node.Seasons,
        node.Neighbours, node.Chain,
        () => node.Job);

    internal static WorkerNode OfWorkers(this NodeContext node) => new(
        node.Options.Rules, node.Time, node.Metrics, node.Unknown, node.Rosters, node.KeyOf, node.Drain)
    {
        Chain = node.Chain, Worker = node.Worker, Blobs = new TaskBlobs(node.Blobs, node.Options.Blobs, node.Options.BlobQuota),
    };

    internal static NodeSlots OfSlots(this NodeContext node) =>
        new(node.Options.Workers, node.Options.Slots, node.Options.Compiling, () => node.Info)
        {
            Chains = node.Chains,
        };

    internal static BootstrapNode OfBootstrapping(this NodeContext node, BootstrapOptions options) => new(
        options, node.Options.Workers, node.Rosters, node.Seasons, node.Metrics, node.Drain, node.Service, node.Unknown);
}
