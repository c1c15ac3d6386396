using System.Security.Cryptography;
using Akka.Actor;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Gateway.Audit;
using static AkkaCompute.Domain.Trust.TrustProtocol;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Trust as the running cluster computes it: from honest work to standing, and the same as anybody comes to from the export.</summary>
public sealed class TrustTests : IDisposable
{
    private const ulong Period = 32;

    private readonly TemporaryDirectory _directory = new();
    private readonly KeyPair _author = KeyPair.Generate();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _author.Dispose();
        _directory.Dispose();
    }

    /// <summary>
    /// One node with the singletons, and one with four first c-nodes, each of them boss to all others, and a newcomer. Of every three
    /// that are drawn one is the newcomer.
    /// </summary>
    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task A_newcomer_s_honest_work_makes_it_trusted_and_another_node_goes_on_with_the_same_numbers()
    {
        var oldest = await StartAsync("a", workers: 1);
        try
        {
            await using var node = await StartAsync("b", workers: 5, oldest, newcomer: 4);
            var newcomer = node.Workers[4];
            Assert.Equal(Standing.Newcomer, node.Context.Rosters.Current.Find(newcomer)!.Standing);
            while (!node.Context.Rosters.Current.Counts || node.Context.Rosters.Current.Nodes.Count < 2)
                await node.GrowAsync(_author);
            Assert.Equal(0UL, (await node.Context.Trust.Ask<TrustInfo>(new GetTrust(newcomer), Wait.Long, Cancel)).Trust);

            // One period is enough, unless an epoch was degraded, which counts for nothing.
            TrustInfo first;
            var periods = 0;
            do
            {
                Assert.True(periods++ < 3, "after 3 periods of honest work the newcomer is not trusted");
                await WorkAsync(node);
                first = await EndPeriodAsync(node, newcomer);
            }
            while (!IsEnough(first));
            Assert.NotEmpty(first.Givers);
            await Wait.EventuallyAsync(
                () => node.Context.Rosters.Current.Find(newcomer)!.Standing == Standing.Trusted, "the newcomer is trusted");
            await CompareAsync(node, first.Period);

            await oldest.DisposeAsync();
            await Wait.EventuallyAsync(() => node.Context.Rosters.Current.Members.Length == 5, "the other node has left");
            await WorkAsync(node);
            var second = await EndPeriodAsync(node, newcomer);
            Assert.NotEqual(first.TrustRoot, second.TrustRoot);
            await CompareAsync(node, second.Period);
            Assert.Equal(Standing.Trusted, node.Context.Rosters.Current.Find(newcomer)!.Standing);
        }
        finally
        {
            await oldest.DisposeAsync();
        }
    }

    /// <summary>Half of the average of the five that are trusted.</summary>
    private static bool IsEnough(TrustInfo trust) => (UInt128)trust.Trust * 5 * 1_000 >= (UInt128)EigenTrust.One * (UInt128)StandingRule.Default.Promote;

    /// <summary>Each of the first c-nodes has work done by the others.</summary>
    private static async Task WorkAsync(TestNode node)
    {
        foreach (var boss in node.Context.Options.Workers.Where(worker => !worker.IsNewcomer))
        {
            await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = boss.Keys.Key });
            var request = new JobRequest(Jobs.Echo)
            {
                Id = JobId.Of(boss.Id, RandomNumberGenerator.GetBytes(8)), Policy = new Policy.Quorum(3, 4), Draw = DrawMode.Next, BundleSize = 4,
            };
            Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(32), cancel: Cancel).AllAsync(), 32, ordered: true);
            await client.Job(request.Id.Value).FinishAsync();
        }
    }

    /// <summary>Closes epochs until a period ends, and waits for its trust.</summary>
    private async Task<TrustInfo> EndPeriodAsync(TestNode node, NodeId of)
    {
        var end = new Epoch(((node.Context.Rosters.Current.Epoch.Number / Period) + 1) * Period);
        while (node.Context.Rosters.Current.Epoch < end)
            await node.GrowAsync(_author);
        TrustInfo? trust = null;
        await Wait.EventuallyAsync(
            async () => (trust = await node.Context.Trust.Ask<TrustInfo>(new GetTrust(of), Wait.Long, Cancel)).Period == end, $"the trust of the period to epoch {end}");
        await Wait.EventuallyAsync(
            async () => (await RosterHistory.ReadAsync(node))[^1].Closed.Record.TrustRoot == trust!.TrustRoot, "a record has it");
        return trust!;
    }

    /// <summary>What the live trust says of everybody is what the audit of the export computes.</summary>
    private static async Task CompareAsync(TestNode node, Epoch period)
    {
        using var file = new MemoryStream();
        await new JournalExport(new JournalReader(node.Context.System), node.Context.Options.Rules).WriteAsync(file, () => { }, Cancel);
        file.Position = 0;
        var report = ExportReader.Audit(file, new Auditor(), null, Cancel);
        Assert.Empty(report.Findings);
        Assert.Equal(period, report.Period!.Epoch);
        Assert.Equal(report.Period.Root, report.TrustRoot);
        foreach (var worker in node.Workers)
        {
            var live = await node.Context.Trust.Ask<TrustInfo>(new GetTrust(worker), Wait.Long, Cancel);
            Assert.Equal((report.Period.Root, report.Period.Trust.Of(worker)), (live.TrustRoot, live.Trust));
            Assert.Equal(report.Period.GiversOf(worker), live.Givers);
        }
    }

    private Task<TestNode> StartAsync(string name, int workers, TestNode? seed = null, int newcomer = -1) => TestNode.StartAsync(
        _directory[name],
        settings => settings with { Workers = workers, Journal = _directory["journal.db"], Seeds = seed is null ? [] : [seed.Address] },
        configure: options => options with
        {
            RevealWait = TimeSpan.FromSeconds(10),
            HeadsEpoch = options.MinEpoch,
            Rules = options.Rules with { PeriodEpochs = Period, Prior = 0 },
            Workers = [.. options.Workers.Select((worker, number) => worker with { IsNewcomer = number == newcomer })],
        });
}
