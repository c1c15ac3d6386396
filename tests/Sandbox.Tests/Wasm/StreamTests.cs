using System.Text;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Wasm;

public sealed class StreamTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task A_command_reads_its_input_and_writes_its_output()
    {
        var input = new string('x', 10_000) + "end";
        var result = await sandbox.RunAsync("echo", input);
        Assert.Equal((ResultKind.Exited, 0, ""), (result.Kind, result.ExitCode, result.Kind == ResultKind.NoResult ? Encoding.UTF8.GetString(result.Stderr.Span) : ""));
        Assert.Equal(input, Encoding.UTF8.GetString(result.Output.Span));
        Assert.Equal(10_003, BitConverter.ToInt32(result.Stderr.Span));
        Assert.InRange(result.Fuel, 10_003, 25_000);
    }
}
