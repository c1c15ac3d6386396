using AkkaCompute.Sandbox.Tests.Engines;
using AkkaCompute.Sandbox.Tests.Wasm;

namespace AkkaCompute.Sandbox.Tests.RealPrograms;

/// <summary>Programs as their authors wrote them: <c>scripts/real-programs</c> fetches and builds them.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "sources")]
public sealed class RealProgramTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    public static TheoryData<string> Names => [.. RealWork.Names];

    [Theory, MemberData(nameof(Names))]
    public async Task A_program_does_its_work(string name)
    {
        var missing = await RealWork.BuildAsync(name);
        Assert.SkipWhen(missing is not null, missing ?? "");
        Assert.NotEmpty(await new RealWork(sandbox).DoAsync(name));
    }

    /// <summary>Standard output, files, exit code, standard error and fuel.</summary>
    [Theory, MemberData(nameof(EngineProcess.Engines), MemberType = typeof(EngineProcess))]
    public async Task Another_engine_gives_the_same_to_the_bit(string engine)
    {
        using var there = await EngineProcess.StartAsync(engine);
        var compared = 0;
        foreach (var name in RealWork.Names)
        {
            if (await RealWork.BuildAsync(name) is not null)
                continue; // the test of its own says so
            foreach (var (task, result) in await new RealWork(sandbox).DoAsync(name))
            {
                var (here, other) = (EngineResult.Of(result), await there.RunAsync(task));
                Assert.Equal((name, here.Show()), (name, other.Show()));
                var arguments = string.Join(' ', task.Program!.Arguments.Select(argument => argument.Split('\n')[0]));
                TestContext.Current.TestOutputHelper?.WriteLine(
                    $"{name,-8} {arguments,-40} fuel {here.Fuel,13:N0} {result.Elapsed.TotalMilliseconds,8:F0} ms here, {other.Milliseconds,8:F0} ms there");
                compared++;
            }
        }
        Assert.SkipWhen(compared == 0, "No program is built.");
    }

    [Fact]
    public async Task What_needs_setjmp_is_refused_by_that_name()
    {
        var missing = await RealWork.BuildAsync("bzip2");
        Assert.SkipWhen(missing is not null, missing ?? "");
        var failed = await Toolchain.RunAsync(RealWork.Made, RealWork.Script, $"{RealWork.Made} lua");
        Assert.SkipWhen(failed is not null && !File.Exists(Path.Combine(RealWork.Made, "lua5.4_5.4.4.orig.tar.gz")), $"The sources can't be fetched here: {failed}");
        Assert.Contains("setjmp.h", failed, StringComparison.Ordinal);
    }
}
