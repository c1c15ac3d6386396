using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using AkkaCompute.Actors.Client;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What a raw peer sends that is not on the list is refused and counted, and the node goes on.</summary>
[Collection(Alone.Refusing)]
public sealed class WireTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private TestNode _node = null!;
    private ActorSystem _peer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync(_directory.Path, settings => settings with { LogLevel = "WARNING" });
        // Akka.NET as it comes, with Newtonsoft's JSON, and serializers that send what they are told under any number.
        _peer = ActorSystem.Create("peer", ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              actor.provider = remote
              actor.serializers {
                ours = "{{typeof(Forged.Ours).AssemblyQualifiedName}}"
                hyperion = "{{typeof(Forged.Hyperion).AssemblyQualifiedName}}"
                named = "{{typeof(Forged.Named).AssemblyQualifiedName}}"
                nobodys = "{{typeof(Forged.Nobodys).AssemblyQualifiedName}}"
                misc2 = "{{typeof(Forged.Misc).AssemblyQualifiedName}}"
              }
              actor.serialization-bindings {
                "{{typeof(Forged.OursMessage).AssemblyQualifiedName}}" = ours
                "{{typeof(Forged.HyperionMessage).AssemblyQualifiedName}}" = hyperion
                "{{typeof(Forged.NamedMessage).AssemblyQualifiedName}}" = named
                "{{typeof(Forged.NobodysMessage).AssemblyQualifiedName}}" = nobodys
                "{{typeof(Forged.MiscMessage).AssemblyQualifiedName}}" = misc2
              }
              remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
            }
            """));
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.Terminate();
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_not_on_the_list_is_refused_and_counted_and_the_node_goes_on()
    {
        using var refused = new Counted("akkacompute.wire.refused");
        var service = await _peer.ActorSelection($"{_node.Address}/user/compute").ResolveOne(Wait.Long, Cancel);
        var uid = _node.Context.Service.Path.Uid;

        await SendAsync("json", () => service.Tell(new Unbound("anything")));
        await SendAsync("misc", () => service.Tell(PoisonPill.Instance));
        await SendAsync("misc", () => service.Tell(Kill.Instance));
        await SendAsync("misc", () => service.Tell(new Status.Failure(new InvalidOperationException("of any type"))));
        await SendAsync("misc", () => _peer.ActorSelection($"{_node.Address}/user/*").Tell(PoisonPill.Instance));
        await SendAsync("misc", () => service.Tell(ConfigurationFactory.ParseString("a = 1")));
        await SendAsync("protobuf-by-name", () => service.Tell(new Forged.NamedMessage()));
        await SendAsync("remote-deployment", () => _peer.ActorOf(Props.Create<Intruder>().WithDeploy(
            Deploy.None.WithScope(new RemoteScope(Address.Parse(_node.Address)))), $"intruder-{Guid.NewGuid():N}"));
        await SendAsync("hyperion", () => service.Tell(new Forged.HyperionMessage()));
        await SendAsync("unknown-manifest", () => service.Tell(new Forged.OursMessage("zz")));
        await SendAsync("malformed", () => service.Tell(new Forged.OursMessage("no")));
        await SendAsync("malformed", () => service.Tell(new Forged.MiscMessage("AID")));
        await SendAsync("unknown-serializer", () => service.Tell(new Forged.NobodysMessage()));

        Assert.False(Intruder.IsHere);
        // The same actor, through the same association.
        var again = await _peer.ActorSelection($"{_node.Address}/user/compute").ResolveOne(Wait.Long, Cancel);
        // Such a message must be acknowledged, and is not: it ends the association of the one who sends it. So it is the last.
        await SendAsync("system", () => ((IInternalActorRef)service).Stop());
        Assert.Equal(service, again);
        Assert.Equal(uid, again.Path.Uid);
        Jobs.AssertEchoed(
            await _node.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(100), cancel: Cancel).AllAsync(), 100, ordered: true);

        async Task SendAsync(string kind, Action send)
        {
            var before = refused[kind];
            send();
            await Wait.EventuallyAsync(() => refused[kind] > before, $"'{kind}' is counted");
        }
    }

    private sealed record Unbound(string Text);

    private sealed class Intruder : ReceiveActor
    {
        public static bool IsHere { get; private set; }

        protected override void PreStart() => IsHere = true;
    }

    /// <summary>Bytes under a number and a manifest that the sender chooses.</summary>
    private static class Forged
    {
        internal sealed record OursMessage(string Manifest);
        internal sealed record MiscMessage(string Manifest);
        internal sealed record HyperionMessage;
        internal sealed record NamedMessage;
        internal sealed record NobodysMessage;

        internal abstract class Any(ExtendedActorSystem system, int identifier, Func<object, string> manifest) : SerializerWithStringManifest(system)
        {
            public override int Identifier => identifier;

            public override string Manifest(object o) => manifest(o);

            public override byte[] ToBinary(object obj) => [0xFF, 0xFF, 0xFF, 0xFF, 0x07];

            public override object FromBinary(byte[] bytes, string manifest) => throw new NotSupportedException();
        }

        internal sealed class Ours(ExtendedActorSystem system) : Any(system, 7701, message => ((OursMessage)message).Manifest);

        internal sealed class Hyperion(ExtendedActorSystem system) : Any(system, -5, _ => "System.Diagnostics.Process");

        internal sealed class Named(ExtendedActorSystem system) : Any(system, 2, _ => "Google.Protobuf.WellKnownTypes.StringValue, Google.Protobuf");

        internal sealed class Nobodys(ExtendedActorSystem system) : Any(system, 31_337, _ => "x");

        internal sealed class Misc(ExtendedActorSystem system) : Any(system, 16, message => ((MiscMessage)message).Manifest)
        {
            private readonly Akka.Remote.Serialization.MiscMessageSerializer _real = new(system);

            // What comes back under this number is read as ever.
            public override object FromBinary(byte[] bytes, string manifest) => _real.FromBinary(bytes, manifest);
        }
    }
}
