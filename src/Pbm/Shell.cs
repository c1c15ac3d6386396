using AkkaCompute.Pbm.Protocol;

namespace AkkaCompute.Pbm;

/// <summary>Takes commands line by line: from a person, with a prompt, or from a script, which ends at its first error.</summary>
internal sealed class Shell(
    Target target, TextReader input, TextWriter output, TextWriter errors, bool interactive,
    Func<IReadOnlyList<string>, CancellationToken, Task<int>> run)
{
    private CancellationTokenSource? _running;

    /// <summary>Breaks off the command that runs, if one does.</summary>
    public bool Break()
    {
        var running = Volatile.Read(ref _running);
        running?.Cancel();
        return running is not null;
    }

    /// <returns>0, or the exit code of the command that ended the script.</returns>
    public async Task<int> RunAsync()
    {
        for (var number = 1; ; number++)
        {
            if (interactive)
            {
                await output.WriteAsync($"[{target}] pbm> ");
                await output.FlushAsync();
            }
            if (await input.ReadLineAsync() is not { } line || line.Trim() is "exit" or "quit")
                return PbmProtocol.Done;
            var code = await RunLineAsync(line);
            if (code == PbmProtocol.Done || interactive)
                continue;
            await errors.WriteLineAsync($"The script ends at line {number}: {line.Trim()}");
            return code;
        }
    }

    private async Task<int> RunLineAsync(string line)
    {
        var cancel = new CancellationTokenSource(); // not disposed of: Break may still hold it
        try
        {
            var words = CommandWords.Of(line);
            if (words.Count == 0)
                return PbmProtocol.Done;
            Volatile.Write(ref _running, cancel);
            return await run(words, cancel.Token);
        }
        catch (FormatException wrong)
        {
            await errors.WriteLineAsync(wrong.Message);
            return PbmProtocol.WrongUsage;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await output.WriteLineAsync();
            return PbmProtocol.Done;
        }
        finally
        {
            Volatile.Write(ref _running, null);
        }
    }
}
