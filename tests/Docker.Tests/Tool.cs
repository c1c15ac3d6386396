using System.Diagnostics;

namespace AkkaCompute.Tests.Docker;

/// <summary>What a program said, and how it ended.</summary>
internal sealed record Said(int Code, string Output, string Errors)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public override string ToString() => $"exit code {Code}\n{Output}{Errors}";
}

/// <summary>Runs a program to its end.</summary>
internal static class Tool
{
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(60);

    /// <summary>Runs it; fails where it does not end in time.</summary>
    public static async Task<Said> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan? timeout = null, params (string Name, string Value)[] environment)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(timeout ?? Short);
        using var process = Start(program, arguments, environment);
        process.StandardInput.Close();
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new Said(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs it; fails where it does not end well.</summary>
    public static async Task<Said> MustAsync(
        string program, IEnumerable<string> arguments, TimeSpan? timeout = null, params (string Name, string Value)[] environment)
    {
        string[] given = [.. arguments];
        var said = await RunAsync(program, given, timeout, environment);
        Assert.True(said.Code == 0, $"{program} {string.Join(' ', given)}: {said}");
        return said;
    }

    /// <summary>Whether there is such a program, and it does this well.</summary>
    public static async Task<bool> WorksAsync(string program, params string[] arguments)
    {
        try
        {
            return (await RunAsync(program, arguments)).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is none
        }
    }

    public static Process Start(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
