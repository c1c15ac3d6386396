using System.Text;
using Akka.Actor;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Gateway.Audit;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What a real node has kept is exported while it runs, and audited.</summary>
public sealed class ExportTests : IDisposable
{
    private const int Flips = 300, Changes = 60;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_real_run_is_true_and_a_flipped_byte_is_found()
    {
        await using var node = await TestNode.StartAsync(_directory.Path, configure: options => options with { RevealWait = Wait.Long });
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current.CountTrusted("kernel:echo@1") >= 4, "the workers can be drawn");
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = boss, ReceiptFile = _directory["receipts"] });
        await node.Context.Issuer().IssueAsync(boss.NodeId, Hash256.Of("first"u8), new Credits(1_000), Cancel);
        for (var job = 0; job < 2; job++)
        {
            var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(boss.NodeId, [(byte)job]), Policy = new Policy.Quorum(2, 4), Draw = DrawMode.Next, BundleSize = 4 };
            if (job == 1)
                request = request with { Price = new Credits(2), Budget = new Credits(2 * 4 * 40) };
            Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(40), cancel: Cancel).AllAsync(), 40, ordered: true);
            await client.Job(request.Id!.Value).FinishAsync();
        }
        var file = await ExportAsync(node);
        var report = Audit(file, TrustedParty.Of([node.Context.Options.NodeKey.Public]));
        Assert.Empty(report.Findings);
        Assert.Equal(AuditVerdict.True, report.Verdict);
        Assert.Equal(report.Epoch, report.TrueUpTo);
        Assert.True(report.Credits.IsConserved);
        Assert.Equal(40, report.Kinds["accept"]);
        Assert.Equal(40, report.Vouches); // all of it was drawn by a record that had its page
        Assert.Equal((1_000, 320, 160, 160), (report.Credits.Issued, report.Credits.Escrowed, report.Credits.Paid, report.Credits.Refunded));
        Assert.Equal((1_000, 0, 840), (report.Credits.Free, report.Credits.Held, report.Credits.BalanceOf(boss.NodeId)));
        foreach (var (account, free) in report.Credits.Balances)
            Assert.Equal((await node.Context.Account.Ask<AccountProtocol.Balance>(new AccountProtocol.GetBalance(account), Wait.Long, Cancel)).Free.Amount, free);

        // The boss's receipts are for its declaration, and for both jobs an opening and a delegate: the node has kept its word.
        var receipts = File.ReadAllLines(_directory["receipts"]).Select(Read).ToList();
        Assert.Equal(5, receipts.Count);
        Assert.Empty(AuditWith(receipts).Findings);
        var lost = Receipt.Sign(node.Context.NodeKey, Hash256.Of("an entry that the node took and left out"u8), new Epoch(1));
        var finding = Assert.Single(AuditWith([.. receipts, lost]).Findings);
        Assert.Equal(lost.Entry, finding.Entry);
        Assert.Contains(node.Context.NodeKey.NodeId.ToString(), finding.ToString(), StringComparison.Ordinal);

        AuditReport AuditWith(IReadOnlyCollection<Receipt> kept) =>
            ExportReader.Audit(new MemoryStream(file), new Auditor(receipts: kept), null, Cancel);

        var random = new Random(1);
        for (var i = 0; i < Flips; i++)
        {
            var (at, mask) = (random.Next(file.Length), (byte)(1 << random.Next(8)));
            file[at] ^= mask;
            Assert.True(Audit(file, null).FindingCount > 0, $"byte {at} was flipped by {mask} and not found");
            file[at] ^= mask;
        }

        var lines = Lines(file);
        for (var i = 0; i < Changes; i++)
        {
            var (at, to) = (random.Next(lines.Count - 1), random.Next(lines.Count));
            var line = Encoding.UTF8.GetString(lines[at]);
            Assert.True(Audit([.. lines[..at], .. lines[(at + 1)..]]).FindingCount > 0, $"line {at} was removed: {line}");
            Assert.True(Audit([.. lines[..at], lines[at + 1], lines[at], .. lines[(at + 2)..]]).FindingCount > 0, $"line {at} was swapped with the next: {line}");
            Assert.True(Audit([.. lines[..to], lines[at], .. lines[to..]]).FindingCount > 0, $"line {at} was put in again at {to}: {line}");
        }
    }

    /// <summary>Each with its line feed.</summary>
    private static List<byte[]> Lines(byte[] file)
    {
        var lines = new List<byte[]>();
        for (var rest = file.AsSpan(); rest.Length > 0; rest = rest[lines[^1].Length..])
            lines.Add(rest[..(rest.IndexOf((byte)'\n') + 1)].ToArray());
        return lines;
    }

    private static AuditReport Audit(List<byte[]> lines) => Audit([.. lines.SelectMany(line => line)], null);

    private static Receipt Read(string line)
    {
        Assert.True(Receipt.TryParse(System.Text.Encoding.ASCII.GetBytes(line.Split(' ')[0]), out var receipt, out _));
        return receipt;
    }

    /// <summary>The export, when epochs cover all that was signed.</summary>
    internal static async Task<byte[]> ExportAsync(TestNode node)
    {
        byte[] written = [];
        await Wait.EventuallyAsync(async () =>
        {
            using var file = new MemoryStream();
            var export = new JournalExport(new JournalReader(node.Context.System), node.Context.Options.Rules);
            await export.WriteAsync(file, () => { }, Cancel);
            written = file.ToArray();
            return export.Held == 0;
        }, "epochs cover all entries");
        return written;
    }

    internal static AuditReport Audit(byte[] file, TrustedParty? trusted) => ExportReader.Audit(new MemoryStream(file), new Auditor(trusted), null, Cancel);
}
