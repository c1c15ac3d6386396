using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests.Engines;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>Python here and in another engine: output, files, exit code, standard error and fuel are equal.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "python")]
public sealed class PythonEngineTests(ScriptFixture scripts) : IClassFixture<ScriptFixture>
{
    private const string Script = """
        import collections, json, math, random, sys, time
        words = collections.Counter(sys.stdin.read().split())
        with open("/out/words", "w") as file:
            file.write("\n".join(words))
        print(json.dumps({"words": words, "sum": sum(math.sin(len(word)) for word in words), "chance": random.random(), "now": time.time()}))
        print("done", file=sys.stderr)
        sys.exit(3)
        """;

    [Theory, MemberData(nameof(EngineProcess.Engines), MemberType = typeof(EngineProcess))]
    public async Task Another_engine_gives_the_same_to_the_bit(string engine)
    {
        var here = await scripts.RunAsync(ScriptRuntime.Python, Script, "one two two", ["{input}"]);
        Assert.Equal((ResultKind.Exited, 3), (here.Kind, here.ExitCode));
        // Node.js itself crashes where a hot function of a module this large is compiled again.
        using var there = await EngineProcess.StartAsync(engine, engine == "node" ? ["--no-wasm-dynamic-tiering"] : []);
        var other = await there.RunAsync(ScriptFixture.TaskOf(ScriptRuntime.Python, Script, "one two two", ["{input}"]));
        Assert.Equal(EngineResult.Of(here).Show(), other.Show());
        TestContext.Current.TestOutputHelper?.WriteLine($"fuel {here.Fuel:N0}, {here.Elapsed.TotalMilliseconds:F0} ms here, {other.Milliseconds:F0} ms there");
    }
}
