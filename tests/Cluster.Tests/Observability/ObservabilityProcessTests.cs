using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What the node's program does with the settings of sight.</summary>
public sealed class ObservabilityProcessTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task A_node_serves_its_metrics_logs_json_and_sends_spans()
    {
        var (port, collector) = (Child.FreePort(), Child.FreePort());
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{collector}/");
        listener.Start();
        var environment = new Dictionary<string, string>
        {
            ["AKKACOMPUTE_HTTP"] = "127.0.0.1:0",
            ["AKKACOMPUTE_LOG_FORMAT"] = "json",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{collector}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_TRACES_SAMPLER_ARG"] = "1",
        };
        using var node = await Child.StartAsync(
            "AkkaCompute.Cluster.Node", "ready: ", environment,
            "node", "--data", _directory["a"], "--port", port.ToString(CultureInfo.InvariantCulture), "--pbm-port", "off", "--workers", "5", "--slots", "1");
        var address = Assert.Single(node.Lines, line => line.StartsWith("http: ", StringComparison.Ordinal))["http: ".Length..];
        using var http = new HttpClient();
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri($"http://{address}/readyz"), Cancel));

        await using var client = ComputeClient.Connect([$"akka.tcp://AkkaCompute@127.0.0.1:{port}"]);
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(client.Boss, "seen"u8), BundleSize = 10 };
        Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(20), cancel: Cancel).AllAsync(), 20, ordered: true);
        await client.Job(request.Id!.Value).FinishAsync();
        Assert.Contains("akkacompute_task_outcomes_total{outcome=\"succeeded\"} 20\n", await http.GetStringAsync(new Uri($"http://{address}/metrics"), Cancel), StringComparison.Ordinal);

        var sent = new StringBuilder();
        while (!sent.ToString().Contains("draw.wait", StringComparison.Ordinal) || !sent.ToString().Contains(request.Id.Value.ToString(), StringComparison.Ordinal))
            sent.Append(await ReceiveAsync(listener));

        var finished = $"Job {request.Id.Value} is finished";
        await Wait.EventuallyAsync(() => node.Lines.Any(line => line.Contains(finished, StringComparison.Ordinal)), "the end of the job is logged");
        var logged = node.Lines.Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        var end = Assert.Single(logged, line => line.GetProperty("message").GetString()!.StartsWith(finished, StringComparison.Ordinal));
        Assert.Equal(request.Id.Value.ToString(), end.GetProperty("job").GetString());
        Assert.DoesNotContain(node.Lines, line => line.StartsWith("[INFO]", StringComparison.Ordinal));
    }

    private static async Task<string> ReceiveAsync(HttpListener listener)
    {
        var context = await listener.GetContextAsync().WaitAsync(Wait.Long, Cancel);
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body, Cancel);
        context.Response.StatusCode = 200;
        context.Response.Close();
        return Encoding.Latin1.GetString(body.ToArray());
    }
}
