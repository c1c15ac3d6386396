using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests.Engines;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>What is asked of the scripts of every runtime that reads standard input.</summary>
internal static class ScriptChecks
{
    public static async Task EndsAsync(this ScriptFixture scripts, ScriptRuntime runtime, string script, int code, string error)
    {
        var result = await scripts.RunAsync(runtime, script, "");
        Assert.Equal((ResultKind.Exited, code), (result.Kind, result.ExitCode));
        Assert.Contains(error, Text(result.Stderr), StringComparison.Ordinal);
    }

    /// <summary>The same task has the same chance and time, another one has others.</summary>
    /// <param name="values">Of its output, what differs from task to task.</param>
    public static async Task HasItsOwnChanceAsync(this ScriptFixture scripts, ScriptRuntime runtime, string script, Func<string, IEnumerable<string>> values)
    {
        var one = await scripts.RunAsync(runtime, script, "");
        Assert.Equal((ResultKind.Exited, 0, ""), (one.Kind, one.ExitCode, Text(one.Stderr)));
        var again = await scripts.RunAsync(runtime, script, "");
        Assert.Equal((Text(one.Output), one.Fuel), (Text(again.Output), again.Fuel));
        var other = await scripts.RunAsync(runtime, script, "", seed: Hash256.Of("other"u8));
        Assert.Empty(values(Text(one.Output)).Intersect(values(Text(other.Output))));
    }

    /// <summary>Here and in another engine: output, files, exit code, standard error and fuel are equal. The script ends with 3.</summary>
    public static async Task IsTheSameInAsync(this ScriptFixture scripts, string engine, ScriptRuntime runtime, string script)
    {
        var here = await scripts.RunAsync(runtime, script, "one two two", ["{input}"]);
        Assert.Equal((ResultKind.Exited, 3), (here.Kind, here.ExitCode));
        // Node.js itself crashes where a hot function of a module this large is compiled again.
        using var there = await EngineProcess.StartAsync(engine, engine == "node" ? ["--no-wasm-dynamic-tiering"] : []);
        var other = await there.RunAsync(ScriptFixture.TaskOf(runtime, script, "one two two", ["{input}"]));
        Assert.Equal(EngineResult.Of(here).Show(), other.Show());
        TestContext.Current.TestOutputHelper?.WriteLine($"fuel {here.Fuel:N0}, {here.Elapsed.TotalMilliseconds:F0} ms here, {other.Milliseconds:F0} ms there");
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
