using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Gateway;
using AkkaCompute.Tests.Cluster.Gateway;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary>The worker and the boss of samples/python, which were written from docs/protocol.md and sdk/fixtures alone, at a real node.</summary>
[Trait("Category", "Needs"), Trait("Needs", "python")]
public sealed class PythonTests : IDisposable
{
    private const int Tasks = 150;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Fixtures_hold() => Assert.Equal("all fixtures hold", (await RunAsync("", "fixtures.py")).Trim());

    /// <summary>What is no blank line; RFC 8032 and RFC 6455, which are libraries elsewhere, stand apart.</summary>
    [Fact]
    public void A_worker_and_a_boss_have_under_400_lines() =>
        Assert.InRange(new[] { "protocol.py", "worker.py", "boss.py" }.Sum(name => File.ReadLines(Script(name)).Count(line => line.Length > 0)), 1, 399);

    [Fact(Timeout = 300_000)]
    public async Task A_boss_and_a_worker_in_Python_take_part_and_the_export_is_true()
    {
        await using var node = await TestNode.StartAsync(
            _directory["node"], settings => settings with { Workers = 4 }, configure: options => options with { Rules = options.Rules with { AdmissionBits = 12 } });
        await using var gateway = await GatewayFixture.OpenAsync(node, _directory["node"]);
        var id = await WorkAsync(node, gateway, expected: Tasks);
        Assert.Equal(id, await WorkAsync(node, gateway, expected: 2 * Tasks)); // killed in between: the same c-node, in another chain
        var report = ExportTests.Audit(await ExportTests.ExportAsync(node), TrustedParty.Of([node.Context.Options.NodeKey.Public]));
        Assert.Empty(report.Findings);
        Assert.Equal(AuditVerdict.True, report.Verdict);
    }

    /// <summary>A worker joins, a boss has its tasks done, and the worker is killed.</summary>
    private async Task<NodeId> WorkAsync(TestNode node, GatewayHost gateway, long expected)
    {
        using var worker = Start("worker.py", OutsideWorkerTests.UrlOf(gateway).ToString(), _directory["worker"]);
        using var end = new Shell.Ending(worker);
        var faults = new ConcurrentQueue<string>();
        worker.ErrorDataReceived += (_, line) => faults.Enqueue(line.Data ?? "");
        worker.BeginErrorReadLine();
        var said = await worker.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Wait.Long, Cancel);
        Assert.True(said?.StartsWith("joined ", StringComparison.Ordinal), string.Join('\n', faults));
        Assert.True(Hash256.TryParse(said!["joined ".Length..], out var hash), said);
        var id = new NodeId(hash);
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current is var roster && roster.Find(id) is { } member && member.CanBeDrawn(roster.Epoch), "it can be drawn");

        var inputs = string.Concat(Enumerable.Range(0, Tasks).Select(number => $"{number}\n"));
        var outcomes = await RunAsync(inputs, "boss.py", gateway.Address.ToString(), _directory["boss"], "echo@1", "quorum(3, 5)");
        Assert.Equal(string.Concat(Enumerable.Range(0, Tasks).Select(number => $"{number} exited {number}\n")), outcomes);
        await Wait.EventuallyAsync(async () => (await node.EarnedAsync([id])).Accepted == expected, () => $"its work counts: {string.Join('\n', faults)}");
        return id;
    }

    private static string Script(string name) => Path.Combine(NodeJsWorker.Root(), "samples", "python", name);

    private static async Task<string> RunAsync(string input, string script, params string[] arguments)
    {
        using var process = Start(script, arguments);
        using var end = new Shell.Ending(process);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancel);
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }

    private static Process Start(string script, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("python3", ["-B", Script(script), .. arguments])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("Python 3 is not installed.");
            throw;
        }
    }
}
