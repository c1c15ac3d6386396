using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Demo;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Genetic;
using AkkaCompute.Tests.Cluster.Outside;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>The demo's search for a tour, on tabs of two browsers, workers in Node.js and one cluster node; one tab lies.</summary>
[Trait("Category", "Needs"), Trait("Needs", "node"), Trait("Needs", "chromium"), Trait("Needs", "firefox-esr")]
public sealed class TabSearchTests : IDisposable
{
    private const int Agree = 3;

    private static readonly GeneticOptions _search = new() { Seed = 7, Islands = 12, Effort = 500, MinRounds = 5, MaxRounds = 5 };

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Explicit = true, Timeout = 600_000)]
    public async Task The_search_on_tabs_and_workers_has_the_outcomes_of_nodes_alone()
    {
        NodeJsWorker.Require();
        await using var node = await TestNode.StartAsync(_directory["node"]);
        await using var gateway = await GatewayFixture.OpenAsync(node, _directory["node"]);
        var alone = await SearchAsync(node);
        Assert.Equal(0, alone.Share(alone.Executions, _ => false));

        await using var tabs = await Tabs.OpenAsync(gateway.Address, "chromium", "chromium", "firefox-esr", "firefox-esr");
        using var first = await NodeJsWorker.StartAsync(OutsideWorkerTests.UrlOf(gateway), _directory["first"], "--slots", "1");
        using var second = await NodeJsWorker.StartAsync(OutsideWorkerTests.UrlOf(gateway), _directory["second"], "--slots", "1");
        await tabs.LieAsync(0);
        await node.CanBeDrawnAsync([.. tabs.Ids, first.Id, second.Id]);
        var together = await SearchAsync(node);
        Assert.Equal(alone.OutcomesSha256, together.OutcomesSha256);

        var liar = tabs.Ids[0];
        Assert.Contains(liar, together.Lied);
        Assert.All(together.Lied, worker => Assert.Equal(liar, worker));
        Assert.DoesNotContain(liar, together.Deciding);
        Assert.All([.. tabs.Ids.Skip(1), first.Id, second.Id], worker => Assert.Contains(worker, together.Executions));
        HashSet<NodeId> inTabs = [.. tabs.Ids];
        var (executions, votes) = (together.Share(together.Executions, inTabs.Contains), together.Share(together.Deciding, inTabs.Contains));
        TestContext.Current.TestOutputHelper?.WriteLine($"tabs: {executions:0.0 %} of {together.Executions.Count} executions of bundles, {votes:0.0 %} of {together.Deciding.Count} deciding votes");
        Assert.True(executions > 0 && votes > 0);

        await tabs.EndAsync();
        var report = ExportTests.Audit(await ExportTests.ExportAsync(node), TrustedParty.Of([node.Context.Options.NodeKey.Public]));
        Assert.Equal(AuditVerdict.True, report.Verdict);
    }

    private static async Task<Search> SearchAsync(TestNode node)
    {
        var tap = node.Context.Tap;
        var next = tap.Watch().Next;
        var (executions, deciding, lied) = (new List<NodeId>(), new List<NodeId>(), new List<NodeId>());
        var payload = await node.Client.PutModuleAsync(GeneticModule.Bytes, Cancel);
        var request = new JobRequest(payload) { Policy = new Policy.Quorum(Agree, 7), Draw = DrawMode.Next, BundleSize = 1 };
        var job = await node.Client.SubmitAsync(request with { Limits = request.Limits with { MemoryBytes = GeneticModule.MemoryBytes } }, Cancel);
        await using var rounds = new RoundRunner(job, Cancel);
        await new GeneticJob(UsCapitals.Load(), _search).RunAsync(rounds.EvolveAsync, new Rounds(Read), Cancel);
        await job.CloseAsync(Cancel);
        await job.FinishAsync();
        Read();
        return new Search(rounds.OutcomesSha256, executions, deciding, lied);

        void Read()
        {
            while (tap.Read(next) is { Events.Count: > 0 } read)
            {
                Assert.Equal(next, read.First); // none was missed
                next = read.Next;
                foreach (var decided in read.Events.OfType<NetworkEvent.Decided>().Where(decided => decided.Job == job.Id))
                {
                    executions.AddRange([.. decided.Agreed, .. decided.Lied]);
                    deciding.AddRange(decided.Agreed.Take(Agree));
                    lied.AddRange(decided.Lied);
                }
            }
        }
    }

    /// <param name="Executions">Who has executed a bundle, once for each.</param>
    /// <param name="Deciding">Whose results have decided one.</param>
    /// <param name="Lied">Whose results were others.</param>
    private sealed record Search(string OutcomesSha256, IReadOnlyList<NodeId> Executions, IReadOnlyList<NodeId> Deciding, IReadOnlyList<NodeId> Lied)
    {
        public double Share(IReadOnlyList<NodeId> of, Func<NodeId, bool> whose) => (double)of.Count(whose) / of.Count;
    }

    private sealed class Rounds(Action read) : IProgress<RoundReport>
    {
        public void Report(RoundReport value) => read();
    }
}
