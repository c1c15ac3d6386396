using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Gateway;
using AkkaCompute.Tests.Cluster.Gateway;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary>A worker in another language and process, with its own key, at a real node.</summary>
[Trait("Category", "Needs"), Trait("Needs", "node")]
public sealed class NodeJsWorkerTests : IAsyncLifetime
{
    private const string Kernels = "export default { 'echo@1': (input) => input };\n";

    private static readonly Policy _three = new Policy.Quorum(3, 5); // the third place is a newcomer's

    private readonly TemporaryDirectory _directory = new();
    private TestNode _node = null!;
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        NodeJsWorker.Require();
        _node = await TestNode.StartAsync(_directory["node"], settings => settings with { Workers = 4 }, configure: options => options with { Rules = options.Rules with { AdmissionBits = 12 } });
        _gateway = await GatewayFixture.OpenAsync(_node, _directory["node"]);
        await File.WriteAllTextAsync(_directory["kernels.mjs"], Kernels, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_node is not null)
            await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task It_works_is_killed_and_goes_on_in_its_chain()
    {
        NodeId id;
        using (var worker = await StartAsync())
        {
            id = worker.Id;
            await RunAsync(20);
            await Wait.EventuallyAsync(async () => (await _node.EarnedAsync([id])).Accepted == 20, $"its work counts: {worker.Said}");
            await worker.KillAsync();
        }
        using (var again = await StartAsync())
        {
            Assert.Equal(id, again.Id);
            await RunAsync(20);
            await Wait.EventuallyAsync(async () => (await _node.EarnedAsync([id])).Accepted == 40, $"its work counts: {again.Said}");
            // What it had signed before it was killed, and not told, it signs again: a second answer to a verdict counts for nothing.
            await Wait.EventuallyAsync(
                async () => (await ClaimsAsync(id)).OfType<Reward>().DistinctBy(reward => reward.Entry).Count() == 10, $"it has rewarded its bosses: {again.Said}");
        }
        var claims = await ClaimsAsync(id);
        Assert.Single(claims.OfType<Open>()); // one chain for both runs
        Assert.Equal(10, claims.OfType<Result>().Count());
        var report = ExportTests.Audit(await ExportTests.ExportAsync(_node), TrustedParty.Of([_node.Context.Options.NodeKey.Public]));
        Assert.Empty(report.Findings);
        Assert.Equal(AuditVerdict.True, report.Verdict);
    }

    /// <summary>A module with arguments, files and what it leaves in /out: what V8 gives is what the nodes' engine gives.</summary>
    [Fact(Timeout = 300_000)]
    public async Task It_runs_programs_as_nodes_do()
    {
        using var worker = await StartAsync(modules: true);
        var payload = await _node.Client.PutProgramAsync(
            new ProgramSource(ProgramTests.Module)
            {
                Arguments = ["one", "n={input}"], Files = new Dictionary<string, ReadOnlyMemory<byte>> { ["data/x.txt"] = new byte[30_000] },
            }, Cancel);
        var outcomes = await _node.Client.MapAsync(new JobRequest(payload) { Policy = _three, BundleSize = 4 }, Jobs.Numbers(8), cancel: Cancel).AllAsync();
        Jobs.AssertEchoed(outcomes, 8, ordered: true);
        Assert.All(outcomes, outcome => Assert.Equal("copy", Assert.Single(outcome.Files).Path));
        await Wait.EventuallyAsync(async () => (await _node.EarnedAsync([worker.Id])).Accepted == 8, $"its work counts: {worker.Said}");
    }

    /// <summary>Inputs and outputs that no frame takes: it gets and puts them by HTTP, in its own name.</summary>
    [Fact(Timeout = 300_000)]
    public async Task It_gets_large_inputs_and_puts_large_outputs()
    {
        using var worker = await StartAsync(modules: true);
        ReadOnlyMemory<byte>[] inputs = [Large.Bytes(1, 400_000), Large.Bytes(2, 100), Large.Bytes(3, 1 << 20)];
        var request = await Large.RequestAsync(_node.Client) with { Policy = _three };
        var outcomes = await _node.Client.MapAsync(request, inputs, cancel: Cancel).AllAsync();
        for (var i = 0; i < inputs.Length; i++)
            Large.AssertHalved(inputs[i], outcomes[i]);
        await Wait.EventuallyAsync(async () => (await _node.EarnedAsync([worker.Id])).Accepted == inputs.Length, $"its work counts: {worker.Said}");
    }

    /// <summary>What all its entries say.</summary>
    private async Task<IReadOnlyList<Claims>> ClaimsAsync(NodeId id)
    {
        var page = (ChainProtocol.EntryPage)await _node.AskAsync(new ChainProtocol.GetEntries(id, 0, 1_000));
        return [.. page.Entries.Select(bytes => Entry.TryParse(bytes.Span, out var entry, out var refused) ? entry.Claims : throw new InvalidOperationException(refused.Message))];
    }

    private async Task<NodeJsWorker> StartAsync(bool modules = false)
    {
        var worker = await NodeJsWorker.StartAsync(
            OutsideWorkerTests.UrlOf(_gateway), _directory["worker"], modules ? ["--slots", "2"] : ["--no-modules", "--kernels", _directory["kernels.mjs"]]);
        await Wait.EventuallyAsync(() => _node.Context.Rosters.Current is var roster && roster.Find(worker.Id) is { } member && member.CanBeDrawn(roster.Epoch), "it can be drawn");
        return worker;
    }

    private async Task RunAsync(int tasks)
    {
        var request = new JobRequest(Jobs.Echo) { Policy = _three, BundleSize = 4 };
        Jobs.AssertEchoed(await _node.Client.MapAsync(request, Jobs.Numbers(tasks), cancel: Cancel).AllAsync(), tasks, ordered: true);
    }
}
