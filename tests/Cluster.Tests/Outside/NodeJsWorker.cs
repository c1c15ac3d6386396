using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary><c>sdk/js/bin/worker.js</c> in a process of Node.js.</summary>
internal sealed class NodeJsWorker : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private NodeJsWorker(Process process) => _process = process;

    public NodeId Id { get; private set; }

    /// <summary>All that it has said.</summary>
    public string Said => string.Join('\n', _lines);

    /// <summary>Skips the test where there is no Node.js 20 or later.</summary>
    public static void Require()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true })!;
            var version = node.StandardOutput.ReadToEnd().Trim();
            Assert.SkipUnless(int.TryParse(version.TrimStart('v').Split('.')[0], out var major) && major >= 20, $"Node.js 20 or later is needed; this is {version}.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Node.js is not installed.");
        }
    }

    /// <summary>Starts it, and waits until it has joined.</summary>
    /// <param name="directory">Its keys and its chain.</param>
    public static async Task<NodeJsWorker> StartAsync(Uri url, string directory, params string[] arguments)
    {
        var script = Path.Combine(Root(), "sdk", "js", "bin", "worker.js");
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("node", [script, "--url", url.ToString(), "--directory", directory, "--json", .. arguments])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            },
        };
        var worker = new NodeJsWorker(process);
        process.OutputDataReceived += (_, line) => worker.Add(line.Data);
        process.ErrorDataReceived += (_, line) => worker.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await Wait.EventuallyAsync(() => Task.FromResult(process.HasExited || worker.Events("joined").Any()), () => $"it joins: {worker.Said}");
            Assert.False(process.HasExited, worker.Said);
        }
        catch
        {
            worker.Dispose();
            throw;
        }
        worker.Id = new NodeId(Hash256.TryParse(worker.Events("works").First().GetProperty("id").GetString()!, out var id) ? id : default);
        return worker;
    }

    public IEnumerable<JsonElement> Events(string name) => _lines
        .Where(line => line.StartsWith($"{{\"event\":\"{name}\"", StringComparison.Ordinal))
        .Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>As if the power went.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AkkaCompute.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("AkkaCompute.sln is not above the tests' folder.");
        return folder.FullName;
    }

    private void Add(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }
}
