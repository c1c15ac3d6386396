using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Tests.Cluster.Outside;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>Tabs of real browsers that take part, by the page that a gateway serves: <c>tests/Page/tabs.mjs</c>.</summary>
internal sealed class Tabs : IAsyncDisposable
{
    private const int NoBrowser = 2;

    private readonly Process _script;
    private readonly Task<string> _errors;

    private Tabs(Process script) => (_script, _errors) = (script, script.StandardError.ReadToEndAsync());

    /// <summary>The c-node of each tab.</summary>
    public IReadOnlyList<NodeId> Ids { get; private set; } = [];

    /// <summary>Opens a tab in each of these browsers, a name for each tab, and has it take part. Skips the test where one is not installed.</summary>
    public static async Task<Tabs> OpenAsync(Uri page, params string[] browsers)
    {
        var start = new ProcessStartInfo("node", ["--experimental-websocket", Path.Combine(NodeJsWorker.Root(), "tests", "Page", "tabs.mjs"), page.ToString(), .. browsers])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Process script;
        try
        {
            script = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed.");
            throw;
        }
        var tabs = new Tabs(script);
        try
        {
            var opened = await tabs.AnswerAsync();
            tabs.Ids = [.. opened.GetProperty("ids").EnumerateArray().Select(id => new NodeId(Hash256.TryParse(id.GetString()!, out var hash) ? hash : default))];
            return tabs;
        }
        catch
        {
            await tabs.KillAsync();
            throw;
        }
    }

    /// <summary>The tab gives other results than it computes, from now on.</summary>
    public Task LieAsync(int tab) => AskAsync($"lie {tab}");

    /// <summary>Its connection is cut, again each time that it is in.</summary>
    /// <returns>How often it came in, and how often it went on with its session, since it was opened.</returns>
    public async Task<(int Joined, int Resumed)> CutAsync(int tab, int times)
    {
        var cut = await AskAsync($"cut {tab} {times}");
        return (cut.GetProperty("joined").GetInt32(), cut.GetProperty("resumed").GetInt32());
    }

    /// <summary>As a person closes it.</summary>
    public Task CloseAsync(int tab) => AskAsync($"close {tab}");

    /// <summary>The fuel of each task of the bundles that it has answered, by job and first task.</summary>
    public async Task<Dictionary<(string Job, long First), long[]>> FuelAsync(int tab) =>
        FuelOf((await AskAsync($"answers {tab}")).GetProperty("answers").EnumerateArray());

    /// <summary>The same of what a worker of sdk/js reports.</summary>
    public static Dictionary<(string Job, long First), long[]> FuelOf(IEnumerable<JsonElement> answers) => answers
        .GroupBy(answer => (answer.GetProperty("job").GetString()!, answer.GetProperty("first").GetInt64())) // one may be done again in another attempt
        .ToDictionary(bundle => bundle.Key, bundle => bundle.Last().GetProperty("fuel").EnumerateArray().Select(fuel => fuel.GetInt64()).ToArray());

    /// <summary>Closes the browsers; fails where a page has complained.</summary>
    public async Task EndAsync()
    {
        await _script.StandardInput.WriteLineAsync("end");
        await _script.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Wait.Long, TestContext.Current.CancellationToken);
        Assert.True(_script.ExitCode == 0, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _script.Dispose();
    }

    private async Task<JsonElement> AskAsync(string line)
    {
        await _script.StandardInput.WriteLineAsync(line);
        await _script.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        return await AnswerAsync();
    }

    private async Task<JsonElement> AnswerAsync()
    {
        if (await _script.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            return JsonDocument.Parse(line).RootElement;
        await _script.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(_script.ExitCode == NoBrowser, await _errors);
        throw new InvalidOperationException($"The tabs have ended with {_script.ExitCode}: {await _errors}");
    }

    /// <summary>The script closes its browsers when its input ends; where it does not, all of them are killed with it.</summary>
    private async Task KillAsync()
    {
        if (_script.HasExited)
            return;
        _script.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _script.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _script.Kill(entireProcessTree: true);
        }
    }
}
