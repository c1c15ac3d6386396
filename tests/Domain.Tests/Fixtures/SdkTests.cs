using System.Diagnostics;

namespace AkkaCompute.Domain.Tests.Fixtures;

/// <summary>The fixtures in another language: <c>sdk/js</c>, by its own checks, in every engine that it is for.</summary>
[Trait("Category", "Needs"), Trait("Needs", "node")]
public sealed class SdkTests
{
    /// <summary>The first Node.js with WebCrypto as a global.</summary>
    private const int Version = 20;

    /// <summary>How <c>test/browser.js</c> ends where there is no such browser.</summary>
    private const int NoBrowser = 2;

    [Fact]
    public async Task The_JavaScript_verifier_agrees_with_every_fixture()
    {
        await RequireNodeAsync();
        var run = await RunAsync("--test", "--test-reporter=tap", "test/fixtures.test.js");
        Assert.True(run!.ExitCode == 0, run.Output);
        Assert.Matches(@"# pass [1-9]\d", run.Output);
    }

    [Fact]
    public async Task A_JavaScript_worker_keeps_what_it_signs()
    {
        await RequireNodeAsync();
        var run = await RunAsync("--test", "--test-reporter=tap", "test/main-chain.test.js", "test/worker.test.js");
        Assert.True(run!.ExitCode == 0, run.Output);
        Assert.Matches(@"# pass \d", run.Output);
    }

    [Theory]
    [InlineData("chromium"), Trait("Needs", "chromium")]
    [InlineData("firefox-esr"), Trait("Needs", "firefox-esr")]
    public async Task It_does_so_in_a_browser(string browser)
    {
        await RequireNodeAsync();
        var run = await RunAsync("test/browser.js", browser);
        Assert.SkipWhen(run!.ExitCode == NoBrowser, $"{browser} is not installed.");
        Assert.True(run.ExitCode == 0, run.Output);
    }

    private static async Task RequireNodeAsync()
    {
        var version = await RunAsync("--version");
        Assert.SkipWhen(version is null, "Node.js is not installed.");
        Assert.SkipUnless(int.TryParse(version.Output.TrimStart('v').Split('.')[0], out var major) && major >= Version,
            $"Node.js {Version} or later is needed; this is {version.Output.Trim()}.");
    }

    /// <summary>Null where there is no such program.</summary>
    private static async Task<Ended?> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(Root(), "sdk", "js"),
        };
        try
        {
            using var node = Process.Start(start)!;
            var (output, error) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            return new Ended(node.ExitCode, await output + await error);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AkkaCompute.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("AkkaCompute.sln is not above the tests' folder.");
        return folder.FullName;
    }

    private sealed record Ended(int ExitCode, string Output);
}
