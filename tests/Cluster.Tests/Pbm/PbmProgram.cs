using System.Diagnostics;

namespace AkkaCompute.Tests.Cluster;

/// <summary>The built pbm, in a process of its own.</summary>
internal static class PbmProgram
{
    public sealed record Result(int Code, string Output, string Errors);

    /// <summary>Runs pbm to its end; what it waits for on stdin is given whole.</summary>
    public static async Task<Result> RunAsync(IEnumerable<string> arguments, string input = "")
    {
        using var process = Start(arguments);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(Cancel).WaitAsync(Wait.Long, Cancel);
            return new Result(process.ExitCode, await output, await errors);
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>Starts a command that goes on, reads its lines until one matches, and ends it.</summary>
    public static async Task<IReadOnlyList<string>> ReadUntilAsync(IEnumerable<string> arguments, Predicate<string> last, Func<string, Task>? onLine = null)
    {
        using var process = Start(arguments);
        var lines = new List<string>();
        try
        {
            while (await process.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Wait.Long, Cancel) is { } line)
            {
                lines.Add(line);
                if (onLine is not null)
                    await onLine(line);
                if (last(line))
                    return lines;
            }
            Assert.Fail($"pbm ended before the last line: {string.Join('\n', lines)} {await process.StandardError.ReadToEndAsync(Cancel)}");
            return lines;
        }
        finally
        {
            End(process);
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Process Start(IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "pbm.dll"), .. arguments])
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;

    private static void End(Process process)
    {
        if (!process.HasExited)
            process.Kill();
    }
}
