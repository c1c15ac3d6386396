using AkkaCompute.Actors.Client;

namespace AkkaCompute.Tests.Cluster;

public sealed class RosterSnapshotTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_roster_that_starts_from_its_snapshot_goes_on_with_the_next_epoch_and_draws()
    {
        ulong before;
        await using (var node = await StartAsync())
        {
            for (var i = 0; i < 7; i++)
                await WorkAsync(node);
            before = node.Context.Rosters.Current.Epoch.Number;
        }
        Assert.True(before > 6, $"Only {before} epochs: no snapshot was due.");

        await using var again = await StartAsync();
        await WorkAsync(again);
        Assert.True(again.Context.Rosters.Current.Epoch.Number > before);
        Assert.Equal(5, again.Context.Rosters.Current.Members.Length);
    }

    public void Dispose() => _data.Dispose();

    private Task<TestNode> StartAsync() =>
        TestNode.StartAsync(_data.Path, configure: options => options with { EpochsPerSnapshot = 3 });

    private static async Task WorkAsync(TestNode node) =>
        Jobs.AssertEchoed(await node.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(5), cancel: Cancel).AllAsync(), 5, ordered: true);
}
