using System.Diagnostics;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>Compilers for wasm, as far as this machine has them, and the commands that docs/modules.md shows.</summary>
internal static class Toolchain
{
    /// <summary>The repository's root, above the test's binaries.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    /// <summary>Builds a file of samples/Modules by the command that docs/modules.md shows for it; the test is skipped where the compiler is missing.</summary>
    /// <param name="directory">Where the module is made.</param>
    /// <param name="compiler">How the command begins.</param>
    /// <returns>The module.</returns>
    public static async Task<byte[]> BuildSampleAsync(string directory, string compiler, string source)
    {
        var command = File.ReadLines(Path.Combine(Root, "docs", "modules.md"))
            .Single(line => line.StartsWith(compiler + ' ', StringComparison.Ordinal) && line.Contains($" {source}", StringComparison.Ordinal));
        File.Copy(Path.Combine(Root, "samples", "Modules", source), Path.Combine(directory, source));
        var tool = compiler.Split(' ')[0];
        // The distribution's compiler has the target; another one may come first on the PATH and not have it.
        var path = File.Exists($"/usr/bin/{tool}") ? $"/usr/bin/{tool}" : tool;
        var failed = await RunAsync(directory, path, command[(tool.Length + 1)..]);
        Assert.SkipWhen(failed is not null && IsMissing(failed), $"{tool} with its WASI library is not installed: {failed}");
        Assert.Null(failed);
        return await File.ReadAllBytesAsync(Path.Combine(directory, Path.ChangeExtension(source, "wasm")), TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a program in a directory. Null where it ended with 0, else what it said.</summary>
    public static async Task<string?> RunAsync(string directory, string tool, string arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(tool, arguments) { WorkingDirectory = directory, RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(cancel);
            return process.ExitCode == 0 ? null : await error + await output;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return $"{tool} not found: {missing.Message}";
        }
    }

    private static bool IsMissing(string said) =>
        said.Contains("not found", StringComparison.OrdinalIgnoreCase) || said.Contains("can't find crate", StringComparison.Ordinal)
        || said.Contains("No such file", StringComparison.Ordinal);
}
