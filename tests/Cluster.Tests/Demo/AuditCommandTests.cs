using System.Text.Json;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>The README's section "Audit it": the programs as an auditor runs them, on what a demo has left.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_demo_s_records_are_true_by_its_node_s_key_and_by_no_other()
    {
        var demo = await NodeAsync("demo", "--data", "data", "--json", "out.json", "--svg", "out.svg", "--saboteurs", "1", "--effort", "20");
        Assert.Equal((0, ""), (demo.ExitCode, demo.Error));
        var export = await NodeAsync("export", "--data", "data", "records");
        Assert.Equal((0, ""), (export.ExitCode, export.Error));
        var keys = await NodeAsync("keys", "--data", "data");
        Assert.Matches(@"\A[0-9a-f]{64}\r?\n\z", keys.Output);
        File.WriteAllText(File_("keys"), $"# mine\n{keys.Output.Trim()} # the demo's node\n");
        Assert.Equal(keys.Output, (await NodeAsync("keys", "--data", "data")).Output);

        var audit = await CliAsync("audit", "records", "--trust", "keys");
        Assert.Equal((0, ""), (audit.ExitCode, audit.Error));
        Assert.Matches(@"true up to record \d+; what comes after it is consistent\.\s*\z", audit.Output);

        File.WriteAllText(File_("others"), new string('1', 64));
        var untrusted = await CliAsync("audit", "records", "--trust", "others");
        Assert.Equal(1, untrusted.ExitCode);
        Assert.Contains("nobody vouches for it whom you trust", untrusted.Output, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(File.ReadAllText(File_("out.json")));
        var worker = json.RootElement.GetProperty("workers")[0].GetProperty("id").GetString()!;
        var explained = await CliAsync("explain", "records", worker);
        Assert.Equal((0, ""), (explained.ExitCode, explained.Error));
        Assert.Matches(@"(?m)^[0-9a-f]{64}  epoch \d+  worker \w+ by [0-9a-f]{64}  rank \d", explained.Output);
    }

    [Fact]
    public async Task Keys_of_a_directory_without_a_node_are_not_made()
    {
        var ended = await NodeAsync("keys", "--data", "nowhere");
        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"\A--data: .*node\.key is not there\.\s*\z", ended.Error);
        Assert.False(Directory.Exists(File_("nowhere")));
    }

    private Task<Programs.Ended> NodeAsync(params string[] args) => Programs.RunAsync(Programs.Node, _directory, args);

    private Task<Programs.Ended> CliAsync(params string[] args) => Programs.RunAsync(Programs.Cli, _directory, args);

    private string File_(string name) => Path.Combine(_directory, name);
}
