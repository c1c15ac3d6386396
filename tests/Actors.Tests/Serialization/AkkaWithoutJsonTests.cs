using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Serialization;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Bosses.BossProtocol;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>
/// Remoting, cluster, sharding, singleton, cluster client, publish-subscribe and death watch between two processes' worth of
/// actor systems, with a serializer in JSON's place that writes down what Akka.NET would have made JSON of.
/// </summary>
public sealed class AkkaWithoutJsonTests : IAsyncDisposable
{
    private static readonly ConcurrentQueue<string> _json = new();
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private readonly List<ActorSystem> _systems = [];

    [Fact]
    public async Task Nothing_in_Akka_needs_json()
    {
        var first = Start("cluster", "cluster");
        var second = Start("cluster", "cluster");
        var stranger = Start("client", "remote");
        var cluster = Cluster.Get(first);
        await cluster.JoinAsync(cluster.SelfAddress, Stop).WaitAsync(_patience, Stop);
        await Cluster.Get(second).JoinAsync(cluster.SelfAddress, Stop).WaitAsync(_patience, Stop);

        // Sharding with distributed data, remembered entities in a journal that writes bytes, and its queries.
        var regions = new[] { Region(first), Region(second) };
        foreach (var region in regions)
        {
            for (var i = 0; i < 30; i++)
            {
                var id = NodeId.Of([(byte)i]);
                var list = await Ask<JobList>(region, new GetJobs(id));
                Assert.Equal(id, list.NodeId);
            }
        }
        foreach (var region in regions)
        {
            var stats = await Ask<ClusterShardingStats>(region, new GetClusterShardingStats(_patience));
            Assert.Equal(2, stats.Regions.Count);
            Assert.Equal(30, stats.Regions.Values.Sum(one => one.Stats.Values.Sum()));
            Assert.NotEmpty((await Ask<CurrentShardRegionState>(region, GetShardRegionState.Instance)).Shards);
            Assert.Equal(2, (await Ask<CurrentRegions>(region, GetCurrentRegions.Instance)).Regions.Count);
        }

        // A singleton, asked from the other node.
        foreach (var system in new[] { first, second })
        {
            system.ActorOf(ClusterSingletonManager.Props(
                Props.Create<Echo>(), PoisonPill.Instance, ClusterSingletonManagerSettings.Create(system)), "single");
        }
        var proxy = second.ActorOf(ClusterSingletonProxy.Props("/user/single", ClusterSingletonProxySettings.Create(second)));
        await Ask<JobList>(proxy, new GetJobs(default));

        // A cluster client that is no member: an ask through the receptionist, in both directions.
        ClusterClientReceptionist.Get(first).RegisterService(first.ActorOf(Props.Create<Echo>(), "service"));
        var contact = ActorPath.Parse($"{cluster.SelfAddress}/system/receptionist");
        var client = stranger.ActorOf(ClusterClient.Props(ClusterClientSettings.Create(stranger).WithInitialContacts([contact])));
        await Ask<JobList>(client, new ClusterClient.Send("/user/service", new GetJobs(default)));

        // Publish-subscribe over the nodes.
        var heard = new TaskCompletionSource<object>();
        var subscriber = second.ActorOf(Props.Create(() => new Listener(heard, "topic")));
        for (var tries = 0; tries < 400 && !heard.Task.IsCompleted; tries++)
        {
            DistributedPubSub.Get(first).Mediator.Tell(new Publish("topic", new GetJobs(default)));
            await Task.WhenAny(heard.Task, Task.Delay(50, Stop));
        }
        Assert.True(heard.Task.IsCompleted);

        // Identify, primitives, death watch; a failure as a reply, or a poison pill, is not taken from the wire.
        var remote = await first.ActorSelection(Cluster.Get(second).SelfAddress + "/user/" + second.ActorOf(Props.Create<Echo>(), "echo").Path.Name)
            .ResolveOne(_patience, Stop);
        Assert.Equal("primitive", await Ask<string>(remote, "primitive"));
        await Assert.ThrowsAsync<AskTimeoutException>(() => remote.Ask<JobList>("fail", TimeSpan.FromSeconds(1), Stop));
        var over = new TaskCompletionSource<object>();
        first.ActorOf(Props.Create(() => new Watcher(over, remote)));
        await Ask<ActorIdentity>(remote, new Identify(1));
        remote.Tell(PoisonPill.Instance);
        await Ask<ActorIdentity>(remote, new Identify(2));
        Assert.False(over.Task.IsCompleted);
        second.ActorSelection("/user/echo").Tell(PoisonPill.Instance);
        await over.Task.WaitAsync(_patience, Stop);
        Assert.False(subscriber.IsNobody());

        // A node leaves: shards and the singleton are handed over.
        await Cluster.Get(second).LeaveAsync(Stop).WaitAsync(_patience, Stop);
        var moved = await Ask<JobList>(regions[0], new GetJobs(NodeId.Of([1])));
        Assert.Equal(NodeId.Of([1]), moved.NodeId);

        Assert.Empty(_json);
        Assert.NotEmpty(BytesJournal.Written);

        // That something would have been written down.
        second = Start("late", "remote");
        var echo = second.ActorOf(Props.Create<Echo>(), "echo");
        var address = ((ExtendedActorSystem)second).Provider.DefaultAddress;
        var far = await first.ActorSelection($"{address}/user/{echo.Path.Name}").ResolveOne(_patience, Stop);
        far.Tell(new Unbound());
        await Ask<JobList>(far, new GetJobs(default));
        Assert.Equal([$"wrote {typeof(Unbound)}"], _json);
    }

