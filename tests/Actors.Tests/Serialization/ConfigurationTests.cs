using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Actor.Dsl;
using AkkaCompute.Actors.Serialization;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>What an actor system with our configuration does with messages.</summary>
public sealed class ConfigurationTests : IAsyncDisposable
{
    private const string Remote = """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          actor.provider = remote
          remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
        }
        """;

    private readonly ExtendedActorSystem _system =
        (ExtendedActorSystem)ActorSystem.Create("configured", WireSerializer.Configuration.WithFallback(Remote));

    private sealed record Poco(string Text);

    [Fact]
    public void Every_sample_travels_by_the_wire_serializer()
    {
        foreach (var sample in Samples.All.Values)
        {
            var serializer = Assert.IsType<WireSerializer>(_system.Serialization.FindSerializerFor(sample));
            var bytes = _system.Serialization.Serialize(sample);
            var message = _system.Serialization.Deserialize(bytes, 7701, serializer.Manifest(sample));
            Assert.Equal(Shape.Of(sample), Shape.Of(message));
        }
    }

    [Fact]
    public void A_type_that_nobody_bound_is_refused_by_name()
    {
        var thrown = Assert.Throws<SerializationException>(() => _system.Serialization.Serialize(new Poco("x")));
        Assert.Contains(nameof(Poco), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_from_a_peer_is_not_parsed()
    {
        var type = typeof(Poco).AssemblyQualifiedName!;
        var json = Encoding.UTF8.GetBytes($$"""{"$type":"{{type}}","Text":"x"}""");
        var thrown = Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize(json, 1, type));
        Assert.Contains("json", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize(json, 1, typeof(object)));
    }

    [Fact]
    public async Task A_peer_that_sends_json_is_not_heard_and_breaks_nothing()
    {
        var heard = 0;
        var stop = TestContext.Current.CancellationToken;
        _system.ActorOf(dsl => dsl.ReceiveAny((message, context) =>
        {
            heard++;
            context.Sender.Tell(message);
        }), "echo");
        var peer = ActorSystem.Create("peer", Remote);
        try
        {
            var echo = await peer.ActorSelection(_system.Provider.DefaultAddress + "/user/echo").ResolveOne(TimeSpan.FromSeconds(10), stop);
            echo.Tell(new Poco("x"));
            Assert.Equal("still there", await echo.Ask<string>("still there", TimeSpan.FromSeconds(10), stop));
            Assert.Equal(1, heard);
        }
        finally
        {
            await peer.Terminate();
        }
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();
}
