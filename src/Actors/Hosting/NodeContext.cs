using Akka.Actor;
using Akka.Cluster;
using AkkaCompute.Actors.Blobs;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Actors.Timing;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Hosting;

/// <summary>
/// A node that was started: what its actors are made of, and the ways to them. For the composition root, its health and its commands.
/// No actor knows it: each is given what it needs (<see cref="NodeParts"/>).
/// </summary>
public sealed class NodeContext : IComputeService
{
    private RecordLookup? _lookup;

    public NodeContext(ActorSystem system, ComputeNodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(options);
        (System, Options) = (system, options);
        Time = options.Time as SteadyTime ?? new SteadyTime(options.Time);
        Metrics = new NodeMetrics(Time);
        Unknown = new UnknownMessages(system.Log, Metrics);
        Durability = new Durability(Metrics.Journal, Unknown);
        Payloads = new PayloadVerdicts(options.CodeCheck, options.Blobs);
        Blobs = new BlobCache(options.Blobs, options.BlobCacheBytes);
        RosterHealth = new RosterHealth(options.Time, options.StalledAfter);
        Rosters = new RosterView(options.Time);
        Seasons = new Seasons(system, Rosters, options.Rules);
        Neighbours = new Neighbours(system, Time, options.SettleTime);
        Chains = new NodeChains(options.ChainLength, options.RenewChainBefore);
    }

    public ActorSystem System { get; }

    public ComputeNodeOptions Options { get; }

    /// <summary>The node's clock: nobody can set it, so every difference of two of its times is a duration.</summary>
    public TimeProvider Time { get; }

    /// <summary>What this node counts and measures.</summary>
    public NodeMetrics Metrics { get; }

    /// <summary>What people who watch this node see.</summary>
    public NetworkTap Tap => Metrics.Tap;

    /// <summary>Whether the journal takes writes.</summary>
    public JournalHealth Journal => Metrics.Journal;

    /// <summary>Whether the roster moves.</summary>
    public RosterHealth RosterHealth { get; }

    /// <summary>The roster in force, as this node knows it.</summary>
    public RosterView Rosters { get; }

    /// <summary>Which newcomers have the places of bootstrap jobs.</summary>
    internal Seasons Seasons { get; }

    /// <summary>Which cluster nodes come and go.</summary>
    public Neighbours Neighbours { get; }

    /// <summary>Blobs in memory.</summary>
    internal BlobCache Blobs { get; }

    /// <summary>Whether this node takes no new leases, because it is to leave.</summary>
    public DrainSwitch Drain { get; } = new();

    /// <inheritdoc cref="DrainSwitch.IsOn"/>
    public bool Draining => Drain.IsOn;

    /// <summary>The cluster node's own key.</summary>
    public KeyPair NodeKey => Options.NodeKey;

    /// <summary>This cluster node as it is to be announced now: its chain changes in the course of time.</summary>
    public NodeInfo Info =>
        new(Cluster.Get(System).SelfAddress.ToString(), Options.Slots, NodeKey.Public, Chains.Announced) { Speaks = NodeInfo.Latest };

    /// <summary>The roster's replica on this node.</summary>
    public IActorRef Replica { get; internal set; } = ActorRefs.Nobody;

    /// <summary>The keeper of trust, wherever it is in the cluster.</summary>
    public IActorRef Trust { get; internal set; } = ActorRefs.Nobody;

    /// <summary>The service that boss programs talk to.</summary>
    public IActorRef Service { get; internal set; } = ActorRefs.Nobody;

    /// <summary>The worker sessions of this node.</summary>
    public IActorRef Workers { get; internal set; } = ActorRefs.Nobody;

    /// <summary>The regions of the sharded actors. Kept, for sharding does not know them any more while the node is leaving.</summary>
    public IActorRef Boss { get; internal set; } = ActorRefs.Nobody;

    public IActorRef Job { get; internal set; } = ActorRefs.Nobody;

    public IActorRef Worker { get; internal set; } = ActorRefs.Nobody;

    /// <summary>The keepers of the authors' chains.</summary>
    public IActorRef Chain { get; internal set; } = ActorRefs.Nobody;

    public IActorRef Reputation { get; internal set; } = ActorRefs.Nobody;

    public IActorRef Account { get; internal set; } = ActorRefs.Nobody;

    /// <summary>Letters from c-node to c-node.</summary>
    public IActorRef Mailbox { get; internal set; } = ActorRefs.Nobody;

    internal UnknownMessages Unknown { get; }

    internal Durability Durability { get; }

    /// <summary>Which payloads can run.</summary>
    internal PayloadVerdicts Payloads { get; }

    /// <summary>The chains of chance of this process.</summary>
    internal NodeChains Chains { get; }

    /// <summary>Looks up records of before this node followed the roster.</summary>
    internal RecordLookup Records => LazyInitializer.EnsureInitialized(ref _lookup, () => new RecordLookup(System, Rosters.Records));

    /// <summary>The key of a cluster node that is or was in the roster, or of this one; null where it is not known.</summary>
    public PublicKey? KeyOf(NodeId node) => Rosters.KeyOf(node) ?? (node == NodeKey.NodeId ? NodeKey.Public : null);
}
