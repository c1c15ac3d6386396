using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests.Wasm;

namespace AkkaCompute.Sandbox.Tests.Engines;

/// <summary>Random calls of the host, here and in other engines with the host of sdk/js: equal results, byte by byte.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "Node.js")]
public sealed class HostTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static readonly Limits Limits = Fixture.Limits with { OutputBytes = 10_000_000, FileBytes = 20_000, Fuel = 1_000_000_000 };

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;

    /// <summary>The variable AKKACOMPUTE_HOST_RUNS says how many of each kind (40 in Node.js, 10 elsewhere).</summary>
    [Theory, MemberData(nameof(EngineProcess.Engines), MemberType = typeof(EngineProcess))]
    public async Task Random_calls_are_answered_the_same(string engine)
    {
        using var there = await EngineProcess.StartAsync(engine);
        var (written, listed) = (0, 0);
        for (var seed = 1; seed <= Setting("AKKACOMPUTE_HOST_RUNS", engine == "node" ? 40 : 10); seed++)
        {
            foreach (var one in (SandboxCase[])
                [new($"calls {seed}", RandomCalls.Make(seed), "some input"u8.ToArray(), Limits), new($"files {seed}", RandomFiles.Make(seed), "some input"u8.ToArray(), Limits, RandomFiles.Program)])
            {
                var here = EngineResult.Of(await one.RunAsync(sandbox));
                Assert.Equal((one.Name, here.Show()), (one.Name, (await there.RunAsync(one.Task)).Show()));
                written += here.Output.Length >= Fixture.PageBytes ? 1 : 0;
                listed += here.Listing.Length > 0 ? 1 : 0;
            }
        }
        Assert.True(written > 3 && listed > 3, $"{written} runs reached their last write, and {listed} left files.");
    }
}
