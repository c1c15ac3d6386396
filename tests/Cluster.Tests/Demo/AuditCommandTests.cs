using System.Text.Json;
using System.Text.RegularExpressions;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>The README's section "Audit it": the programs as an auditor runs them, on what a demo has left.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Trait("Category", "Long")]
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
        Assert.Matches(@"true up to record \d+, the end of the file\.\s*\z", audit.Output);

        File.WriteAllText(File_("others"), new string('1', 64));
        var untrusted = await CliAsync("audit", "records", "--trust", "others");
        Assert.Equal(4, untrusted.ExitCode);
        Assert.Contains("nobody vouches for it whom you trust", untrusted.Output, StringComparison.Ordinal);

        // What is no file of keys is named by its line, and not shown to the terminal.
        File.WriteAllText(File_("junk"), "# mine\n\u001b[31mred\n");
        var junk = await CliAsync("audit", "records", "--trust", "junk");
        Assert.Equal((2, "--trust: junk, line 2: not 64 hexadecimal digits, a public key."), (junk.ExitCode, junk.Error.Trim()));

        using var json = JsonDocument.Parse(File.ReadAllText(File_("out.json")));
        var worker = json.RootElement.GetProperty("workers")[0].GetProperty("id").GetString()!;
        var explained = await CliAsync("explain", "records", worker);
        Assert.Equal((0, ""), (explained.ExitCode, explained.Error));
        Assert.Matches(@"(?m)^[0-9a-f]{64}  epoch \d+  worker \w+ by [0-9a-f]{64}  rank \d", explained.Output);
    }

    [Trait("Category", "Long")]
    [Fact]
    public async Task A_journal_that_was_copied_and_went_on_twice_convicts_its_node_and_an_earlier_export_agrees_with_both()
    {
        await DemoAsync("one");
        await ExportAsync("one", "early");
        Directory.CreateDirectory(File_("two"));
        foreach (var file in Directory.GetFiles(File_("one"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(File_("two"), Path.GetRelativePath(File_("one"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        await DemoAsync("one");
        await DemoAsync("two");
        await ExportAsync("one", "late");
        await ExportAsync("two", "forked");
        var key = (await NodeAsync("keys", "--data", "one")).Output.Trim();
        File.WriteAllText(File_("keys"), key);

        var agreed = await CliAsync("audit", "late", "--trust", "keys", "--against", "early");
        Assert.Equal((0, ""), (agreed.ExitCode, agreed.Error));
        Assert.Matches(@"true up to record \d+[^\n]*\n(?s:.*)early: consistent, to epoch \d+, record [0-9a-f]{64}\s+one history to epoch (\d+); late goes on to epoch \d+\.\s*\z", agreed.Output);
        Assert.Equal(0, (await CliAsync("audit", "early", "--against", "forked")).ExitCode);
        // Of whom nobody trusts, agreeing does not make it true.
        File.WriteAllText(File_("others"), new string('1', 64));
        Assert.Equal(4, (await CliAsync("audit", "late", "--trust", "others", "--against", "early")).ExitCode);

        // Figures end with the last record that is vouched for, and what comes after it is said apart.
        var whole = await CliAsync("audit", "early", "--strict");
        Assert.Equal(0, whole.ExitCode);
        var record = Regex.Match(whole.Output, @"(?m)^record ([0-9a-f]{64})").Groups[1].Value;
        var grown = await CliAsync("audit", "late", "--trust", record);
        Assert.Equal(4, grown.ExitCode);
        Assert.Contains($"record {record}", grown.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^not vouched for after record \d+: \d+ lines from line \d+ on, to epoch \d+", grown.Output);
        Assert.Matches(@"true up to record \d+; nobody vouches for what comes after it whom you trust\.\s*\z", grown.Output);

        var forked = await CliAsync("audit", "late", "--trust", "keys", "--against", "forked");
        Assert.Equal((1, ""), (forked.ExitCode, forked.Error));
        Assert.Contains("true up to record", forked.Output, StringComparison.Ordinal); // each by itself is good
        Assert.Matches($@"(?m)^convicted: {key}, which signed two records of epoch \d+: [0-9a-f]{{64}} and [0-9a-f]{{64}}\r?$", forked.Output);
        Assert.Matches(@"the histories part at epoch \d+: record [0-9a-f]{64} in late, [0-9a-f]{64} in forked; keys that signed both: 1\.\s*\z", forked.Output);

        // What is no export is named, and exits as a violation does; what can't be read, as wrong usage.
        var malformed = await CliAsync("audit", "late", "--against", "keys");
        Assert.Equal(1, malformed.ExitCode);
        Assert.Matches(@"(?m)^keys: line 1: .+\r?\nkeys: violated, ", malformed.Output);
        var missing = await CliAsync("audit", "late", "--against", "nowhere");
        Assert.Equal(2, missing.ExitCode);
        Assert.StartsWith("nowhere: ", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_a_directory_without_a_node_are_not_made()
    {
        var ended = await NodeAsync("keys", "--data", "nowhere");
        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"\A--data: .*node\.key is not there\.\s*\z", ended.Error);
        Assert.False(Directory.Exists(File_("nowhere")));
    }

    private async Task DemoAsync(string data)
    {
        var ended = await NodeAsync("demo", "--data", data, "--svg", "out.svg", "--effort", "5");
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
    }

    private async Task ExportAsync(string data, string file)
    {
        var ended = await NodeAsync("export", "--data", data, file);
        // On a machine that is busy with other tests the database may be late, and the command says so.
        for (var tries = 0; tries < 3 && ended.ExitCode == 1 && ended.Error.Contains("did not answer in time: try again", StringComparison.Ordinal); tries++)
            ended = await NodeAsync("export", "--data", data, file);
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
    }

    private Task<Programs.Ended> NodeAsync(params string[] args) => Programs.RunAsync(Programs.Node, _directory, args);

    private Task<Programs.Ended> CliAsync(params string[] args) => Programs.RunAsync(Programs.Cli, _directory, args);

    private string File_(string name) => Path.Combine(_directory, name);
}
