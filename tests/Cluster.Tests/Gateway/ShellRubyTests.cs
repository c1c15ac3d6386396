using AkkaCompute.Domain.Programs;
using AkkaCompute.Sandbox.Tests.Runtimes;
using AkkaCompute.Tests.Cluster.Outside;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>A script of Ruby by the command <c>akkacompute</c>, on a node that has the runtime.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "ruby")]
public sealed class ShellRubyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 900_000)]
    public async Task A_script_runs_on_every_line_and_one_that_does_not_parse_says_so()
    {
        await using var node = await StartAsync();
        await using var gateway = await GatewayFixture.OpenAsync(node, _directory["node"], runtimes: _directory["runtimes"]);
        var shell = new Shell(_directory.Path, gateway.Address.ToString());
        await File.WriteAllTextAsync(_directory["words.rb"], """
            require "json"
            require_relative "lib/text"
            puts JSON.generate({ words: count($stdin.read), arguments: ARGV, home: ENV["HOME"] })
            """, Cancel);
        await File.WriteAllTextAsync(_directory["text.rb"], "def count(text) = text.split.size\n", Cancel);

        var ended = await shell.RunAsync("one\none two\n", "map", "--env", "HOME=/tmp", "--file", "text.rb:lib/text.rb", "words.rb", "-n", "{input}");
        Assert.Equal(
            (0, """
                {"words":1,"arguments":["-n","one"],"home":"/tmp"}
                {"words":2,"arguments":["-n","one two"],"home":"/tmp"}

                """), (ended.ExitCode, ended.Output));

        await File.WriteAllTextAsync(_directory["bad.rb"], "puts (1 +\n", Cancel);
        ended = await shell.RunAsync("", "run", "bad.rb");
        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("/main.rb:1: syntax errors found (SyntaxError)\n> 1 | puts (1 +\n", ended.Error, StringComparison.Ordinal);
    }

    /// <summary>A node that has ruby and no other runtime.</summary>
    private async Task<TestNode> StartAsync()
    {
        var ruby = ScriptRuntime.Ruby;
        var module = ScriptModule.Take(ruby, Path.Combine(NodeJsWorker.Root(), "runtimes"));
        Directory.CreateDirectory(_directory["runtimes"]);
        File.CreateSymbolicLink(_directory["runtimes/ruby.wasm"], module);
        await File.WriteAllTextAsync(_directory["runtimes/approved"], $"{ruby.Module}  ruby.wasm\n", Cancel);
        Directory.CreateDirectory(ScriptModule.Compiled);
        Directory.CreateDirectory(_directory["node"]);
        Directory.CreateSymbolicLink(_directory["node/modules"], ScriptModule.Compiled);
        var node = await TestNode.StartAsync(_directory["node"], settings => settings with { Runtimes = _directory["runtimes"] });
        Assert.All(node.Context.Options.Workers, worker => Assert.Contains($"runtime:ruby@{ruby.Module}", worker.Sandbox.Capabilities));
        return node;
    }
}
