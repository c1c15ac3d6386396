using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Tests.Cluster;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>The sample with JavaScript, on a node that has the runtime.</summary>
public sealed class JavaScriptTests : IDisposable
{
    private static readonly string _runtimes = Path.GetFullPath(Path.Combine(Programs.Sources, "..", "runtimes"));

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    [Trait("Category", "Needs")]
    [Trait("Needs", "js")]
    public async Task A_function_runs_over_ten_thousand_inputs()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(_runtimes, "js.wasm")), "runtimes/js.wasm is not built: runtimes/js/build needs Node.js and npm.");
        await using var node = await TestNode.StartAsync(_directory["a"], settings => settings with { Runtimes = _runtimes });
        Assert.All(node.Context.Options.Workers, worker => Assert.Contains($"runtime:js@{JavaScript.Module}", worker.Sandbox.Capabilities));
        var boss = await Programs.RunAsync(Path.Combine(Programs.JavaScript, "AkkaCompute.JavaScript.dll"), _directory.Path, node.Address);
        Assert.Equal((0, ""), (boss.ExitCode, boss.Error));
        Assert.Contains("10,000, 6171 takes the most steps: 261", boss.Output, StringComparison.Ordinal); // OEIS A006877
    }

    /// <summary>The list of what may run is there, and the module is not: the node starts without, and says so.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_node_without_the_module_works_and_does_not_announce_it()
    {
        Directory.CreateDirectory(_directory["runtimes"]);
        File.Copy(Path.Combine(_runtimes, "approved"), Path.Combine(_directory["runtimes"], "approved"));
        await using var node = await TestNode.StartAsync(_directory["a"], settings => settings with { Runtimes = _directory["runtimes"] });
        Assert.All(node.Context.Options.Workers, worker => Assert.DoesNotContain(worker.Sandbox.Capabilities, name => name.StartsWith("runtime:", StringComparison.Ordinal)));
        var outcomes = new List<Outcome>();
        await foreach (var outcome in node.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(3), cancel: TestContext.Current.CancellationToken))
            outcomes.Add(outcome);
        Assert.Equal(3, outcomes.Count);
    }
}
