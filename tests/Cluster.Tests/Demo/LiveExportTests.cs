using System.Diagnostics;
using System.Text.RegularExpressions;
using AkkaCompute.Tests.Cluster;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>An export beside a node that works, and of a journal that can't be written to.</summary>
[Trait("Category", "Long")]
public sealed class LiveExportTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Beside_a_loaded_node_each_export_is_true_or_says_in_one_line_to_try_again()
    {
        using var node = Programs.Start(
            Programs.Node, _directory, "demo", "--stay", "--data", "data", "--svg", "out.svg", "--effort", "5", "--saboteurs", "2");
        try
        {
            var rounds = 0;
            await Wait.EventuallyAsync(
                async () => (rounds += await node.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line
                    && line.Contains("round 2:", StringComparison.Ordinal) ? 1 : 0) > 0,
                () => "the demo's second round");
            // It must not stand still because nobody reads what it says.
            _ = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            _ = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

            var written = 0;
            for (var turn = 0; turn < 4; turn++)
                written += await ExportAsync($"records{turn}") ? 1 : 0;

            Assert.True(written > 0, "four exports in a row found the journal locked");
            Assert.False(node.HasExited);
        }
        finally
        {
            Programs.Kill(node);
            await node.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Whether it was written; then it is a true history. Else it said one line.</summary>
    private async Task<bool> ExportAsync(string file)
    {
        var export = await NodeAsync("export", "--data", "data", file);
        if (export.ExitCode == 0)
        {
            Assert.Equal("", export.Error);
            var audit = await Programs.RunAsync(Programs.Cli, _directory, "audit", file);
            Assert.Equal((0, ""), (audit.ExitCode, audit.Error));
            return true;
        }
        Assert.Equal((1, ""), (export.ExitCode, export.Output));
        Assert.True(
            Regex.IsMatch(
                export.Error,
                @"\A\S*journal\.db[^\n]*: [^\n]+ (Another program is writing|The database did not answer in time): try again\.[^\n]*\n\z"),
            export.Error);
        Assert.False(File.Exists(Path.Combine(_directory, file)));
        return false;
    }

    [Fact]
    public async Task Of_a_journal_that_is_read_only_one_line_says_what_to_do()
    {
        if (!OperatingSystem.IsLinux() || !await MountsAsync())
            Assert.Skip("Making a directory read-only for its owner too needs 'unshare --mount' and the right to mount.");
        var demo = await NodeAsync("demo", "--data", "data", "--svg", "out.svg", "--effort", "5");
        Assert.Equal((0, ""), (demo.ExitCode, demo.Error));

        var export = await ReadOnlyAsync($"exec dotnet {Programs.Node} export --data data records");

        Assert.Equal((3, ""), (export.ExitCode, export.Output));
        Assert.Matches(@"\A[^\n]*journal\.db[^\n]*: [^\n]+ read-only[^\n]* copy the directory and export the copy\.[^\n]*\n\z", export.Error);
        Assert.False(File.Exists(Path.Combine(_directory, "records")));

        // What the line says helps.
        var copied = await ReadOnlyAsync($"cp -r data copy && exec dotnet {Programs.Node} export --data copy records");
        Assert.Equal((0, ""), (copied.ExitCode, copied.Error));
        Assert.Matches(@"\A\d+ lines to epoch \d+, of \d+ events; \d+ entries wait for their epoch\.\s*\z", copied.Output);
    }

    private static async Task<bool> MountsAsync()
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("unshare", ["--mount", "true"]) { RedirectStandardError = true })!;
            await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no unshare
        }
    }

    /// <summary>Runs a shell's command where <c>data</c> is mounted read-only: for that process alone.</summary>
    private async Task<Programs.Ended> ReadOnlyAsync(string command)
    {
        string[] arguments = ["--mount", "sh", "-c", $"mount --bind data data && mount -o remount,ro,bind data && {command}"];
        using var process = Process.Start(new ProcessStartInfo("unshare", arguments)
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var cancel = TestContext.Current.CancellationToken;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        return new Programs.Ended(process.ExitCode, await output, await error);
    }

    private Task<Programs.Ended> NodeAsync(params string[] args) => Programs.RunAsync(Programs.Node, _directory, args);
}
