using System.Text;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>A task of the runtime python is one run of a script.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "python")]
public sealed class PythonTests(ScriptFixture scripts) : IClassFixture<ScriptFixture>
{
    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    [Fact]
    public async Task A_script_has_its_input_its_arguments_and_the_standard_library()
    {
        var result = await scripts.RunAsync(ScriptRuntime.Python, """
            import collections, decimal, hashlib, json, os, sys, zlib
            words = sys.stdin.read().split()
            with open("/out/words", "w") as file:
                file.write("\n".join(words))
            print(json.dumps({"count": len(words), "kinds": len(collections.Counter(words)), "arguments": sys.argv[1:], "home": os.environ["HOME"]}))
            print(hashlib.sha256(b"a").hexdigest()[:8], len(zlib.compress(b"a" * 1000)), decimal.Decimal(1) / 7, 2**100, "grüße".upper(), __name__)
            """, "one two two", ["x", "{input}"]);
        Assert.Equal((ResultKind.Exited, 0, ""), (result.Kind, result.ExitCode, Text(result.Stderr)));
        Assert.Equal(
            "{\"count\": 3, \"kinds\": 2, \"arguments\": [\"x\", \"one two two\"], \"home\": \"/\"}\n"
            + "ca978112 17 0.1428571428571428571428571429 1267650600228229401496703205376 GRÜSSE __main__\n",
            Text(result.Output));
        Assert.Equal(("words", "one\ntwo\ntwo"), OutFiles.Read(result.Listing) is [var file] ? (file.Path, Text(file.Bytes)) : default);
    }

    [Theory]
    [InlineData("raise ValueError('too large')", 1, "File \"/main.py\", line 1, in <module>\n    raise ValueError('too large')\nValueError: too large\n")]
    [InlineData("import sys\nsys.exit(3)", 3, "")]
    [InlineData("import sys\nsys.exit('words')", 1, "words")]
    [InlineData("print(1", 1, "SyntaxError: '(' was never closed")]
    [InlineData("import gone", 1, "ModuleNotFoundError: No module named 'gone'")]
    [InlineData("def deep(n): return 1 + deep(n + 1)\ndeep(0)", 1, "RecursionError: maximum recursion depth exceeded")]
    [InlineData("import threading\nthreading.Thread(target=print).start()", 1, "RuntimeError: can't start new thread")]
    public Task It_ends_as_it_says(string script, int code, string error) => scripts.EndsAsync(ScriptRuntime.Python, script, code, error);

    [Fact]
    public Task Chance_and_time_are_the_tasks()
    {
        const string Script = "import random, time, os\nprint(random.random(), time.time(), os.urandom(4).hex())";
        return scripts.HasItsOwnChanceAsync(ScriptRuntime.Python, Script, text => text.Split().Take(3));
    }
}
