using AkkaCompute.Actors.Client;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Execution;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Storage;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Blobs are kept as long as a job needs them, and no longer than that and a while.</summary>
public sealed class BlobTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Only_what_no_job_needs_and_nobody_has_put_lately_is_dropped()
    {
        using var storage = await NodeStorage.OpenAsync(new NodeSettings { DataDirectory = _directory.Path }, Cancel);
        await BlobStoreChecks.DropsOnlyWhatNobodyNeedsAsync(storage.Blobs);
    }

    [Fact]
    public async Task A_part_of_a_blob_is_read_without_the_rest()
    {
        using var storage = await NodeStorage.OpenAsync(new NodeSettings { DataDirectory = _directory.Path }, Cancel);
        await BlobStoreChecks.ReadsPartsAsync(storage.Blobs);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_job_keeps_its_module_and_a_boss_gets_it_back()
    {
        var module = Wasm();
        await using var node = await TestNode.StartAsync(
            _directory["a"], configure: options => options with { BlobGrace = TimeSpan.FromDays(-1), BlobCollectEvery = TimeSpan.FromSeconds(1) });
        var payload = await node.Client.PutModuleAsync(module, Cancel);
        await node.Client.SubmitAsync(new JobRequest(payload) { Policy = Jobs.None }, Cancel);
        Assert.Equal(module, (await node.Client.GetBlobAsync(payload.Module, 1 << 20, Cancel)).ToArray());
        await Assert.ThrowsAsync<InvalidDataException>(() => node.Client.GetBlobAsync(payload.Module, 10, Cancel));

        // All that no job needs is dropped at once here: another module goes, this one stays.
        var other = await node.Context.Options.Blobs.PutAsync(BlobStoreChecks.Bytes(3), Cancel);
        await Wait.EventuallyAsync(async () => !await node.Context.Options.Blobs.ContainsAsync(other, Cancel), "the other blob is dropped");
        Assert.Equal(module, (await node.Client.GetBlobAsync(payload.Module, 1 << 20, Cancel)).ToArray());
        var gone = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.GetBlobAsync(other, 1 << 20, Cancel));
        Assert.Equal(RefusalReason.UnknownBlob, gone.Reason);
    }

    /// <summary>A module of some chunks: nothing but a custom section.</summary>
    private static byte[] Wasm()
    {
        const int Size = 2 * BlobProtocol.ChunkBytes;
        byte[] head = [0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0, 0, (byte)((Size & 0x7F) | 0x80), (byte)(((Size >> 7) & 0x7F) | 0x80), (byte)(Size >> 14), 1, (byte)'x'];
        return [.. head, .. BlobStoreChecks.Bytes(7).Concat(Enumerable.Repeat((byte)5, Size - 2 - 1000))];
    }
}
