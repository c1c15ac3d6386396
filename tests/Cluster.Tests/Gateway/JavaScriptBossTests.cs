using System.Diagnostics;
using AkkaCompute.Cluster.Tests.Docs;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>What of <c>sdk/js</c> speaks to a gateway by HTTP, in Node.js, by tests of its own.</summary>
[Trait("Category", "Needs"), Trait("Needs", "node")]
[Collection(nameof(GatewayFixture))]
public sealed class JavaScriptBossTests(GatewayFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public Task A_boss_in_JavaScript_gets_verified_outcomes() => RunAsync("test/boss.js");

    [Fact(Timeout = 300_000)]
    public Task Letters_go_from_program_to_program() => RunAsync("test/letters.js");

    private async Task RunAsync(string script)
    {
        var start = new ProcessStartInfo("node", ["--test", "--test-reporter=tap", script])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.Combine(Snippets.Root, "sdk", "js"),
        };
        start.Environment["AKKACOMPUTE_NETWORK"] = fixture.Gateway.Address.ToString();
        Process node;
        try
        {
            node = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Node.js is not installed.");
            return;
        }
        using (node)
        {
            var (output, error) = (node.StandardOutput.ReadToEndAsync(Cancel), node.StandardError.ReadToEndAsync(Cancel));
            await node.WaitForExitAsync(Cancel);
            Assert.True(node.ExitCode == 0, await output + await error);
            Assert.Matches("# pass [5-9]", await output);
        }
    }
}
