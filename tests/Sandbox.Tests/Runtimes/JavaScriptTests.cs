using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests.Wasm;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>A task of JavaScript is one call of the function that a script exports.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "js")]
public sealed class JavaScriptTests(JavaScriptFixture js) : IClassFixture<JavaScriptFixture>
{
    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    [Theory]
    [InlineData("export default x => x * x", "12", "144")]
    [InlineData("export default function (text) { return text.toUpperCase(); }", "grüße", "GRÜSSE")]
    [InlineData("export default text => ({ n: JSON.parse(text).n + 1, when: new Date(0) })", "{\"n\":1}", "{\"n\":2,\"when\":\"1970-01-01T00:00:00.000Z\"}")]
    [InlineData("export default async x => { await null; return [x, await Promise.all([1, 2])]; }", "a", "[\"a\",[1,2]]")]
    [InlineData("export default x => 2n ** BigInt(x)", "100", "1267650600228229401496703205376")]
    [InlineData("export default x => {}", "a", "")]
    [InlineData("export default x => Math.sin(+x)", "0.5", "0.479425538604203")]
    [InlineData("export default x => [0, -0, NaN, 1/3].map(String)", "", "[\"0\",\"0\",\"NaN\",\"0.3333333333333333\"]")]
    [InlineData("const f = await Promise.resolve(x => x + '!'); export default f", "a", "a!")]
    [InlineData("export default x => '\\ud800'", "", "\ufffd")]
    [InlineData("export default () => Object.keys(globalThis).join()", "", "")]
    [InlineData("export default () => ['process', 'require', 'fetch', 'performance', 'setTimeout', 'std', 'os'].filter(name => name in globalThis)", "", "[]")]
    [InlineData("export default () => new Date(2020, 0, 1).getTimezoneOffset()", "", "0")]
    public async Task A_function_has_an_output(string script, string input, string output)
    {
        var result = await js.RunAsync(script, input);
        Assert.Equal((ResultKind.Exited, 0, "", output), (result.Kind, result.ExitCode, Text(result.Stderr), Text(result.Output)));
    }

