using System.Diagnostics;
using AkkaCompute.Cluster.Tests.Docs;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>The boss of <c>sdk/js</c> at a gateway, in Node.js, by tests of its own.</summary>
[Trait("Category", "Needs"), Trait("Needs", "node")]
[Collection(nameof(GatewayFixture))]
public sealed class JavaScriptBossTests(GatewayFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_boss_in_JavaScript_gets_verified_outcomes()
    {
        var start = new ProcessStartInfo("node", ["--test", "--test-reporter=tap", "test/boss.js"])
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
