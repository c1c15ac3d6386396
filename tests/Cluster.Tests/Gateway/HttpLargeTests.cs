using AkkaCompute.Authors.Bosses;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>More large inputs than a boss outside the cluster has room for.</summary>
public sealed class HttpLargeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Who_hands_in_and_leaves_waits_for_room_and_one_that_never_has_any_is_refused()
    {
        var first = new TestKernel("first", (input, _) => new(input[..10]));
        await using var node = await TestNode.StartAsync(
            _directory["a"], settings: settings => settings with { MaxBlob = 4 << 20, BlobQuota = 8 << 20 }, wrap: (_, _) => TestNode.Kernels(first));
        await using var gateway = await GatewayFixture.OpenAsync(node, _directory["a"]);
        using var boss = new HttpBoss(gateway.Address, BossKey.Of(), null, Wait.Long, TimeProvider.System);
        var inputs = Enumerable.Range(0, 12).Select(seed => Large.Bytes(seed, 2 << 20)).ToArray();
        var spec = new JobSpec(
            JobId.Of(boss.Boss, "large"u8), boss.Boss, "", first.Payload, Jobs.Short, Jobs.None, DrawMode.Next, 0);
        var job = await boss.SubmitAsync(spec, Cancel);
        await job.HandInAsync(Large.EachAsync(inputs), Cancel);
        var outcomes = await job.OutcomesAsync(ordered: true, Cancel).AllAsync();
        Assert.Equal(inputs.Select(input => Convert.ToHexString(input.Span[..10])), outcomes.Select(outcome => Convert.ToHexString(outcome.Output.Span)));

        var tooLarge = await boss.SubmitAsync(spec with { Id = JobId.Of(boss.Boss, "too large"u8) }, Cancel);
        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => tooLarge.HandInAsync(Large.EachAsync([inputs[0], Large.Bytes(1, (4 << 20) + 1)]), Cancel));
        Assert.Equal(RefusalReason.TooLarge, refused.Refused.Reason);
        Assert.StartsWith("Inputs[1]: size: 4194305 bytes, at most 4194304.", refused.Message, StringComparison.Ordinal);
    }
}