    [Theory]
    [InlineData("export default x => x.a.b", "", "TypeError: cannot read property 'b' of undefined\n    at default (main.js:1:")]
    [InlineData("export default x => {\n  throw new RangeError('too large') }", "", "RangeError: too large\n    at default (main.js:2:")]
    [InlineData("export default async () => { throw 'words' }", "", "thrown: words")]
    [InlineData("export default () => Symbol()", "", "the function returned a symbol")]
    [InlineData("export default 1", "", "the script exports no function")]
    [InlineData("export const input = 'json'; export default x => x", "", "the script's input is \"text\" or \"bytes\", not json")]
    [InlineData("let 1", "", "SyntaxError: ")]
    [InlineData("import 'lib.js'; export default 1", "", "the program has no file lib.js")]
    [InlineData("import '../../a/./b/../lib.js'; export default 1", "", "the program has no file a/lib.js")]
    [InlineData("export default () => new Promise(() => {})", "", "never settled: there are no timers")]
    [InlineData("export default () => { Promise.reject(new Error('lost')); }", "", "Error: lost")]
    [InlineData("export default n => { const f = n => n ? 1 + f(n - 1) : 0; return f(1e6) }", "", "RangeError: Maximum call stack size exceeded")]
    [InlineData("export default () => { const all = []; for (;;) all.push(new Uint8Array(1e6)) }", "", "out of memory")]
    public async Task An_error_has_its_message_and_where_it_was(string script, string input, string error)
    {
        var result = await js.RunAsync(script, input);
        Assert.Equal((ResultKind.Exited, 1), (result.Kind, result.ExitCode));
        Assert.Contains(error, Text(result.Stderr), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_go_in_and_come_out()
    {
        var bytes = Enumerable.Range(0, 100_000).Select(i => (byte)(i % 251)).ToArray();
        var result = await js.RunAsync(js.Program("export const input = 'bytes'; export default bytes => bytes.reverse()"), bytes);
        Assert.Equal(bytes.Reverse(), result.Output.ToArray());
        var view = await js.RunAsync(js.Program("export const input = 'bytes'; export default bytes => new DataView(bytes.buffer, 1, 2)"), [1, 2, 3, 4]);
        Assert.Equal([2, 3], view.Output.ToArray());
        var refused = await js.RunAsync(js.Program("export default text => text"), [0xED, 0xA0, 0x80]);
        Assert.Contains("the input is not UTF-8", Text(refused.Stderr), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_of_several_files_has_its_modules()
    {
        var program = js.Program("import { twice } from './lib/math.js'; export default x => twice(+x)",
            ("lib/math.js", "import add from './add.js'; import { zero } from 'zero.js'; export const twice = x => add(x, x) + zero"),
            ("lib/add.js", "export default (a, b) => a + b"), ("zero.js", "export const zero = 0"), ("other.js", "export default x => 'other ' + x"));
        Assert.Equal("42", Text((await js.RunAsync(program, "21"u8.ToArray())).Output));
        Assert.Equal("other 21", Text((await js.RunAsync(program with { Arguments = ["other.js"] }, "21"u8.ToArray())).Output));
        var missing = await js.RunAsync(program with { Arguments = ["{input}"] }, "none.js"u8.ToArray());
        Assert.Equal((64, "js: the program has no file none.js\n"), (missing.ExitCode, Text(missing.Stderr)));
    }

    [Fact]
    public async Task Chance_and_time_are_the_tasks()
    {
        var program = js.Program("console.log('to', { standard: 'error' }); export default () => [Math.random(), Math.random(), Date.now()]");
        var one = await js.RunAsync(program, []);
        Assert.Equal("to {\"standard\":\"error\"}\n", Text(one.Stderr));
        Assert.Equal((Text(one.Output), one.Fuel), await SameAsync());
        var other = await js.RunAsync(program, [], Hash256.Of("other"u8));
        Assert.Empty(Text(one.Output).Trim('[', ']').Split(',').Intersect(Text(other.Output).Trim('[', ']').Split(',')));

        async Task<(string, long)> SameAsync() => await js.RunAsync(program, []) is var again ? (Text(again.Output), again.Fuel) : default;
    }

    [Fact]
    public async Task A_loop_without_end_is_out_of_fuel_and_what_it_said_is_kept()
    {
        var result = await js.RunAsync(js.Program("export default () => { console.log('begun'); for (;;); }"), [], limits: JavaScriptFixture.Limits with { Fuel = 100_000_000 });
        Assert.Equal((ResultKind.Trapped, TrapKind.OutOfFuel), (result.Kind, result.Trap));
        Assert.Contains("begun", Text(result.Stderr), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_runtime_of_that_name_is_not_this_one()
    {
        var result = await js.RunAsync(js.Program("export default x => x") with { Module = Hash256.Of("other"u8) }, []);
        Assert.Equal(NoResultReason.PayloadRefused, result.Reason);
        Assert.Contains($"no runtime:js@{Hash256.Of("other"u8)}", Text(result.Stderr), StringComparison.Ordinal);
    }

    [Fact]
    public void The_release_names_the_runtimes_that_the_list_approves() => Assert.Equal(
        ScriptRuntime.All.Select(runtime => $"{runtime.Module}  {runtime.Name}.wasm"), File.ReadAllLines(Path.Combine(JavaScriptFixture.Directory, "approved")));

    [Theory]
    [InlineData("js")]
    [InlineData("ruby")]
    public async Task The_driver_is_what_its_source_says(string runtime)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/clang") && File.Exists("/usr/bin/wasm-ld"), "clang with wasm-ld is not installed.");
        var built = Path.GetTempFileName();
        Assert.Null(await Toolchain.RunAsync(JavaScriptFixture.Directory, Path.Combine(JavaScriptFixture.Directory, runtime, "build-driver"), built));
        Assert.Equal(Hash256.Of(File.ReadAllBytes(Path.Combine(JavaScriptFixture.Directory, runtime, "driver.wasm"))), Hash256.Of(File.ReadAllBytes(built)));
        File.Delete(built);
    }
}
