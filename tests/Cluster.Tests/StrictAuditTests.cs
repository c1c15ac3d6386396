using System.Text.RegularExpressions;
using AkkaCompute.Authors.Chains;
using AkkaCompute.Cluster.Tests.Demo;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What a c-node may write into its chain though it is not right: named, worth nothing, and no reason to call the history broken.</summary>
[Trait("Category", "Long")]
public sealed class StrictAuditTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Misconduct_ends_an_audit_with_3_where_that_is_asked_for_and_with_0_otherwise()
    {
        await using (var node = await TestNode.StartAsync(_directory["node"]))
        {
            await WriteAsync(node);
            await File.WriteAllBytesAsync(_directory["early"], await ExportTests.ExportAsync(node), Cancel);
            using var other = KeyPair.Generate();
            await node.GrowAsync(other);
            await File.WriteAllBytesAsync(_directory["records"], await ExportTests.ExportAsync(node), Cancel);
            await File.WriteAllTextAsync(_directory["keys"], $"{node.Context.NodeKey.Public}\n", Cancel);
        }
        await File.WriteAllTextAsync(_directory["others"], new string('1', 64), Cancel);

        await EndsAsync(0, "true up to record ");
        await EndsAsync(3, "true up to record ", "--strict");
        // What somebody did comes before who vouches for the end of it, and a broken history before both.
        var early = await Programs.RunAsync(Programs.Cli, _directory.Path, "audit", "early");
        var record = Regex.Match(early.Output, "(?m)^record ([0-9a-f]{64})").Groups[1].Value;
        await EndsAsync(4, "nobody vouches for what comes after it", "--trust", record);
        await EndsAsync(3, "nobody vouches for what comes after it", "--trust", record, "--strict");
        await EndsAsync(4, "nobody vouches for it whom you trust", "--trust", "others", "--strict");
        await File.AppendAllTextAsync(_directory["records"], "{}\n", Cancel);
        await EndsAsync(1, "", "--strict");
    }

    /// <summary>A page by a policy that nobody knows, which says that it puts credits in escrow that its author has not got.</summary>
    private static async Task WriteAsync(TestNode node)
    {
        using var boss = KeyPair.Generate();
        var job = JobId.Of(boss.NodeId, "job"u8);
        var main = new MainChain(boss.NodeId, _ => boss, Hash256.Of("holder"u8), async (message, _) => await node.AskAsync(message), TimeProvider.System);
        var (place, _) = await main.AppendAsync(
            (place, _) =>
            {
                place.Sign(boss, new Declare(boss.Public, Roles.Boss, CapabilitySet.Empty, null, Hash256.Of("next"u8), 0));
                place.Sign(boss, new Open(job));
                return Task.CompletedTask;
            },
            Cancel);
        var opening = place.Entries[^1];
        var chain = new ChainOutbox(ChainState.Opened(opening, boss.Public), opening.Place.Checkpoint);
        var page = chain.Sign(boss, opening.Place.Checkpoint, new Submit(
            job, Hash256.Of("spec"u8), "wasm", "oracle(1)", DrawMode.Next, 1, 0, 0, 0, 1, 1, Hash256.Of("inputs"u8), 1_000));
        Assert.IsType<ChainProtocol.Appended>(await node.AskAsync(new Append(boss.NodeId, [page.Bytes], [])));
    }

    private async Task EndsAsync(int code, string said, params string[] arguments)
    {
        string[] trust = arguments.Contains("--trust") ? [] : ["--trust", "keys"];
        var ended = await Programs.RunAsync(Programs.Cli, _directory.Path, ["audit", "records", .. trust, .. arguments]);
        Assert.True(code == ended.ExitCode, $"{string.Join(' ', arguments)}: {ended.ExitCode}: {ended.Output}{ended.Error}");
        Assert.Contains(said, ended.Output, StringComparison.Ordinal);
        if (code != 1 && !arguments.Contains("others"))
            Assert.Contains("policy: 'oracle(1)' is none that is known here", ended.Output, StringComparison.Ordinal);
    }
}
