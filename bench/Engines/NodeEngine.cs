using System.Diagnostics;
using System.Text.Json;

namespace AkkaCompute.Bench.Engines;

/// <summary>V8: a process of Node.js that runs modules one after the other, with the host of sdk/js.</summary>
internal sealed class NodeEngine : IDisposable
{
    private readonly Process _process = Process.Start(
        new ProcessStartInfo("node", [Path.Combine(EnginePrograms.Root, "bench", "Engines", "v8.mjs")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;

    /// <returns>Processor time in seconds, and the hash of the output.</returns>
    /// <exception cref="TimeoutException">It took longer than <see cref="EngineBench.RunTime"/>.</exception>
    public async Task<(double, string)> RunAsync(EngineProgram program, string module, bool isAdmitted)
    {
        await _process.StandardInput.WriteLineAsync(
            JsonSerializer.Serialize(new { wasm = module, arguments = program.Arguments, input = program.Input, isAdmitted }));
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(EngineBench.RunTime);
        using var answer = JsonDocument.Parse(line ?? throw new InvalidOperationException($"{program.Name}: Node.js ended."));
        return (answer.RootElement.GetProperty("seconds").GetDouble(), answer.RootElement.GetProperty("hash").GetString()!);
    }

    public void Dispose()
    {
        _process.Kill(); // it may be at work still
        _process.Dispose();
    }
}
