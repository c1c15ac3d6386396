using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AkkaCompute.Domain.Work;
using AkkaCompute.Admission;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>The same modules in another engine (V8) with another WASI (<c>node/wasi.mjs</c>): equal results, byte by byte.</summary>
public sealed class NodeTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    /// <summary>Fixtures that end in a comparable result, so that a fixture that silently stops doing so is missed here.</summary>
    private const int ComparableFixtures = 27;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public sealed record NodeTask(string Name, byte[] Wasm, byte[] Seed, byte[] Input, int OutputBytes, int StderrBytes, long Fuel, long MemoryBytes);

    public sealed record NodeResult(string Name, string Kind, int ExitCode, string Trap, byte[] Output, byte[] Stderr, long Fuel);

    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "Node.js")]
    public async Task Every_comparable_result_is_the_same_in_Node()
    {
        Assert.SkipUnless(NodeProcess.Exists(), "Node.js ('node' on the PATH) is missing.");
        var input = new string('i', 5000) + "nput";
        var tasks = new List<NodeTask>();
        var expected = new List<NodeResult>();
        foreach (var name in Fixture.Names)
        {
            var result = await sandbox.RunAsync(name, input);
            if (result.Kind == ResultKind.NoResult)
                continue;
            tasks.Add(new(name, Admitted(Fixture.Wasm(name)), Fixture.Seed.ToBytes(), Encoding.UTF8.GetBytes(input), Fixture.Limits.OutputBytes, Fixture.Limits.StderrBytes,
                Fixture.Limits.Fuel, Fixture.Limits.MemoryBytes));
            expected.Add(new(name, result.Kind.ToString(), result.ExitCode, result.Trap.ToString(), result.Output.ToArray(),
                // What a sandbox says of a limit is its own; and V8 does not tell the address of an access.
                name == "stack_of_c" || result.Trap >= TrapKind.OutOfFuel ? [] : result.Stderr.ToArray(), result.Fuel));
        }
        Assert.Equal(ComparableFixtures, tasks.Count);
        await CompareAsync(tasks, expected);
    }

    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "Node.js")]
    public async Task Random_calls_at_the_edges_are_answered_the_same_in_Node()
    {
        Assert.SkipUnless(NodeProcess.Exists(), "Node.js ('node' on the PATH) is missing.");
        var limits = Fixture.Limits with { OutputBytes = 10_000_000 };
        var tasks = new List<NodeTask>();
        var expected = new List<NodeResult>();
        for (var seed = 1; seed <= 12; seed++)
        {
            var (name, wasm) = ($"seed {seed}", RandomCalls.Make(seed));
            var result = await sandbox.RunBytesAsync(wasm, "some input", limits);
            Assert.True(result.Succeeded, $"{name}: {result.Kind} {result.Reason} {Encoding.UTF8.GetString(result.Stderr.Span)}");
            tasks.Add(new(name, Admitted(wasm), Fixture.Seed.ToBytes(), "some input"u8.ToArray(), limits.OutputBytes, limits.StderrBytes, limits.Fuel, limits.MemoryBytes));
            expected.Add(new(name, "Exited", 0, "None", result.Output.ToArray(), result.Stderr.ToArray(), result.Fuel));
        }
        Assert.True(expected.Exists(r => r.Output.Length >= Fixture.PageBytes), "No module reached its last write: standard output was always closed.");
        await CompareAsync(tasks, expected);
    }

    private static async Task CompareAsync(List<NodeTask> tasks, List<NodeResult> expected)
    {
        var actual = JsonSerializer.Deserialize<List<NodeResult>>(await NodeAsync(JsonSerializer.Serialize(tasks, Json)), Json)!;
        Assert.Equal(expected.Select(Show), actual.Select(Show));
    }

    private static string Show(NodeResult r) =>
        $"{r.Name}: {r.Kind} {r.ExitCode} {r.Trap} {Convert.ToHexString(r.Output)} {Convert.ToHexString(r.Stderr)} fuel {r.Fuel}";

    private static byte[] Admitted(byte[] wasm) => ModuleAdmission.Admit(wasm).Module!.Bytes.ToArray();

    private static ProcessStartInfo Node(params string[] arguments) => new("node", arguments)
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    };

    private static async Task<string> NodeAsync(string input)
    {
        using var process = Process.Start(Node(Path.Combine(AppContext.BaseDirectory, "node", "run.mjs")))!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var text = await output;
        Assert.Equal("", await error);
        return text;
    }
}
