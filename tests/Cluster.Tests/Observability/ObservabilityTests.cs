using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Akka.Actor;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Operations.Observability;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What a node shows to those who watch it.</summary>
public sealed partial class ObservabilityTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _directory.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task A_node_counts_what_it_did_and_says_when_it_is_ready_and_when_it_drains()
    {
        await using var node = await TestNode.StartAsync(_directory["a"]);
        await using var http = await NodeHttp.StartAsync(node.Context, new IPEndPoint(IPAddress.Loopback, 0));
        await using var other = await TestNode.StartAsync(_directory["b"]); // in the same process, and another node
        Assert.Equal((HttpStatusCode.OK, "live\n"), await GetAsync(http, "/healthz"));
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await GetAsync(http, "/readyz"));

        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(node.Client.Boss, "sight"u8), Policy = new Policy.Quorum(2, 5), BundleSize = 10 };
        Jobs.AssertEchoed(await node.Client.MapAsync(request, Jobs.Numbers(200), cancel: Cancel).AllAsync(), 200, ordered: true);
        await node.Client.Job(request.Id!.Value).FinishAsync();
        await other.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(7), cancel: Cancel).AllAsync();

        var (status, text) = await GetAsync(http, "/metrics");
        Assert.Equal(HttpStatusCode.OK, status);
        var metrics = new Metrics(text);
        Assert.Equal(200, metrics["akkacompute_task_outcomes_total{outcome=\"succeeded\"}"]);
        Assert.Equal(400, metrics["akkacompute_task_executions_total"]);
        Assert.Equal(400, metrics["akkacompute_verification_results_total{verdict=\"accepted\"}"]);
        Assert.Equal(0, metrics["akkacompute_verification_results_total{verdict=\"rejected\"}"]);
        var bundles = metrics["akkacompute_bundle_executions_total{end=\"done\"}"];
        Assert.InRange(bundles, 40, 100); // of ten tasks, but for the last one of each page
        Assert.Equal(bundles, metrics["akkacompute_lease_events_total{event=\"lent\"}"]);
        Assert.Equal(bundles, metrics["akkacompute_lease_events_total{event=\"answered\"}"]);
        Assert.Equal(1, metrics["akkacompute_job_events_total{event=\"finished\"}"]);
        Assert.Equal(1, metrics["akkacompute_jobs{status=\"finished\"}"]);
        Assert.Equal(0, metrics["akkacompute_bundles_held"]);
        Assert.Equal(5, metrics["akkacompute_roster_workers"]);
        Assert.Equal(1, metrics["akkacompute_node_ready"]);
        Assert.True(metrics["akkacompute_roster_epochs_closed_total"] > 0);
        Assert.Equal(metrics["akkacompute_journal_write_duration_seconds_count{writer=\"job\"}"], metrics["akkacompute_journal_write_duration_seconds_bucket{writer=\"job\",le=\"+Inf\"}"]);
        Assert.True(metrics["akkacompute_journal_write_duration_seconds_count{writer=\"job\"}"] > 2);
        Assert.True(metrics["dotnet_process_memory_working_set_bytes"] > 1 << 20, text);

        // Labels are few: nothing in them names a job, a c-node or an address.
        Assert.DoesNotMatch(Id(), text);
        Assert.DoesNotContain("akka.tcp", text, StringComparison.Ordinal);

        foreach (var used in UsedMetrics())
            Assert.True(metrics.Types.ContainsKey(used) || metrics.Types.ContainsKey(Suffix().Replace(used, "")), $"{used} is on the dashboard or in an alarm, and not in /metrics");

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(http, "/")).Status);
        using (var posted = await _http.PostAsync(new Uri($"http://{http.EndPoint}/metrics"), new StringContent("x"), Cancel))
            Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);

        await node.Context.Workers.Ask<WorkersActor.DrainState>(new WorkersActor.Drain(ReturnLeases: false), TimeSpan.FromSeconds(5), Cancel);
        var draining = await GetAsync(http, "/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, draining.Status);
        Assert.Contains("draining", draining.Text.Split('\n'));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(http, "/healthz")).Status);
        Assert.Equal(0, new Metrics((await GetAsync(http, "/metrics")).Text)["akkacompute_node_ready"]);
    }

    [Fact(Timeout = 300_000)]
    public async Task Spans_of_a_job_have_one_trace_wherever_they_were_made()
    {
        var id = default(JobId);
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == NodeTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var node = await TestNode.StartAsync(_directory["a"]);
        id = JobId.Of(node.Client.Boss, "traced"u8);
        var request = new JobRequest(Jobs.Echo) { Id = id, Policy = new Policy.Quorum(2, 5), BundleSize = 10 };
        await node.Client.MapAsync(request, Jobs.Numbers(30), cancel: Cancel).AllAsync();
        await node.Client.Job(id).FinishAsync();

        Activity[] ours;
        lock (spans)
            ours = [.. spans.Where(span => Equals(span.GetTagItem("akkacompute.job"), id.ToString()))];
        Assert.Equal(["bundle", "decide", "deliver", "draw.wait", "submit", "write"], ours.Select(span => span.OperationName).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(60, ours.Where(span => span.OperationName == "bundle").Sum(span => (int)span.GetTagItem("akkacompute.tasks")!));
        Assert.Single(ours.Select(span => span.TraceId).Distinct());
        Assert.Equal(id.ToString()[..32], ours[0].TraceId.ToHexString());
    }

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(NodeHttp http, string path)
    {
        using var answer = await _http.GetAsync(new Uri($"http://{http.EndPoint}{path}"), Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static string[] UsedMetrics()
    {
        string[] files = ["dashboard.json", "alerts.yml"];
        var used = files.SelectMany(file => Used().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, file)))).Select(match => match.Value).Distinct().ToArray();
        Assert.True(used.Length > 20, "the dashboard and the alarms use metrics");
        return used;
    }

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex Id();

    [GeneratedRegex(@"\b(akkacompute|dotnet)_[a-z0-9_]+\b")]
    private static partial Regex Used();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
