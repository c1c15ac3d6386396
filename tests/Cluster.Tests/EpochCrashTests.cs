using System.Globalization;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A node that closes epochs with others is killed: a process of its own, on the same database.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "PostgreSQL")]
public sealed class EpochCrashTests(PostgresFixture server, ITestOutputHelper output) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_killed_node_is_set_aside_and_comes_back_with_another_chain()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var database = await server.CreateDatabaseAsync();
        await using var first = await StartAsync(database, "a");
        await using var second = await StartAsync(database, "b", first);
        var arguments = (string[])
        [
            "node", "--data", _directory["c"], "--postgres", database, "--postgres-password-file", server.PasswordFile, "--port", Child.FreePort().ToString(CultureInfo.InvariantCulture),
            "--workers", "1", "--slots", "1", "--seed-node", first.Address, "--pbm-port", "off",
        ];
        NodeId killed;
        using (var child = await Child.StartAsync("AkkaCompute.Cluster.Node", "ready: ", arguments))
        {
            killed = (await RosterHistory.ReadAsync(first))[^1].After.Single(node => node.Id != Id(first) && node.Id != Id(second)).Id;
            await first.CountsAsync(Id(first), Id(second), killed);
            await child.KillAsync();
        }
        await Wait.EventuallyAsync(
            async () =>
            {
                await first.NextEpochAsync();
                return (await RosterHistory.ReadAsync(first)).Any(epoch => epoch.After.Find(killed) is { Misses: > 0 });
            },
            "a miss");
        await first.CountsAsync(Id(first), Id(second)); // the others go on

        using var again = await Child.StartAsync("AkkaCompute.Cluster.Node", "ready: ", arguments);
        try
        {
            await first.CountsAsync(Id(first), Id(second), killed);
        }
        finally
        {
            output.WriteLine(string.Join('\n', again.Lines));
        }
        var history = await RosterHistory.ReadAsync(first);
        Assert.Equal(2, history.Select(epoch => epoch.After.Find(killed)?.Info?.Anchor).OfType<Hash256>().Distinct().Count());
        Assert.InRange(history[^1].After.Find(killed)!.Misses, 1, CommittedNode.LargestPower);
        await again.TerminateAsync();
        Assert.Equal(0, await again.EndAsync());
    }

    /// <summary>With the rules of a node as it comes, those of the process.</summary>
    private Task<TestNode> StartAsync(string database, string name, TestNode? seed = null) => TestNode.StartAsync(
        _directory[name],
        settings => settings with
        {
            Workers = 1, Slots = 1, Postgres = database, PostgresPasswordFile = server.PasswordFile, Seeds = seed is null ? [] : [seed.Address],
        },
        configure: options => options with { Rules = new TrustRules(), RevealWait = TimeSpan.FromSeconds(5), HeadsEpoch = options.MinEpoch });

    private static NodeId Id(TestNode node) => node.Context.NodeKey.NodeId;
}
