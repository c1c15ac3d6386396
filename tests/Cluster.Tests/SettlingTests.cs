using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Soon after a start not all workers are there yet: a client waits for them as long as it has patience.</summary>
public sealed class SettlingTests : IDisposable
{
    private static readonly JobRequest _request = new(new Payload.Kernel("nowhere", 7));

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Too_few_workers_are_unavailable_soon_after_a_start_and_refused_for_good_later()
    {
        var cancel = TestContext.Current.CancellationToken;
        var time = new Clock();
        await using var node = await TestNode.StartAsync(
            _directory.Path, configure: options => options with { SettleTime = TimeSpan.FromHours(1), Time = time });
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Patience = TimeSpan.FromSeconds(3) });

        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => client.SubmitAsync(_request, cancel));
        Assert.Equal(RefusalReason.Unavailable, refused.Reason);
        Assert.Contains("kernel:nowhere@7", refused.Message, StringComparison.Ordinal);
        Assert.Contains("less than 1h ago", refused.Message, StringComparison.Ordinal);

        time.Ahead = TimeSpan.FromHours(1);
        refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => client.SubmitAsync(_request, cancel));
        Assert.Equal(RefusalReason.TooFewWorkers, refused.Reason);
    }

    /// <summary>Real time, and an hour more where the test says so: by its stopwatch alone.</summary>
    private sealed class Clock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
    }
}
