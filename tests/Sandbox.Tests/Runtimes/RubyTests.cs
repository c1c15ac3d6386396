using System.Text;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>A task of the runtime ruby is one run of a script.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "ruby")]
public sealed class RubyTests(ScriptFixture scripts) : IClassFixture<ScriptFixture>
{
    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    [Fact]
    public async Task A_script_has_its_input_its_arguments_and_the_standard_library()
    {
        var result = await scripts.RunAsync(ScriptRuntime.Ruby, """
            require "json"
            require "set"
            require "digest"
            words = $stdin.read.split
            File.write("/out/words", words.join("\n"))
            puts JSON.generate({ count: words.size, kinds: words.to_set.size, arguments: ARGV, home: ENV["HOME"], sha: Digest::SHA256.hexdigest("a")[0, 8] })
            puts [2**100, "grüße".upcase, __FILE__ == $0, Math.sqrt(2)].inspect
            """, "one two two", ["x", "{input}"]);
        Assert.Equal((ResultKind.Exited, 0, ""), (result.Kind, result.ExitCode, Text(result.Stderr)));
        Assert.Equal(
            "{\"count\":3,\"kinds\":2,\"arguments\":[\"x\",\"one two two\"],\"home\":\"/\",\"sha\":\"ca978112\"}\n[1267650600228229401496703205376, \"GRÜSSE\", true, 1.4142135623730951]\n",
            Text(result.Output));
        Assert.Equal(("words", "one\ntwo\ntwo"), OutFiles.Read(result.Listing) is [var file] ? (file.Path, Text(file.Bytes)) : default);
    }

    [Theory]
    [InlineData("raise ArgumentError, 'too large'", 1, "main.rb:1:in '<top (required)>': too large (ArgumentError)")]
    [InlineData("exit 3", 3, "")]
    [InlineData("abort 'words'", 1, "words")]
    [InlineData("puts 1\nputs (1 +", 1, "/main.rb:2: syntax errors found (SyntaxError)")]
    [InlineData("require_relative 'gone'", 1, "cannot load such file -- /gone (LoadError)")]
    [InlineData("puts lenght", 1, "undefined local variable or method 'lenght'")]
    [InlineData("class Odd < StandardError; def message = raise('no'); end\nraise Odd", 1, "Odd")]
    [InlineData("def deep(n) = 1 + deep(n + 1)\ndeep(0)", 1, "stack level too deep")]
    public Task It_ends_as_it_says(string script, int code, string error) => scripts.EndsAsync(ScriptRuntime.Ruby, script, code, error);

    [Fact]
    public Task Chance_and_time_are_the_tasks()
    {
        const string Script = "print [rand, Random.new.rand, Time.now.to_f, 'a'.hash, Object.new.hash].inspect";
        return scripts.HasItsOwnChanceAsync(ScriptRuntime.Ruby, Script, text => text.Trim('[', ']').Split(", ").Take(3));
    }
}
