using AkkaCompute.Domain.Programs;
using AkkaCompute.Sandbox.Tests.Engines;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>Ruby here and in another engine: output, files, exit code, standard error and fuel are equal.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "ruby")]
public sealed class RubyEngineTests(ScriptFixture scripts) : IClassFixture<ScriptFixture>
{
    private const string Script = """
        require "json"
        words = $stdin.read.split.tally
        File.write("/out/words", words.keys.join("\n"))
        puts JSON.generate(words: words, sum: words.keys.sum { |word| Math.sin(word.size) }, chance: rand, now: Time.now.to_f)
        warn "done"
        exit 3
        """;

    [Theory, MemberData(nameof(EngineProcess.Engines), MemberType = typeof(EngineProcess))]
    public Task Another_engine_gives_the_same_to_the_bit(string engine) => scripts.IsTheSameInAsync(engine, ScriptRuntime.Ruby, Script);
}
