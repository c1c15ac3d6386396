using System.Globalization;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Tests.Cluster;

/// <summary>
/// A real node is killed at random moments while paid jobs run: no credit is made, lost or paid twice. AKKACOMPUTE_CRASHES says how
/// often; 5 by default, 50 in the long form.
/// </summary>
[Trait("Category", "Long")]
public sealed class CreditCrashTests(ITestOutputHelper output)
{
    private const int Tasks = 400, Price = 2, Cap = 5, Issued = 1_000_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int Crashes =>
        int.TryParse(Environment.GetEnvironmentVariable("AKKACOMPUTE_CRASHES"), NumberStyles.None, CultureInfo.InvariantCulture, out var crashes) ? crashes : 5;

    [Fact]
    public async Task Credits_are_conserved_through_crashes()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("AKKACOMPUTE_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"AKKACOMPUTE_TEST_SEED={seed}");
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        var (port, pbm) = (Child.FreePort(), Child.FreePort());
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Connect([$"akka.tcp://AkkaCompute@127.0.0.1:{port}"], new ComputeClientOptions { Key = boss, Patience = TimeSpan.FromMinutes(30) });
        var node = await StartAsync(directory.Path, port, pbm);
        var ends = new List<JobProgress>();
        try
        {
            var issued = await PbmProgram.RunAsync([$"127.0.0.1:{pbm}", "compute", "issue", boss.NodeId.ToString(), "-a", $"{Issued}", "-k", "test"]);
            Assert.Equal(0, issued.Code);
            for (var crash = 0; crash < Crashes;)
            {
                var running = RunAsync(client, boss, ends.Count);
                while (crash < Crashes && !running.IsCompleted)
                {
                    // Anywhere in a job: while it is handed in, decided, paid, settled.
                    if (await Task.WhenAny(running, Task.Delay(random.Next(20, 8_000), Cancel)) == running)
                        break;
                    await node.KillAsync();
                    node.Dispose();
                    node = await StartAsync(directory.Path, port, pbm);
                    crash++;
                }
                ends.Add(await running);
            }
            await node.TerminateAsync();
            Assert.Equal(0, await node.EndAsync());
        }
        finally
        {
            node.Dispose();
        }
        output.WriteLine($"{Crashes} crashes, {ends.Count} jobs.");
        await AssertAsync(directory.Path, boss.NodeId, ends);
    }

    private static async Task<JobProgress> RunAsync(ComputeClient client, KeyPair boss, int number)
    {
        var request = new JobRequest(Jobs.Delay)
        {
            Id = JobId.Of(boss.NodeId, BitConverter.GetBytes(number)), Policy = new Policy.Quorum(2, Cap), Limits = Jobs.Short, BundleSize = 4,
            Price = new Credits(Price), Budget = new Credits(Price * Cap * Tasks),
        };
        var outcomes = await client.MapAsync(request, Enumerable.Repeat(Jobs.Text("1"), Tasks), cancel: Cancel).AllAsync();
        Assert.Equal(Tasks, outcomes.Count);
        return await client.Job(request.Id!.Value).FinishAsync();
    }

    private static async Task AssertAsync(string directory, NodeId boss, List<JobProgress> ends)
    {
        await using var node = await TestNode.StartAsync(directory);
        var check = Assert.IsType<CreditsChecked>(await node.AskAsync(new CheckCredits()));
        Assert.Equal((null, Issued, Issued, 0L, 0), (check.Violation, check.Issued, check.Free, check.InEscrow, check.Escrows));
        foreach (var worker in node.Workers)
        {
            var accepted = ends.Sum(end => end.Workers.Where(tally => tally.Worker == worker).Sum(tally => tally.Accepted));
            Assert.Equal(Price * accepted, (await BalanceAsync(node, worker)).Free.Amount);
        }
        Assert.Equal(Issued - (Price * ends.Sum(end => end.Executions)), (await BalanceAsync(node, boss)).Free.Amount);
    }

    private static async Task<AccountProtocol.Balance> BalanceAsync(TestNode node, NodeId id) =>
        Assert.IsType<AccountProtocol.Balance>(await node.AskAsync(new AccountProtocol.GetBalance(id)));

    private static Task<Child> StartAsync(string data, int port, int pbm) => Child.StartAsync(
        "AkkaCompute.Cluster.Node", "ready: ",
        "node", "--data", data, "--port", $"{port}", "--workers", "5", "--slots", "2", "--pbm-port", $"{pbm}");
}
