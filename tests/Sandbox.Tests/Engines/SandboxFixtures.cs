using AkkaCompute.Domain.Tests.Fixtures;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Engines;

/// <summary>What a run gives, for hosts in other languages: <c>sdk/fixtures/sandbox.json</c>.</summary>
public sealed class SandboxFixtures(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task Runs_of_the_sandbox()
    {
        var cases = new List<object>();
        foreach (var one in SandboxCases.Make())
        {
            var result = EngineResult.Of(await one.RunAsync(sandbox));
            Assert.True(result.Reason != (int)NoResultReason.WorkerFault, $"{one.Name}: {result.Show()}");
            var (wasm, seed, input, limits, program, _) = one.Task;
            cases.Add(new
            {
                one.Name, wasm, seed, input, limits, program,
                expected = new { result.Kind, result.ExitCode, result.Trap, result.Reason, result.Output, result.Listing, result.Stderr, result.Fuel, result.Digest },
                // Wasmtime alone tells the address of an access.
                stderrDiffers = one.Name == "stack_of_c",
            });
        }
        FixtureFile.Check("sandbox.json", cases);
    }
}
