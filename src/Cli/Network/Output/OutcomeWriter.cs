using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Cli.Network.Output;

/// <summary>Shows outcomes as the processes that they stand for.</summary>
/// <param name="json">Whole, a line each.</param>
/// <param name="results">A directory for what each task wrote; <c>null</c> means standard output.</param>
internal sealed class OutcomeWriter(bool json, string? results) : IDisposable
{
    private readonly Stream _output = Console.OpenStandardOutput();

    /// <summary>Tasks that did not succeed.</summary>
    public long Failed { get; private set; }

    public long Written { get; private set; }

    /// <summary>One of many tasks: its output ends with a line's end.</summary>
    public async Task WriteTaskAsync(Outcome outcome, CancellationToken cancel)
    {
        Written++;
        if (!outcome.Succeeded)
        {
            Failed++;
            await Console.Error.WriteLineAsync($"task {outcome.Task}: {outcome.Explain()}");
        }
        if (json)
        {
            await LineAsync(OutcomeJson.Write(outcome), cancel);
        }
        else if (results is not null)
        {
            await SaveAsync($"{outcome.Task:D6}.out", outcome.Output, cancel);
            await WriteFilesAsync(outcome, Path.Combine(results, $"{outcome.Task:D6}"), cancel);
        }
        else if (!outcome.Output.IsEmpty)
        {
            await _output.WriteAsync(outcome.Output, cancel);
            if (outcome.Output.Span[^1] != '\n')
                await _output.WriteAsync("\n"u8.ToArray(), cancel);
        }
    }

    /// <summary>The one task of a run, to the byte.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WriteRunAsync(Outcome outcome, string? directory, CancellationToken cancel)
    {
        if (json)
        {
            await LineAsync(OutcomeJson.Write(outcome), cancel);
        }
        else
        {
            await _output.WriteAsync(outcome.Output, cancel);
            await _output.FlushAsync(cancel);
            await using var error = Console.OpenStandardError();
            await error.WriteAsync(outcome.Stderr, cancel);
        }
        if (directory is not null)
            await WriteFilesAsync(outcome, directory, cancel);
        if (outcome.Status == OutcomeStatus.Exited)
            return outcome.ExitCode;
        await Console.Error.WriteLineAsync($"akkacompute: {outcome.Explain()}");
        return outcome.Status == OutcomeStatus.Trapped ? ExitCodes.Trapped : ExitCodes.NoResult;
    }

    public void Dispose() => _output.Dispose();

    /// <summary>What a task left in <c>/out</c>. Its paths are a stranger's: none leads out of the directory.</summary>
    private static async Task WriteFilesAsync(Outcome outcome, string directory, CancellationToken cancel)
    {
        var root = Path.GetFullPath(directory) + Path.DirectorySeparatorChar;
        foreach (var file in outcome.Files)
        {
            var path = Path.GetFullPath(Path.Combine(root, file.Path));
            if (!path.StartsWith(root, StringComparison.Ordinal))
                throw new UsageException($"task {outcome.Task}: its file '{file.Path}' leads out of {directory}: not written.");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, file.Bytes, cancel);
        }
    }

    private async Task SaveAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        Directory.CreateDirectory(results!);
        await File.WriteAllBytesAsync(Path.Combine(results!, name), bytes, cancel);
    }

    private async Task LineAsync(ReadOnlyMemory<byte> line, CancellationToken cancel)
    {
        await _output.WriteAsync(line, cancel);
        await _output.WriteAsync("\n"u8.ToArray(), cancel);
    }
}
