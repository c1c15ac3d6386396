using System.Text.Json;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Gateway;
using AkkaCompute.Tests.Cluster.Outside;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>A tab of a browser, a worker in Node.js and c-nodes of a cluster node work on the same bundles.</summary>
[Trait("Category", "Needs"), Trait("Needs", "node")]
public sealed class TabTests : IAsyncLifetime
{
    private const int Cuts = 100;

    /// <summary>Three of the trusted and two newcomers, so that each outsider has a part in each bundle.</summary>
    private static readonly Policy _five = new Policy.Quorum(5, 7);

    private static readonly string _runtimes = Path.Combine(NodeJsWorker.Root(), "runtimes");

    private readonly TemporaryDirectory _directory = new();
    private TestNode _node = null!;
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        NodeJsWorker.Require();
        _node = await TestNode.StartAsync(_directory["node"], settings => settings with { Runtimes = _runtimes });
        _gateway = await GatewayFixture.OpenAsync(_node, _directory["node"], runtimes: _runtimes);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_node is not null)
            await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Theory(Timeout = 600_000)]
    [InlineData("chromium"), Trait("Needs", "chromium")]
    [InlineData("firefox-esr"), Trait("Needs", "firefox-esr")]
    public async Task A_tab_computes_what_others_do_is_cut_off_a_hundred_times_and_closed_in_the_middle(string browser)
    {
        await using var tabs = await Tabs.OpenAsync(_gateway.Address, browser);
        using var other = await NodeJsWorker.StartAsync(OutsideWorkerTests.UrlOf(_gateway), _directory["worker"], "--slots", "2");
        await _node.CanBeDrawnAsync([tabs.Ids[0], other.Id]);

        await SameAsync(tabs, other, await _node.Client.PutProgramAsync(
            new ProgramSource(ProgramTests.Module) { Arguments = ["one", "n={input}"], Files = new Dictionary<string, ReadOnlyMemory<byte>> { ["data/x.txt"] = new byte[900] } }, Cancel),
            outcome => Assert.Equal("copy", Assert.Single(outcome.Files).Path));
        if (File.Exists(Path.Combine(_runtimes, "js.wasm")))
            await SameAsync(tabs, other, await _node.Client.PutJavaScriptAsync("export default (input) => input", cancel: Cancel), _ => { });
        else
            TestContext.Current.TestOutputHelper?.WriteLine("No scripts: runtimes/js.wasm is not built.");

        // Cut off again and again, it goes on in its session and its chain.
        var payload = await _node.Client.PutProgramAsync(new ProgramSource(ShellTests.Module), Cancel);
        var outcomes = MapAsync(payload, 200, Jobs.Short with { WallClock = TimeSpan.FromSeconds(30) });
        var (joined, resumed) = await tabs.CutAsync(0, Cuts);
        Assert.Equal(Cuts, joined);
        Assert.InRange(resumed, Cuts * 9 / 10, Cuts);
        Jobs.AssertEchoed(await outcomes, 200, ordered: true);
        Assert.Single(await OpeningsAsync(tabs.Ids[0]));

        // Closed while it has bundles, it keeps nobody waiting. These tasks burn their fuel, and that is what all say of them.
        var burning = await _node.Client.PutProgramAsync(new ProgramSource(ShellTests.Module) { Arguments = ["spin"] }, Cancel);
        var job = JobId.Of(_node.Client.Boss, "burning"u8);
        outcomes = MapAsync(burning, 60, Jobs.Short with { Fuel = 50_000_000, WallClock = TimeSpan.FromSeconds(30) }, job);
        long[] burnt = [];
        await Wait.EventuallyAsync(
            async () => (burnt = [.. (await tabs.FuelAsync(0)).Where(one => one.Key.Job == job.ToString()).SelectMany(one => one.Value)]).Length > 0, "the tab has answered a bundle of it");
        Assert.All(burnt, units => Assert.Equal(50_000_000, units));
        await tabs.CloseAsync(0);
        var ended = await outcomes;
        Assert.Equal(60, ended.Count);
        Assert.All(ended, outcome => Assert.Equal((OutcomeStatus.Trapped, TrapKind.OutOfFuel), (outcome.Status, outcome.Trap)));
        await tabs.EndAsync();
        var report = ExportTests.Audit(await ExportTests.ExportAsync(_node), TrustedParty.Of([_node.Context.Options.NodeKey.Public]));
        Assert.Equal(AuditVerdict.True, report.Verdict);
    }

    /// <summary>All five give the same outcomes; and what a task cost in the tab and in Node.js is what it costs here.</summary>
    private async Task SameAsync(Tabs tabs, NodeJsWorker other, Payload payload, Action<Outcome> check)
    {
        const int tasks = 12;
        var job = JobId.Of(_node.Client.Boss, Guid.NewGuid().ToByteArray());
        var outcomes = await MapAsync(payload, tasks, Jobs.Short with { Fuel = 10_000_000_000, MemoryBytes = 64 << 20, WallClock = TimeSpan.FromSeconds(30), FileBytes = 1 << 20 }, job);
        Jobs.AssertEchoed(outcomes, tasks, ordered: true);
        Assert.All(outcomes, check);
        var sandbox = _node.Context.Options.Workers[0].Sandbox;
        var expected = new long[tasks];
        for (var task = 0; task < tasks; task++)
        {
            var limits = Jobs.Short with { Fuel = 10_000_000_000, MemoryBytes = 64 << 20, WallClock = TimeSpan.FromSeconds(30), FileBytes = 1 << 20 };
            var result = await sandbox.RunAsync(payload, TaskSeed.Of(job, task), Jobs.Text($"{task}"), limits, Cancel);
            Assert.Equal(outcomes[task].Digest(), result.Digest());
            expected[task] = result.Fuel;
        }
        foreach (var (who, answered) in new[] { ("the tab", await tabs.FuelAsync(0)), ("Node.js", Tabs.FuelOf(other.Events("answered").Select(Flat))) })
        {
            var own = answered.Where(one => one.Key.Job == job.ToString()).ToArray();
            Assert.True(own.Length > 0, $"{who} has no part in {payload}: {other.Said}");
            Assert.All(own, one => Assert.Equal($"{who}: {Words(expected[(int)one.Key.First..][..one.Value.Length])}", $"{who}: {Words(one.Value)}"));
        }
    }

    private static string Words(IEnumerable<long> fuel) => string.Join(' ', fuel);

    /// <summary>As a tab says it: job and first task are the offer's.</summary>
    private static JsonElement Flat(JsonElement answered)
    {
        var offer = answered.GetProperty("offer");
        return JsonSerializer.SerializeToElement(new { job = offer.GetProperty("job").GetString(), first = offer.GetProperty("first").GetInt64(), fuel = answered.GetProperty("fuel") });
    }

    private Task<List<Outcome>> MapAsync(Payload payload, int tasks, Limits limits, JobId? id = null)
    {
        var request = new JobRequest(payload) { Id = id, Policy = _five, BundleSize = 4, Draw = DrawMode.Next, Limits = limits with { MemoryBytes = 64 << 20 } };
        return _node.Client.MapAsync(request, Jobs.Numbers(tasks), cancel: Cancel).AllAsync();
    }

    private async Task<IReadOnlyList<Open>> OpeningsAsync(NodeId id)
    {
        var page = (ChainProtocol.EntryPage)await _node.AskAsync(new ChainProtocol.GetEntries(id, 0, 1_000));
        return [.. page.Entries.Select(bytes => Entry.TryParse(bytes.Span, out var entry, out _) ? entry.Claims : null).OfType<Open>()];
    }
}
