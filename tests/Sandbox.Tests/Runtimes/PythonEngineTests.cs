using AkkaCompute.Domain.Programs;
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
    public Task Another_engine_gives_the_same_to_the_bit(string engine) => scripts.IsTheSameInAsync(engine, ScriptRuntime.Python, Script);
}
