using System.ComponentModel;
using System.Diagnostics;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Sandbox.Adversaries;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>The page in real browsers: <c>tests/Page/page.mjs</c> opens each view of a node that has done a job, of whose workers one lies.</summary>
[Trait("Category", "Needs"), Trait("Needs", "node")]
public sealed class PageBrowserTests : IDisposable
{
    private const int NoBrowser = 2;
    private const int Tasks = 30;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = 300_000)]
    [InlineData("chromium"), Trait("Needs", "chromium")]
    [InlineData("firefox-esr"), Trait("Needs", "firefox-esr")]
    public async Task It_shows_the_network_hands_in_a_job_proves_an_outcome_and_takes_part(string browser)
    {
        await using var node = await TestNode.StartAsync(
            _directory.Path, settings => settings with { Bootstrap = TimeSpan.FromSeconds(10) }, // so that a tab has work
            (worker, sandbox) => worker == 4 ? new AdversarySandbox(Adversary.Liar, sandbox) : sandbox);
        await using var gateway = await GatewayFixture.OpenAsync(node, Directory.CreateDirectory(_directory["gateway"]).FullName);
        var job = JobId.Of(node.Client.Boss, "page"u8);
        var request = new JobRequest(Jobs.Echo) { Id = job, Policy = new Policy.Quorum(3, 5), Draw = DrawMode.Next, BundleSize = 2, Label = "thirty echoes" };
        Jobs.AssertEchoed(await node.Client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync(), Tasks, ordered: true);

        var start = new ProcessStartInfo("node", ["--experimental-websocket", Script(), browser, gateway.Address.ToString(), job.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Environment.GetEnvironmentVariable("AKKACOMPUTE_PICTURES") is { } pictures)
            start.ArgumentList.Add(pictures);
        using var script = Start(start);
        Assert.SkipWhen(script is null, "Node.js is not installed.");
        var (output, error) = (script.StandardOutput.ReadToEndAsync(Cancel), script.StandardError.ReadToEndAsync(Cancel));
        await script.WaitForExitAsync(Cancel);
        Assert.SkipWhen(script.ExitCode == NoBrowser, $"{browser} is not installed.");
        Assert.True(script.ExitCode == 0, await output + await error);
    }

    private static Process? Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static string Script()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AkkaCompute.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("AkkaCompute.sln is not above the tests' folder.");
        return Path.Combine(folder.FullName, "tests", "Page", "page.mjs");
    }
}
