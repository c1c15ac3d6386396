using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Somebody sets the machine's clock while a node runs.</summary>
public sealed class ClockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>Back by a day, right again, and on by a day: epochs close, leases end, and blobs stay.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Work_goes_on_whatever_the_clock_is_set_to()
    {
        var clock = new SettableClock();
        await using var node = await TestNode.StartAsync(_directory["a"], configure: options => options with { Time = clock });
        foreach (var step in (int[])[0, -1, 1, 1])
        {
            clock.Set(TimeSpan.FromDays(step));
            var request = new JobRequest(Jobs.Echo) { Policy = new Policy.Quorum(2, 5) };
            var outcomes = await node.Client.MapAsync(request, Jobs.Numbers(20), cancel: TestContext.Current.CancellationToken).AllAsync();
            Jobs.AssertEchoed(outcomes, 20, ordered: true);
        }
    }
}
