using Akka.Configuration;
using AkkaCompute.Actors.Client;

namespace AkkaCompute.Tests.Cluster.Remoting;

/// <summary>A node that takes cluster members alone.</summary>
[Collection(Alone.Refusing)]
public sealed class MembersOnlyTests : IDisposable
{
    private static readonly Config MembersOnly = ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.guard.members-only = on");

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_node_for_members_only_takes_a_member_and_no_boss_program()
    {
        using var refused = new Counted("akkacompute.remote.refused");
        await using var first = await TestNode.StartAsync(
            _directory["first"], settings => settings with { Hocon = MembersOnly, Journal = _directory["journal.db"] });
        await using var second = await TestNode.StartAsync(
            _directory["second"], settings => settings with { Hocon = MembersOnly, Journal = _directory["journal.db"], Seeds = [first.Address] });
        Assert.Equal(2, Akka.Cluster.Cluster.Get(second.Context.System).State.Members.Count);
        await using var client = ComputeClient.Connect([first.Address], new ComputeClientOptions { Patience = TimeSpan.FromSeconds(4) });
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetRosterAsync(Cancel));
        Assert.True(refused["not-a-member"] > 0);
    }
}
