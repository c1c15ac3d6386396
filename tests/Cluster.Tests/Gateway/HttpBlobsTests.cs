using System.Net;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>A gateway may be a liar: what it gives for a blob is bounded and compared.</summary>
public sealed class HttpBlobsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("true", null)]
    [InlineData("fals", "but other bytes came")]
    [InlineData("true, and so much more", "has sent more than 4 bytes")]
    public async Task No_more_is_read_than_the_blob_has_and_other_bytes_are_refused(string sent, string? why)
    {
        using var http = new HttpClient(new Liar(sent)) { BaseAddress = new Uri("http://liar") };
        using var key = KeyPair.Generate();
        using var blobs = new HttpBlobs(http, new HttpLine(http, TimeSpan.FromSeconds(5), TimeProvider.System), chunk => chunk.Sign(key));
        var blob = BlobRef.Of("true"u8);
        var outcome = new Outcome(0, OutcomeStatus.Exited, 0, default, default, default, default) { OutputBlob = blob };
        if (why is null)
            Assert.Equal("true"u8.ToArray(), (await blobs.Line.FetchAsync(outcome, Cancel)).Output.ToArray());
        else
            Assert.Contains(
                why, (await Assert.ThrowsAsync<InvalidDataException>(async () => await blobs.Line.FetchAsync(outcome, Cancel))).Message, StringComparison.Ordinal);
        var asked = await Record.ExceptionAsync(async () => await blobs.GetAsync(blob.Hash, Cancel));
        Assert.Equal(sent != "true", asked is InvalidDataException);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_gateway_that_is_not_there_is_silent_and_no_crash()
    {
        using var key = KeyPair.Generate();
        using var blobs = new HttpBlobs(new Uri("http://127.0.0.1:1"), key, TimeSpan.FromSeconds(1), TimeProvider.System);
        await Assert.ThrowsAsync<SilentNetworkException>(async () => await blobs.GetAsync(BlobRef.Of("true"u8).Hash, Cancel));
        Assert.False(await blobs.ContainsAsync(BlobRef.Of("true"u8).Hash, Cancel));
    }

    private sealed class Liar(string text) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))) });
    }
}
