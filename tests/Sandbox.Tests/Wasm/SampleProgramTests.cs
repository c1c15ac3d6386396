using System.Globalization;
using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>docs/modules.md: the programs with arguments and files, built by the command that is shown.</summary>
public sealed class SampleProgramTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-programs-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "clang")]
    public async Task A_sweep_in_C_reads_its_points_and_leaves_its_residuals()
    {
        var points = "0,1\n1,3\n2,5\n3,7\n"u8.ToArray(); // y = 2 x + 1
        var program = new Payload.Program(await BuildAsync("clang", "sweep.c"))
        {
            Arguments = ["--slope={input}"], Files = [new ProgramFile("points.csv", sandbox.Blobs.Put(points), points.Length)],
        };
        var exact = await RunAsync(program, "2");
        Assert.Equal((0, "2 1 0\n"), (exact.ExitCode, Text(exact.Output)));
        Assert.Equal("0,0\n1,0\n2,0\n3,0\n", Text(Assert.Single(OutFiles.Read(exact.Listing)).Bytes));
        var steep = await RunAsync(program, "3");
        Assert.Equal("3 -0.5 5\n", Text(steep.Output));
        Assert.Equal((2, "usage: sweep --slope=NUMBER\n"), Ended(await RunAsync(program, "steep")));
        Assert.Equal((1, "points.csv: No such file or directory\n"), Ended(await RunAsync(program with { Files = [] }, "2")));
    }

    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "rustc")]
    public async Task A_Monte_Carlo_in_Rust_comes_near_to_pi()
    {
        var program = new Payload.Program(await BuildAsync("rustc", "pi.rs")) { Arguments = ["100000", "{input}"] };
        var inside = 0;
        for (var seed = 1; seed <= 10; seed++)
        {
            var result = await RunAsync(program, seed.ToString(CultureInfo.InvariantCulture));
            Assert.True(result.Succeeded, Text(result.Stderr));
            inside += int.Parse(Text(result.Output), CultureInfo.InvariantCulture);
        }
        Assert.InRange(4.0 * inside / 1_000_000, 3.13, 3.15);
        Assert.Contains("POINTS SEED are numbers", Ended(await RunAsync(program, "x")).Stderr, StringComparison.Ordinal);
    }

    private async Task<TaskResult> RunAsync(Payload.Program program, string input)
    {
        var limits = new Limits(10_000_000_000, 64 << 20, 48 * 1024, 1000, TimeSpan.FromSeconds(60)) { FileBytes = 1 << 20 };
        return await sandbox.Sandbox.RunAsync(program, Fixture.Seed, Encoding.UTF8.GetBytes(input), limits, TestContext.Current.CancellationToken);
    }

    private static (int ExitCode, string Stderr) Ended(TaskResult result) => (result.ExitCode, Text(result.Stderr));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private async Task<Hash256> BuildAsync(string compiler, string source) =>
        sandbox.Blobs.Put(await Toolchain.BuildSampleAsync(_directory, compiler, source));
}
