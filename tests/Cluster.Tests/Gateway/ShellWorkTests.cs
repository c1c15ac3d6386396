using System.Diagnostics;
using System.Text.Json;
using AkkaCompute.Cluster.Tests.Demo;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>What <c>akkacompute</c> does with jobs that nobody waits for, its worker, its configuration file and its completion.</summary>
[Trait("Category", "Long")]
[Collection(nameof(GatewayFixture))]
public sealed class ShellWorkTests : IDisposable
{
    private readonly GatewayFixture _fixture;
    private readonly TemporaryDirectory _directory = new();
    private readonly Shell _shell;

    public ShellWorkTests(GatewayFixture fixture)
    {
        _fixture = fixture;
        _shell = new Shell(_directory.Path, Network);
        File.WriteAllBytes(_directory["copy.wasm"], ShellTests.Module);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Network => _fixture.Gateway.Address.ToString();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 600_000)]
    public async Task A_job_is_handed_in_and_left_and_its_logs_are_read()
    {
        var ended = await _shell.RunAsync("a\nb\nc\n", "submit", "--label", "three", "copy.wasm", "{input}");
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        var job = ended.Output.Trim();
        Assert.Equal(64, job.Length);
        Assert.Equal(0, (await _shell.RunAsync("", "wait", job)).ExitCode);
        Assert.Equal((0, "[a]a\n[b]b\n[c]c\n"), ((ended = await _shell.RunAsync("", "attach", job)).ExitCode, ended.Output));
        Assert.Equal((0, ""), ((ended = await _shell.RunAsync("", "logs", job)).ExitCode, ended.Output));

        job = (await _shell.RunAsync("a\nb\n", "submit", "copy.wasm", "fail")).Output.Trim();
        ended = await _shell.RunAsync("", "logs", "-f", job);
        var lines = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order().ToArray();
        Assert.Equal(["task 0: exit code 3", "task 0: no way", "task 1: exit code 3", "task 1: no way"], lines);
        Assert.Equal("task 1: no way\ntask 1: exit code 3\n", (await _shell.RunAsync("", "logs", "--task", "1", job)).Output);
        ended = await _shell.RunAsync("", "logs", new string('7', 64));
        Assert.Equal(125, ended.ExitCode);
        Assert.Contains("'akkacompute ps' lists", ended.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 600_000)]
    public async Task Top_shows_the_network_and_the_jobs_of_this_key()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGINT for one process.");
        using var process = _shell.Start("map", "--label", "endless", "copy.wasm", "spin");
        using var end = new Shell.Ending(process);
        await process.StandardInput.WriteAsync("1\n2\n");
        await process.StandardInput.FlushAsync(Cancel);
        await Wait.EventuallyAsync(async () => (await _shell.RunAsync("", "top")).Output is var shown
            && shown.Contains("5 c-nodes, 5 trusted; 1 cluster nodes, 2 slots", StringComparison.Ordinal) && shown.Contains("0/2 ", StringComparison.Ordinal)
            && shown.Contains("endless", StringComparison.Ordinal), "top shows it");
        // Else its tasks spin on for minutes, on all slots of the node that these tests share.
        Shell.Signal(process, Shell.Interrupt);
        await process.WaitForExitAsync(Cancel).WaitAsync(Wait.Long, Cancel);
        Assert.Equal(130, process.ExitCode);
    }

    [Fact(Timeout = 600_000)]
    public async Task What_a_user_always_wants_is_in_a_file()
    {
        Directory.CreateDirectory(_shell.Home);
        var file = Path.Combine(_shell.Home, "config");
        await File.WriteAllTextAsync(file, $"# mine\nnetwork = {Network}\npolicy = quorum(20, 31)\n", Cancel);
        var ended = await _shell.RunAsync("", null, ["run", "copy.wasm"]);
        Assert.Equal(125, ended.ExitCode);
        Assert.Contains("--policy that asks fewer", ended.Error, StringComparison.Ordinal); // the file's network, and the file's policy
        Assert.Equal((0, "[x]"), ((ended = await _shell.RunAsync("", null, ["run", "--policy", "quorum(2, 5)", "copy.wasm", "x"])).ExitCode, ended.Output));

        foreach (var (text, says) in new[]
        {
            ("color = red\n", "line 1: 'color' is none of network, key, "), ("\nnetwork\n", "line 2: 'network' is none of"), ("slots = 1\nslots = 2\n", "line 2: slots is said twice"),
            ($"network = {Network}\ntime = soon\n", "time: 'soon' is not a whole number"), ("network = nowhere\n", "'nowhere' is no address like"),
        })
        {
            await File.WriteAllTextAsync(file, text, Cancel);
            ended = await _shell.RunAsync("", null, ["run", "copy.wasm"]);
            Assert.Equal((2, ""), (ended.ExitCode, ended.Output));
            Assert.Contains(says, ended.Error, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 600_000)]
    public async Task Bash_completes_commands_and_options()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "bash is needed.");
        var script = (await _shell.RunAsync("", "completion", "bash")).Output;
        // The program as a function, and then as readline calls it.
        var text = $"akkacompute() {{ \"$DOTNET\" \"$CLI\" \"$@\"; }}\n{script}\nCOMP_LINE='akkacompute su'; COMP_POINT=14; _akkacompute; echo \"${{COMPREPLY[*]}}\"\n"
            + "COMP_LINE='akkacompute map --res'; COMP_POINT=21; _akkacompute; echo \"${COMPREPLY[*]}\"\n";
        await File.WriteAllTextAsync(_directory["complete.sh"], text, Cancel);
        var start = new ProcessStartInfo("bash", ["--norc", _directory["complete.sh"]]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET"] = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        start.Environment["CLI"] = Programs.Cli;
        using var bash = Process.Start(start)!;
        using var end = new Shell.Ending(bash);
        var (output, error) = (bash.StandardOutput.ReadToEndAsync(Cancel), bash.StandardError.ReadToEndAsync(Cancel));
        await bash.WaitForExitAsync(Cancel).WaitAsync(Wait.Long, Cancel);
        Assert.Equal(("submit\n--results\n", ""), (await output, await error));
        Assert.Contains("compdef _akkacompute akkacompute", (await _shell.RunAsync("", "completion", "zsh")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await _shell.RunAsync("", "completion", "fish")).ExitCode);
    }

    /// <summary>This machine as a worker from outside: drawn, checked and counted beside the nodes' own; ended, and again.</summary>
    [Fact(Timeout = 600_000)]
    public async Task A_worker_joins_works_says_goodbye_and_comes_again()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGINT for one process.");
        NodeId? before = null;
        var counted = 0L;
        for (var run = 1; run <= 2; run++)
        {
            using var process = _shell.Start("worker", "--directory", "worker", "--slots", "2", "--json");
            using var end = new Shell.Ending(process);
            var id = await IdAsync(process);
            Assert.Equal(before ?? id, id);
            before = id;
            await _fixture.Node.CanBeDrawnAsync([id]);
            if (run == 1)
            {
                var second = await _shell.RunAsync("", "worker", "--directory", "worker");
                Assert.Equal(2, second.ExitCode);
                Assert.Contains("worker: ", second.Error, StringComparison.Ordinal);
            }
            var lines = Enumerable.Range(1, 40).Select(i => $"{i}").ToArray();
            var ended = await _shell.RunAsync(string.Join('\n', lines), "map", "--policy", "quorum(3, 5)", "copy.wasm", "{input}");
            Assert.Equal((0, string.Concat(lines.Select(line => $"[{line}]{line}\n"))), (ended.ExitCode, ended.Output));
            var earlier = counted; // another test's newcomer may be drawn for a part of them
            await Wait.EventuallyAsync(async () => (counted = (await _fixture.Node.EarnedAsync([id])).Accepted) > earlier, "its work counts");
            await EventAsync(process, "rewarded");
            var large = new string('x', 60_000); // as an input and as an output: a blob
            var whole = await _shell.RunAsync(large, "run", "--policy", "quorum(3, 5)", "copy.wasm", "y");
            Assert.Equal((0, $"[y]{large}"), (whole.ExitCode, whole.Output));
            Shell.Signal(process, Shell.Interrupt);
            await process.WaitForExitAsync(Cancel).WaitAsync(Wait.Long, Cancel);
            Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(Cancel)));
            await Wait.EventuallyAsync(() => _fixture.Node.Context.Rosters.Current.Find(id) is null, "it is not in the roster");
        }
        var report = ExportTests.Audit(await ExportTests.ExportAsync(_fixture.Node), null);
        Assert.Equal(0, report.FindingCount);
        Assert.NotEqual(AuditVerdict.Violated, report.Verdict);
    }

    [Theory]
    [InlineData("--slots: '0' is not a whole number from 1 to 64", "--slots", "0")]
    [InlineData("--memory: 'all' is not a whole number from 1 to 4096", "--memory", "all")]
    [InlineData("'ws://127.0.0.1:1' is no address like", "--network", "ws://127.0.0.1:1")]
    [InlineData("copy.wasm: ", "--directory", "copy.wasm")]
    [InlineData("--adversary: 'evil' is none of wrong, together", "--adversary", "evil")]
    [InlineData("--runtimes: 'perl' is none of js, ruby, python", "--runtimes", "js,perl")]
    [InlineData("--runtimes: js is there twice", "--runtimes", "js,js")]
    public async Task A_worker_says_what_it_cannot_use(string says, params string[] arguments)
    {
        var ended = await _shell.RunAsync("", ["worker", .. arguments]);
        Assert.Equal((2, ""), (ended.ExitCode, ended.Output));
        Assert.Contains(says, ended.Error, StringComparison.Ordinal);
    }

    private static async Task<NodeId> IdAsync(Process worker)
    {
        var works = await EventAsync(worker, "works");
        await EventAsync(worker, "joined");
        return new NodeId(Hash256.TryParse(works.GetProperty("id").GetString()!, out var id) ? id : default);
    }

    private static async Task<JsonElement> EventAsync(Process worker, string name)
    {
        while (await worker.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Wait.Long, Cancel) is { } line)
        {
            var said = JsonDocument.Parse(line).RootElement;
            if (said.GetProperty("event").GetString() == name)
                return said;
        }
        throw new InvalidOperationException($"The worker has ended before '{name}': {await worker.StandardError.ReadToEndAsync(Cancel)}");
    }
}
