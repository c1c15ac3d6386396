using System.Text;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests.Wasm;

namespace AkkaCompute.Sandbox.Tests.Engines;

/// <summary>Programs of compilers, here and in other engines: end, standard output, <c>/out</c>, standard error and fuel are equal.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "clang")]
public sealed class ProgramTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IDisposable
{
    private static readonly Limits Limits = new(20_000_000_000, 256 << 20, 1 << 20, 4096, TimeSpan.FromSeconds(120)) { FileBytes = 64 << 20 };

    private static readonly EngineProgram Alone = new([], [], [], InputFile: false);

    private static readonly byte[] Points = "0,1\n1,3\n2,5\n3,7\n"u8.ToArray();

    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-engines-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_was_reported_of_others_is_well_here()
    {
        var wasm = await CompileAsync("Engines/reports.c");
        Assert.Equal((0, "1 1 0\n", ""), Ended(await RunAsync(Report(wasm, "poll"))));
        Assert.Equal((0, "0 -1 Bad file descriptor\n", ""), Ended(await RunAsync(Report(wasm, "close"))));
        foreach (var code in (int[])[126, 255, 256, -1, int.MinValue])
            Assert.Equal((code, "", ""), Ended(await RunAsync(Report(wasm, "exit", code.ToString(System.Globalization.CultureInfo.InvariantCulture)))));
        var loop = await RunAsync(Report(wasm, "loop"));
        Assert.Equal((TrapKind.OutOfFuel, "The task used up the limit Fuel = 100000000.\nbefore the loop\n"), (loop.Trap, Encoding.UTF8.GetString(loop.Stderr.Span)));
        var crash = await RunAsync(Report(wasm, "crash"));
        Assert.Equal(TrapKind.Unreachable, crash.Trap);
        Assert.StartsWith("The task trapped in abort, called by main, called by ", Encoding.UTF8.GetString(crash.Stderr.Span), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(EngineProcess.Engines), MemberType = typeof(EngineProcess))]
    public async Task Programs_end_the_same(string engine)
    {
        using var there = await EngineProcess.StartAsync(engine);
        foreach (var one in await CasesAsync())
        {
            var here = EngineResult.Of(await RunAsync(one));
            Assert.True(here.Kind != (int)ResultKind.NoResult, $"{one.Name}: {here.Show()}");
            var found = (await there.RunAsync(one.Task)).Show();
            Assert.True(here.Show() == found, $"{one.Name}:\n{here.Show()}\n{found}");
        }
    }

    private async Task<List<SandboxCase>> CasesAsync()
    {
        var reports = await CompileAsync("Engines/reports.c");
        List<SandboxCase> cases =
        [
            Report(reports, "poll"), Report(reports, "close"), Report(reports, "exit", "-1"), Report(reports, "loop"), Report(reports, "crash"),
            new("files.c", await CompileAsync("Wasm/files.c"), "42"u8.ToArray(), Limits,
                new(["--n={input}", "two words"], ["MODE=fast"], [new("data/cities.txt", "Berlin\nParis\n"u8.ToArray()), new("readme", [])], InputFile: false)),
            new("sweep.c", await Toolchain.BuildSampleAsync(_directory, "clang", "sweep.c"), "3"u8.ToArray(), Limits, new(["--slope={input}"], [], [new("points.csv", Points)], InputFile: false)),
        ];
        foreach (var (compiler, source) in ((string, string)[])[("clang", "square.c"), ("clang++", "square.cpp"), ("rustc", "square.rs")])
            cases.Add(new(source, await Toolchain.BuildSampleAsync(_directory, compiler, source), "12.5\n"u8.ToArray(), Limits));
        cases.Add(new("pi.rs", await Toolchain.BuildSampleAsync(_directory, "rustc", "pi.rs"), "7"u8.ToArray(), Limits, Alone with { Arguments = ["100000", "{input}"] }));
        return cases;
    }

    private static SandboxCase Report(byte[] wasm, params string[] arguments) =>
        new($"reports.c {arguments[0]}", wasm, Encoding.UTF8.GetBytes(new string('x', 100)), Limits with { Fuel = 100_000_000 }, Alone with { Arguments = arguments });

    private async Task<byte[]> CompileAsync(string source)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/clang") && File.Exists("/usr/include/wasm32-wasi/stdio.h"), "clang with wasi-libc is not installed.");
        var module = Path.Combine(_directory, "module.wasm");
        Assert.Null(await Toolchain.RunAsync(_directory, "/usr/bin/clang",
            $"--target=wasm32-wasi -O2 -Wl,--max-memory=16777216 -o {module} {Path.Combine(Toolchain.Root, "tests", "Sandbox.Tests", source)}"));
        return await File.ReadAllBytesAsync(module, TestContext.Current.CancellationToken);
    }

    private Task<TaskResult> RunAsync(SandboxCase one) => one.RunAsync(sandbox, sandbox.Large);

    private static (int, string, string) Ended(TaskResult result) =>
        (result.ExitCode, Encoding.UTF8.GetString(result.Output.Span), Encoding.UTF8.GetString(result.Stderr.Span));
}
