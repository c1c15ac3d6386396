using System.Net;
using AkkaCompute.Gateway.Limits;
using AkkaCompute.Operations.Observability;
using AkkaCompute.Tests.Cluster.Outside;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>What an operator sees of a gateway.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class GatewayMetricsTests(GatewayFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task It_counts_requests_by_operation_what_it_refuses_bytes_and_workers()
    {
        using var text = new MetricsText(fixture.Node.Context.Metrics.Meter);
        await using var gateway = await fixture.OpenAsync(options => options with { Limits = new GatewayLimits { RequestsPerSecond = 20 } });
        using var http = new HttpClient { BaseAddress = gateway.Address };
        for (var i = 0; i < 3; i++)
            await http.GetStringAsync($"/v1/c-nodes/{fixture.Node.Workers[i]}/reputation", Cancel);
        foreach (var path in (string[])["/v1/jobs/12", "/v1/nowhere", "/", "/page/main.js"])
            await http.GetAsync(path, Cancel);
        using (var strange = new HttpRequestMessage(HttpMethod.Get, "/v1/roster") { Headers = { Host = "evil.example" } })
            Assert.Equal(HttpStatusCode.MisdirectedRequest, (await http.SendAsync(strange, Cancel)).StatusCode);

        var metrics = await Until(seen => seen["akkacompute_gateway_requests_total{route=\"page\",status=\"2xx\"}"] == 2);
        Assert.Equal(3, metrics["akkacompute_gateway_requests_total{route=\"/v1/c-nodes/{id}/reputation\",status=\"2xx\"}"]);
        Assert.Equal(1, metrics["akkacompute_gateway_requests_total{route=\"/v1/jobs/{job}\",status=\"4xx\"}"]);
        Assert.Equal(2, metrics["akkacompute_gateway_requests_total{route=\"none\",status=\"4xx\"}"]); // no operation, and no such host
        Assert.Equal(1, metrics["akkacompute_gateway_refused_total{reason=\"host\"}"]);
        Assert.Equal("histogram", metrics.Types["akkacompute_gateway_request_duration_seconds"]);
        Assert.InRange(metrics["akkacompute_gateway_traffic_bytes_total{direction=\"out\"}"], 2_000, 1_000_000);
        Assert.InRange(metrics["akkacompute_gateway_traffic_bytes_total{direction=\"in\"}"], 500, 20_000);
        Assert.True(metrics["akkacompute_gateway_connections"] >= 1);

        for (var i = 0; i < 60; i++)
            await http.GetAsync("/v1/roster", Cancel);
        await Until(seen => seen["akkacompute_gateway_refused_total{reason=\"rate\"}"] >= 1);
        await Until(seen => seen["akkacompute_gateway_workers"] == 0); // those of tests before have gone
        await using var worker = await OutsideWorker.JoinAsync(OutsideWorkerTests.UrlOf(fixture.Gateway), TestNode.Kernels());
        await Until(seen => seen["akkacompute_gateway_workers"] == 1);

        async Task<Metrics> Until(Func<Metrics, bool> condition)
        {
            Metrics? seen = null;
            await Wait.EventuallyAsync(() => Task.FromResult(condition(seen = new Metrics(text.Write()))), () => text.Write());
            return seen!;
        }
    }
}
