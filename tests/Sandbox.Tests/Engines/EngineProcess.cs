using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace AkkaCompute.Sandbox.Tests.Engines;

/// <summary>Another engine with the host of <c>sdk/js</c>: Node.js, or a browser that Node.js drives. It answers each task with a result.</summary>
public sealed class EngineProcess : IDisposable
{
    /// <summary>How <c>engine.js</c> ends where there is no such browser.</summary>
    private const int NoBrowser = 2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Process _process;

    private EngineProcess(Process process) => _process = process;

    /// <summary>The engines that are compared with Wasmtime.</summary>
    public static TheoryData<string> Engines => ["node", "chromium", "firefox-esr"];

    /// <summary>Starts an engine; the test is skipped where it is missing.</summary>
    /// <param name="engine">One of <see cref="Engines"/>.</param>
    /// <param name="options">Options of Node.js itself.</param>
    public static async Task<EngineProcess> StartAsync(string engine, params string[] options)
    {
        var script = Path.Combine(Wasm.Toolchain.Root, "sdk", "js", "test", "engine.js");
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("node", [.. options, script, engine]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js ('node' on the PATH) is missing.");
            throw;
        }
        var said = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (said is null)
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.SkipWhen(process.ExitCode == NoBrowser, $"{engine} is not installed.");
            Assert.Fail($"{engine} ended with {process.ExitCode}.");
        }
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        return new EngineProcess(process);
    }

    public async Task<EngineResult> RunAsync(EngineTask task)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(task, Json));
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return line is null ? throw new InvalidOperationException("The engine ended.")
            : JsonSerializer.Deserialize<EngineResult>(line, Json) is { Kind: not 0 } result ? result
            : throw new InvalidOperationException($"The engine failed: {line}");
    }

    public void Dispose()
    {
        // The end of its input ends the browser too.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
