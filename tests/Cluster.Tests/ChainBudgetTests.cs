using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Tests.Cluster;

public sealed class ChainBudgetTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_boss_that_has_opened_as_many_chains_as_it_may_waits_and_is_told_for_what()
    {
        await using var node = await TestNode.StartAsync(
            _directory.Path, configure: options => options with { Budgets = new RosterBudgets { ChainOpenings = 4 } });
        await using var boss = ComputeClient.Of(node.Context, new ComputeClientOptions { Patience = TimeSpan.FromSeconds(5) });
        for (var job = 0; job < 2; job++)
            await boss.SubmitAsync(new JobRequest(Jobs.Echo), Cancel);
        var late = await Assert.ThrowsAsync<ComputeUnavailableException>(() => boss.SubmitAsync(new JobRequest(Jobs.Echo), Cancel));
        Assert.Contains("has opened 4 chains in the last 1024 epochs, and may open 4", late.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();
}
