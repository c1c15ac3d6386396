namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>The commands as .NET tools: packed, installed from the package, and run.</summary>
[Trait("Category", "Long")]
public sealed class ToolTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("Pbm", "pbm", "pbm [host:port] <palette> <command> [switches]")]
    [InlineData("Cli", "akkacompute", "audit <FILE>")]
    public async Task A_command_is_packed_installed_and_runs(string project, string command, string usage)
    {
        var packed = await DotnetAsync("pack", "--no-build", "-c", Programs.Configuration, "-o", "packages", Path.Combine(Programs.Sources, project));
        Assert.True(packed.ExitCode == 0, packed.ToString());
        var installed = await DotnetAsync("tool", "install", $"AkkaCompute.{project}", "--tool-path", "tools", "--source", Path.Combine(_directory, "packages"));
        Assert.True(installed.ExitCode == 0, installed.ToString());
        var shim = Path.Combine(_directory, "tools", command + (OperatingSystem.IsWindows() ? ".exe" : ""));
        Assert.True(File.Exists(shim), installed.ToString());
        var help = await DotnetAsync(Directory.EnumerateFiles(Path.Combine(_directory, "tools", ".store"), command + ".dll", SearchOption.AllDirectories).Single(), "--help");
        Assert.True(help.ExitCode == 0, help.ToString());
        Assert.Contains(usage, help.Output, StringComparison.Ordinal);
    }

    private Task<Programs.Ended> DotnetAsync(string what, params string[] args) => Programs.RunAsync(what, _directory, args);
}
