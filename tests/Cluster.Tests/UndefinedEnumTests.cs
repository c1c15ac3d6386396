using Akka.Actor;
using Akka.Configuration;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What another program sends and a node can't read is answered, and the answer names the field.</summary>
public sealed class UndefinedEnumTests(RefusalFixture fixture) : IClassFixture<RefusalFixture>
{
    private readonly TestNode _node = fixture.Node;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_draw_that_is_not_known_is_answered_as_invalid()
    {
        var peer = ActorSystem.Create("peer", ConfigurationFactory.ParseString("""
            akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = remote, remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 } }
            """).WithFallback(WireSerializer.Configuration));
        try
        {
            var spec = new JobRequest(Jobs.Echo) { Draw = (DrawMode)77 }.ToSpec(_node.Client.Boss);
            var answer = await peer.ActorSelection($"{_node.Address}/user/compute").Ask<object>(new BossProtocol.SubmitJob(spec), Wait.Long, Cancel);
            var refused = Assert.IsType<Refused>(answer);
            Assert.Equal(RefusalReason.Invalid, refused.Reason);
            Assert.Contains("spec.draw: 77 is not a known DrawMode", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await peer.Terminate();
        }
    }

    /// <summary>The client does not even ask.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_spec_outside_its_limits_is_refused_before_it_is_sent()
    {
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(
            () => _node.Client.SubmitAsync(new JobRequest(Jobs.Echo) { Draw = (DrawMode)77, Label = new string('x', 200_000) }, Cancel));
        Assert.Equal(RefusalReason.TooLarge, refused.Reason);
        Assert.Contains("Label: 200000 characters, at most 200", refused.Message, StringComparison.Ordinal);
    }
}