    private sealed record Unbound;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<T> Ask<T>(IActorRef target, object message) => target.Ask<T>(message, _patience, Stop);

    public async ValueTask DisposeAsync()
    {
        foreach (var system in _systems)
            await system.Terminate();
    }

    private ActorSystem Start(string name, string provider)
    {
        var config = ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              actor.provider = {{provider}}
              actor.serializers.json = "{{typeof(Recorder).AssemblyQualifiedName}}"
              remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
              cluster.sharding {
                state-store-mode = ddata
                remember-entities = on
                remember-entities-store = eventsourced
                distributed-data.durable.keys = []
              }
              persistence.journal { plugin = "akka.persistence.journal.bytes"
                bytes.class = "{{typeof(BytesJournal).AssemblyQualifiedName}}" }
              persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            }
            """)
            .WithFallback(WireSerializer.Configuration)
            .WithFallback(ClusterSharding.DefaultConfig())
            .WithFallback(ClusterClientReceptionist.DefaultConfig())
            .WithFallback(DistributedPubSub.DefaultConfig());
        var system = ActorSystem.Create(name, config);
        _systems.Add(system);
        return system;
    }

    private static IActorRef Region(ActorSystem system)
    {
        var sharding = ClusterSharding.Get(system);
        return sharding.Start("boss", Props.Create<Echo>(), ClusterShardingSettings.Create(system), new ByNode());
    }

    private sealed class ByNode() : HashCodeMessageExtractor(10)
    {
        public override string EntityId(object message) => ((IWithNodeId)message).NodeId.ToString();
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo()
        {
            Receive<IWithNodeId>(message => Sender.Tell(new JobList(message.NodeId, [], 0)));
            Receive<string>(text => text == "primitive", text => Sender.Tell(text));
            Receive<string>(_ => Sender.Tell(new Status.Failure(new InvalidOperationException("on purpose"))));
        }
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(TaskCompletionSource<object> heard, string topic)
        {
            DistributedPubSub.Get(Context.System).Mediator.Tell(new Subscribe(topic, Self));
            Receive<GetJobs>(message => heard.TrySetResult(message));
        }
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(TaskCompletionSource<object> over, IActorRef watched)
        {
            Context.Watch(watched);
            Receive<Terminated>(message => over.TrySetResult(message));
        }
    }

    /// <summary>In JSON's place: what would have been JSON.</summary>
    public sealed class Recorder(ExtendedActorSystem system, Config settings) : SerializerWithStringManifest(system)
    {
        private readonly RefusingSerializer _refusing = new(system, settings);

        public override int Identifier => _refusing.Identifier;

        public override string Manifest(object o) => o.GetType().FullName!;

        public override byte[] ToBinary(object obj)
        {
            _json.Enqueue($"wrote {obj.GetType()}");
            return _refusing.ToBinary(obj);
        }

        public override object FromBinary(byte[] bytes, string manifest)
        {
            _json.Enqueue($"read {manifest}");
            return _refusing.FromBinary(bytes, manifest);
        }
    }
}
