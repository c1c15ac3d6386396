using System.Diagnostics;
using AkkaCompute.Sandbox.Host.Wire;
using AkkaCompute.Sandbox.Tests.Wasm;

namespace AkkaCompute.Sandbox.Tests.Host;

/// <summary><c>akkacompute-sandbox</c> as a process.</summary>
public sealed class ProcessTests
{
    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "akkacompute-sandbox.dll");

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [Assembly, .. arguments])
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;

    [Fact]
    public async Task It_compiles_and_runs_with_its_guards_up_and_ends_with_its_input()
    {
        using var process = Start("--slots=1", "--max-memory=1048576");
        var conversation = new Conversation(process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        var hello = (await conversation.ExpectAsync(MessageType.Hello)).Message.Hello!;
        conversation.Run(1, await conversation.PutAsync(Fixture.Wasm("echo")), "by a process"u8.ToArray(), Fixture.Limits);
        var result = await conversation.ExpectAsync(MessageType.Result);
        Assert.Equal("by a process", result.Output);
        if (OperatingSystem.IsLinux() && hello.Guards.Contains("seccomp"))
        {
            foreach (var thread in Directory.GetDirectories($"/proc/{process.Id}/task"))
            {
                if (await StatusAsync(thread) is not { } status)
                    continue; // it has ended since
                Assert.Contains("NoNewPrivs:\t1", status, StringComparison.Ordinal);
                Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);
            }
        }
        if (OperatingSystem.IsLinux())
        {
            var limits = await File.ReadAllTextAsync($"/proc/{process.Id}/limits", TestContext.Current.CancellationToken);
            Assert.Matches(@"Max core file size +0 +0 ", limits);
            Assert.Matches(@"Max data size +\d+ +\d+ ", limits);
            Assert.Contains("rlimit core = 0", hello.Guards);
        }
        conversation.End();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
    }

    private static async Task<string?> StatusAsync(string thread)
    {
        try
        {
            return await File.ReadAllTextAsync(Path.Combine(thread, "status"), TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }

    [Fact]
    public async Task What_is_no_frame_ends_it()
    {
        using var process = Start("--slots=1", "--max-memory=1048576");
        var conversation = new Conversation(process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        await conversation.ExpectAsync(MessageType.Hello);
        conversation.SayBytes(FrameTests.Lengths(-1, 0));
        process.StandardInput.BaseStream.Flush();
        Assert.Contains("4294967295", (await conversation.ExpectAsync(MessageType.Refused)).Message.Why, StringComparison.Ordinal);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(65, process.ExitCode);
    }

    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "python3")]
    public async Task The_sample_in_Python_drives_it()
    {
        var directory = Directory.CreateTempSubdirectory("akkacompute-sandbox-").FullName;
        try
        {
            var module = Path.Combine(directory, "echo.wasm");
            await File.WriteAllBytesAsync(module, Fixture.Wasm("echo"), TestContext.Current.CancellationToken);
            var program = Path.Combine(AppContext.BaseDirectory, "akkacompute-sandbox");
            Process python;
            try
            {
                python = Process.Start(new ProcessStartInfo("python3",
                    [Path.Combine(Toolchain.Root, "samples", "Sandbox", "sandbox.py"), program, module, .. Enumerable.Range(1, 40).Select(i => $"input {i}")])
                {
                    RedirectStandardOutput = true, RedirectStandardError = true,
                    Environment = { ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..")) },
                })!;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Assert.Skip("Python ('python3' on the PATH) is missing.");
                return;
            }
            using var _ = python;
            var error = python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var lines = (await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(40, (await error).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length); // the module writes the length of its input
            Assert.Equal("protocol 1", lines[0][..10]);
            Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}: exit code 0"), lines[1..].Select(line => line.Split(',')[0]).OrderBy(line => int.Parse(line.Split(':')[0])));
            Assert.Contains(lines, line => line.StartsWith("39: ", StringComparison.Ordinal) && line.EndsWith("'input 40'", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
