using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AkkaCompute.Cluster.Tests.Demo;
using AkkaCompute.Tests.Cluster;

namespace AkkaCompute.Cluster.Tests.Docs;

/// <summary>
/// The README's commands as they stand there, one after the other, in an empty directory. What is changed: programs are taken from where
/// the build put them, nodes get ports that are free, and whoever talks to them is told of those.
/// </summary>
[Trait("Category", "Long")]
public sealed class ReadmeTests : IDisposable
{
    private const string Run = "dotnet run -c Release --project ";

    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;
    private readonly string _port = Text(Child.FreePort()), _pbm = Text(Child.FreePort());
    private Process? _node;

    public void Dispose()
    {
        Stop();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact(Timeout = 600_000)]
    public async Task Its_commands_do_what_it_says()
    {
        var ran = 0;
        foreach (var command in Snippets.Of(Path.Combine(Snippets.Root, "README.md")).Where(snippet => snippet.Language.Length == 0).SelectMany(snippet => snippet.Commands))
        {
            if (!command.StartsWith(Run, StringComparison.Ordinal))
                continue;
            var words = command[Run.Length..].Split(' ');
            var arguments = words.SkipWhile(word => word != "--").Skip(1).ToList();
            var into = arguments.IndexOf(">");
            var file = into < 0 ? null : arguments[into + 1];
            if (into >= 0)
                arguments.RemoveRange(into, 2);
            await RunAsync(words[0], arguments, file);
            ran++;
        }
        Assert.InRange(ran, 10, 30);
        Assert.True(File.Exists(Path.Combine(_directory, "tour.svg")));
    }

    private async Task RunAsync(string project, List<string> arguments, string? into)
    {
        if (project == "src/Cluster.Node" && arguments[0] == "node")
        {
            Stop();
            arguments = [.. arguments.Select(argument => argument.StartsWith("samples/", StringComparison.Ordinal) ? Programs.HelloCompute : argument)];
            await StartAsync([.. arguments.Select(argument => argument == "127.0.0.1:8450" ? "127.0.0.1:0" : argument), "--port", _port, "--pbm-port", _pbm]);
            return;
        }
        var ended = project switch
        {
            "src/Cluster.Node" => await Programs.RunAsync(Programs.Node, _directory, [.. arguments]),
            "src/Cli" => await Programs.RunAsync(Programs.Cli, _directory, [.. arguments.Select(argument => argument == "NODEID" ? AnyNodeId() : argument)]),
            "src/Pbm" => await Programs.RunAsync(Path.Combine(AppContext.BaseDirectory, "pbm.dll"), _directory, [$"127.0.0.1:{_pbm}", .. arguments]),
            "samples/HelloCompute" => await Programs.RunAsync(
                Path.Combine(Programs.HelloCompute, "AkkaCompute.HelloCompute.dll"), _directory, $"akka.tcp://AkkaCompute@127.0.0.1:{_port}"),
            _ => throw new InvalidOperationException($"The README runs {project}: which program is that?"),
        };
        Assert.True(ended is { ExitCode: 0, Error: "" }, $"{project} {string.Join(' ', arguments)} ended with {ended.ExitCode}: {ended.Error}{ended.Output}");
        if (into is not null)
            await File.WriteAllTextAsync(Path.Combine(_directory, into), ended.Output, TestContext.Current.CancellationToken);
        else
            Assert.NotEqual("", ended.Output);
    }

    private async Task StartAsync(string[] arguments)
    {
        _node = Programs.Start(Programs.Node, _directory, arguments);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(2 * Wait.Long);
        while (await _node.StandardOutput.ReadLineAsync(bound.Token) is { } line)
        {
            if (line.StartsWith("ready: ", StringComparison.Ordinal))
                return;
        }
        Assert.Fail($"The node ended: {await _node.StandardError.ReadToEndAsync(bound.Token)}");
    }

    private string AnyNodeId()
    {
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(_directory, "summary.json")));
        return summary.RootElement.GetProperty("workers")[0].GetProperty("id").GetString()!;
    }

    private void Stop()
    {
        if (_node is null)
            return;
        Programs.Kill(_node);
        _node.WaitForExit();
        _node.Dispose();
        _node = null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
