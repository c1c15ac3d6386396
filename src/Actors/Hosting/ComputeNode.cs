using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.Singleton;
using Akka.Pattern;
using AkkaCompute.Actors.Bootstrapping;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Jobs.Retention;
using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Actors.Transport;
using AkkaCompute.Actors.Trust;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Hosting;

/// <summary>Starts a cluster node's actors in an actor system that the composition root has configured.</summary>
public static class ComputeNode
{
    /// <summary>The role of the members that carry actors; lighthouses do not have it.</summary>
    public const string Role = NodeNames.Role;

    /// <summary>A member's role that names its journal begins so: nodes show each other by it which journal they have.</summary>
    public const string JournalRolePrefix = "journal-";

    /// <summary>A member's role that names its node's public key begins so: a node on a copy of another's data is known by it.</summary>
    public const string KeyRolePrefix = "key-";

    private const string RosterName = "roster";
    private const string TrustName = "trust";

    /// <summary>Starts the actors of this node.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range; the message names it.</exception>
    public static NodeContext Start(ActorSystem system, ComputeNodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var node = new NodeContext(system, options);
        var (roster, rules, unknown) = (node.OfRoster(), options.Rules, node.Unknown);
        var singleton = StartSingleton(system, RosterName, Props.Create(() => new RosterActor(roster)));
        node.Replica = system.ActorOf(Props.Create(() => new RosterReplicaActor(roster, singleton)), NodeNames.Replica);
        Regions.Start(node);
        node.Trust = StartSingleton(system, TrustName, Props.Create(() => new TrustActor(rules, node.Rosters, node.Replica, unknown)));
        var (workers, slots) = (node.OfWorkers(), node.OfSlots());
        node.Workers = system.ActorOf(Props.Create(() => new WorkersActor(workers, slots, singleton)), NodeNames.Workers);
        if (options is { StoredEvents: { } events, RetainJobs: { } after })
        {
            var retention = node.OfRetention(events, after);
            system.ActorOf(Props.Create(() => new RetentionActor(retention)), "retention");
        }
        system.ActorOf(Props.Create(() => new UnknownSerializers()), "unknown-serializers");
        system.ActorOf(Props.Create(() => new OversizedMessages()), "oversized-messages");
        node.Service = system.ActorOf(Props.Create(() => new ComputeService(node)), IComputeService.Name);
        ClusterClientReceptionist.Get(system).RegisterService(node.Service);
        if (options.Bootstrap is { } bootstrap)
        {
            var bootstrapping = node.OfBootstrapping(bootstrap);
            system.ActorOf(Props.Create(() => new BootstrapActor(bootstrapping)), "bootstrap");
        }
        return node;
    }

    /// <summary>
    /// The next key of a c-node of this node takes over, or, where it is revoked, the c-node ends for good. It goes on with a new
    /// chain when this returns.
    /// </summary>
    /// <returns>Why it was not done; null where it was.</returns>
    public static async Task<string?> ChangeKeyAsync(NodeContext node, NodeId worker, bool revoke, CancellationToken cancel)
    {
        var workers = node.System.ActorSelection($"/user/{NodeNames.Workers}");
        var changed = await workers.Ask<KeyPen.KeyChanged>(new WorkersActor.ChangeKey(worker, revoke), TimeSpan.FromSeconds(60), cancel);
        return changed.Error;
    }

    /// <summary>Waits until this node is up and all of its workers can be drawn: two epochs after their declarations.</summary>
    public static Task WaitUntilReadyAsync(NodeContext node, CancellationToken cancel) =>
        WaitUntilReadyAsync(node, node.Options.Workers.Count, null, cancel);

    /// <summary>Waits until at least so many of this node's workers can be drawn. The others follow by themselves.</summary>
    /// <param name="least">At most as many as the node has; 0 waits for nothing.</param>
    /// <param name="progress">Told how many can be drawn, at first and at each change; null tells nobody.</param>
    public static async Task WaitUntilReadyAsync(NodeContext node, int least, IProgress<int>? progress, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(least, node.Options.Workers.Count);
        var address = Cluster.Get(node.System).SelfAddress.ToString();
        for (var (ready, before) = (0, -1); ; before = ready)
        {
            var roster = node.Rosters.Current;
            ready = node.Options.Workers.Count(worker =>
                roster.Find(worker.Id) is { } member && member.NodeAddress == address && member.CanBeDrawn(roster.Epoch));
            if (ready != before)
                progress?.Report(ready);
            if (ready >= least)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(20), node.Time, cancel);
        }
    }

    private static IActorRef StartSingleton(ActorSystem system, string name, Props props)
    {
        var manager = system.ActorOf(
            ClusterSingletonManager.Props(
                Supervised(props, name),
                EntityStop.Instance,
                ClusterSingletonManagerSettings.Create(system).WithRole(Role).WithSingletonName(name)),
            $"{name}-singleton");
        return system.ActorOf(
            ClusterSingletonProxy.Props(
                manager.Path.ToStringWithoutAddress(),
                ClusterSingletonProxySettings.Create(system).WithRole(Role).WithSingletonName(name)),
            $"{name}-proxy");
    }

    // A persistent actor stops when a write fails, and the singleton's manager does not start it again. One whose event is refused stops
    // too: it would try the same again at once.
    internal static Props Supervised(Props singleton, string name) => BackoffSupervisor.Props(
        Backoff.OnStop(singleton, name, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), 0.2, -1)
            .WithSupervisorStrategy(new OneForOneStrategy(cause => cause is EventRefusedException
                ? Directive.Stop
                : SupervisorStrategy.DefaultDecider.Decide(cause)))
            .WithFinalStopMessage(message => message is EntityStop));
}
