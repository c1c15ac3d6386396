using System.Text.Json;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Sandbox.Adversaries;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>What whoever watches a node is told, while a job runs of which one worker lies.</summary>
public sealed class NetworkFeedTests : IDisposable
{
    private const int Tasks = 24;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Whoever_watches_sees_each_bundle_drawn_answered_and_decided_and_the_liar_caught()
    {
        await using var node = await TestNode.StartAsync(_directory.Path, wrap: (worker, sandbox) => worker == 4 ? new AdversarySandbox(Adversary.Liar, sandbox) : sandbox);
        await using var gateway = await GatewayFixture.OpenAsync(node, _directory["gateway"]);
        using var http = new HttpClient { BaseAddress = gateway.Address };
        var next = (await GetAsync(http, "/v1/network")).GetProperty("next").GetInt64();

        var request = new JobRequest(Jobs.Echo) { Policy = new Policy.Quorum(3, 5), Draw = DrawMode.Next, BundleSize = 1 };
        Jobs.AssertEchoed(await node.Client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync(), Tasks, ordered: true);

        var events = new List<JsonElement>();
        JsonElement news;
        do
        {
            news = await GetAsync(http, $"/v1/network/events?from={next}");
            Assert.Equal(0, news.GetProperty("missed").GetInt64());
            events.AddRange(news.GetProperty("events").EnumerateArray());
            next = news.GetProperty("next").GetInt64();
        }
        while (Of("decided").Count() < Tasks);

        var liar = node.Workers[4].ToString();
        Assert.Equal(Tasks, Of("decided").Select(one => one.GetProperty("bundle").GetInt64()).Distinct().Count());
        Assert.All(Of("decided"), one => Assert.Equal(3, one.GetProperty("agreed").GetArrayLength()));
        var caught = Of("decided").SelectMany(one => one.GetProperty("lied").EnumerateArray()).Select(id => id.GetString()!).ToList();
        Assert.NotEmpty(caught); // of 24 bundles by 3 to 5 of 5 workers: that it is in none has a chance below 10⁻⁹
        Assert.All(caught, id => Assert.Equal(liar, id));
        var totals = news.GetProperty("totals");
        Assert.Equal((Tasks, caught.Count), (totals.GetProperty("tasks").GetInt32(), totals.GetProperty("lies").GetInt32()));
        Assert.Equal(3 * Tasks + caught.Count, totals.GetProperty("executions").GetInt32());
        // Each was lent by the beacon of an epoch that was shown before.
        var epochs = Of("epoch").Select(one => one.GetProperty("epoch").GetUInt64()).ToHashSet();
        Assert.All(Of("lent"), one => Assert.Contains(one.GetProperty("epoch").GetUInt64(), epochs));
        Assert.All(Of("answered"), one => Assert.Contains(Of("lent"), lent => Key(lent) == Key(one)));

        IEnumerable<JsonElement> Of(string kind) => events.Where(one => one.GetProperty("is").GetString() == kind);
        static string Key(JsonElement one) => $"{one.GetProperty("bundle")} {one.GetProperty("attempt")} {one.GetProperty("worker")}";
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string path) => JsonDocument.Parse(await http.GetStringAsync(path, Cancel)).RootElement;
}
