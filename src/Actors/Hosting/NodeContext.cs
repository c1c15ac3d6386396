using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using AkkaCompute.Actors.Blobs;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Actors.Sight;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Hosting;

/// <summary>What all actors of a node share: the clock, the roster, and the ways to each other.</summary>
public sealed class NodeContext(ActorSystem system, ComputeNodeOptions options)
{
    /// <summary>A cluster node has gone, or cannot be reached: told to the actors of this node through the event stream.</summary>
    public sealed record NodeLeft(string Address);

    /// <summary>What this node counts and measures.</summary>
    public NodeMetrics Metrics { get; } = new(Steady(options.Time));

    /// <summary>What people who watch this node see.</summary>
    public NetworkTap Tap { get; } = new(Steady(options.Time));

    /// <summary>Which payloads can run.</summary>
    public PayloadVerdicts Payloads { get; } = new(options.CodeCheck, options.Blobs);

    /// <summary>Whether the journal takes writes.</summary>
    public JournalHealth Journal => Metrics.Journal;

    /// <summary>Whether this node takes no new leases, because it is to leave.</summary>
    public bool Draining
    {
        get => Volatile.Read(ref _draining);
        internal set => Volatile.Write(ref _draining, value);
    }

    /// <summary>Addresses of cluster nodes that have gone: one that is named after so many others have gone is lent to, and its lease runs out.</summary>
    internal const int MostGone = 1_024;

    private readonly Latest<string, NodeLeft> _gone = new(MostGone, StringComparer.Ordinal);
    private long _membersChangedAt = options.Time.GetTimestamp();
    private RecordLookup? _lookup;
    private bool _draining;

    public ActorSystem System => system;

    public ComputeNodeOptions Options => options;

    /// <summary>The node's clock: nobody can set it, so every difference of two of its times is a duration.</summary>
    public TimeProvider Time { get; } = Steady(options.Time);

    /// <summary>Whether the roster moves.</summary>
    public RosterHealth RosterHealth { get; } = new(options.Time, options.StalledAfter);

    /// <summary>The cluster node's own key.</summary>
    public KeyPair NodeKey => options.NodeKey;

    /// <summary>The key of a cluster node that is or was in the roster, or of this one; null where it is not known.</summary>
    public PublicKey? KeyOf(NodeId node) => Rosters.KeyOf(node) ?? (node == NodeKey.NodeId ? NodeKey.Public : null);

    /// <summary>The chains of chance of this process.</summary>
    internal NodeChains Chains { get; } = new(options.ChainLength, options.RenewChainBefore);

    /// <summary>Sessions that open their chains at once. Ten thousand together are more than a journal takes: it gives up on all of them.</summary>
    internal SemaphoreSlim Openings { get; } = new(64);

    /// <summary>This cluster node as it is to be announced now: its chain changes in the course of time.</summary>
    public NodeInfo Info => new(Cluster.Get(system).SelfAddress.ToString(), options.Slots, options.NodeKey.Public, Chains.Announced);

    /// <summary>The roster in force, as this node knows it.</summary>
    public RosterView Rosters { get; } = new(options.Time);

    /// <summary>Looks up records of before this node followed the roster.</summary>
    internal RecordLookup Records => LazyInitializer.EnsureInitialized(ref _lookup, () => new RecordLookup(system, Rosters.Records));

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

    /// <summary>Whether a cluster node leaves, or has left or cannot be reached, and has not come back: what was drawn before may still name its workers.</summary>
    public bool IsGone(string address) => _gone.Contains(address);

    /// <summary>It still answers, and gives back what it has: but nothing new is lent to it.</summary>
    internal void OnMemberLeaving(string address) => _gone.Set(address, new NodeLeft(address));

    internal void OnMemberUp(string address)
    {
        _gone.Remove(address);
        Volatile.Write(ref _membersChangedAt, Time.GetTimestamp());
    }

    /// <summary>
    /// A refusal for too few workers, as it is to be said now: soon after a node's start or end it may be another one in a moment, so
    /// it is <see cref="RefusalReason.Unavailable"/>. All others as they are.
    /// </summary>
    internal Refused Settling(Refused refused) =>
        refused.Reason == RefusalReason.TooFewWorkers && Time.GetElapsedTime(Volatile.Read(ref _membersChangedAt)) < Options.SettleTime
            ? new Refused(RefusalReason.Unavailable, $"{refused.Message} A node came or went less than {Duration.Text(Options.SettleTime)} ago: more may come.")
            : refused;

    /// <summary>Tells the actors of this node; from then on they know that it is gone.</summary>
    internal void OnMemberLost(string address)
    {
        var left = new NodeLeft(address);
        _gone.Set(address, left);
        Volatile.Write(ref _membersChangedAt, Time.GetTimestamp());
        system.EventStream.Publish(left);
    }

    /// <summary>The worker sessions of a cluster node.</summary>
    public ActorSelection Sessions(string address) => system.ActorSelection($"{address}/user/{ComputeNode.WorkersName}");

    /// <summary>The answer to whoever asked for something that the journal did not take.</summary>
    internal static Refused NotWritten(Exception cause) => NotWritten(cause.GetBaseException().Message);

    internal static Refused NotWritten(string why) =>
        new(RefusalReason.Unavailable, $"The journal takes no writes now, and nothing has changed: {why}");

    private static SteadyTime Steady(TimeProvider time) => time as SteadyTime ?? new SteadyTime(time);

    /// <summary>Answers a message that an actor does not know; counted and logged. A refusal is never answered by another one.</summary>
    public void RefuseUnknown(object message, IActorRef sender)
    {
        if (message is Unreadable unreadable) // counted where it was read
        {
            if (unreadable.Type != nameof(Refused))
                sender.Tell(new Refused(RefusalReason.Invalid, unreadable.Problem));
            return;
        }
        var type = message.GetType().Name;
        Metrics.OnUnknown(type);
        system.Log.Warning("A message of type {0} from {1} is not known here.", type, sender);
        if (message is not Refused)
            sender.Tell(new Refused(RefusalReason.UnknownMessage, $"A message of type {type} is not known here."));
    }
}
