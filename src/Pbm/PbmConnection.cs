using System.Net.Sockets;
using System.Text;
using AkkaCompute.Pbm.Protocol;

namespace AkkaCompute.Pbm;

/// <summary>Sends one command to a node, and shows its answer as it comes.</summary>
internal sealed class PbmConnection(Target target, bool json, TextWriter output, TextWriter errors)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs one command; a connection for each, so that nothing is left of a command that was broken off.</summary>
    /// <returns>The exit code of <see cref="PbmProtocol"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> words, CancellationToken cancel)
    {
        if (Check(words) is { } wrong)
            return await FailAsync(PbmProtocol.WrongUsage, wrong);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel))
            {
                limit.CancelAfter(ConnectTimeout);
                await client.ConnectAsync(target.Host, target.Port, limit.Token);
            }
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Request(words) + "\n"), cancel);
            return await ShowAsync(new LineReader(stream, PbmProtocol.MaxLine), cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return await FailAsync(PbmProtocol.NotReachable, $"{target} does not answer within {ConnectTimeout.TotalSeconds} s.");
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            return await FailAsync(PbmProtocol.NotReachable, $"{target} is not reachable: {fault.Message}");
        }
        catch (InvalidDataException fault)
        {
            return await FailAsync(PbmProtocol.NotReachable, $"What answers at {target} is no node: {fault.Message}.");
        }
    }

    private async Task<int> ShowAsync(LineReader lines, CancellationToken cancel)
    {
        while (await lines.ReadAsync(cancel) is { } line)
        {
            switch (line)
            {
                case [PbmProtocol.Output, .. var text]:
                    await output.WriteLineAsync(text);
                    await output.FlushAsync(cancel);
                    break;
                case [PbmProtocol.End, '0', ..]:
                    return PbmProtocol.Done;
                case [PbmProtocol.End, '1', ' ', .. var why]:
                    return await FailAsync(PbmProtocol.Failed, why);
                case [PbmProtocol.End, '2', ' ', .. var why]:
                    return await FailAsync(PbmProtocol.WrongUsage, why);
                default:
                    throw new InvalidDataException("an answer that this pbm does not understand");
            }
        }
        return await FailAsync(PbmProtocol.NotReachable, $"{target} ended the connection before its answer was whole.");
    }

    private string Request(IReadOnlyList<string> words) =>
        string.Join(PbmProtocol.Separator, [PbmProtocol.Version, json ? PbmProtocol.Json : PbmProtocol.Text, .. words]);

    private string? Check(IReadOnlyList<string> words)
    {
        if (words.Count > PbmProtocol.MaxWords)
            return $"A command has at most {PbmProtocol.MaxWords} words, not {words.Count}.";
        if (words.FirstOrDefault(word => word.Any(char.IsControl)) is { } wrong)
            return $"The word '{new string([.. wrong.Select(c => char.IsControl(c) ? '?' : c)])}' has a control character in it.";
        var bytes = Encoding.UTF8.GetByteCount(Request(words));
        return bytes > PbmProtocol.MaxRequest ? $"A command has at most {PbmProtocol.MaxRequest} bytes, not {bytes}." : null;
    }

    private async Task<int> FailAsync(int code, string why)
    {
        await errors.WriteLineAsync(why);
        return code;
    }
}
