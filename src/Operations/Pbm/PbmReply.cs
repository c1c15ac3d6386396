using System.Buffers;
using System.Text;
using AkkaCompute.Actors.Logs;
using AkkaCompute.Pbm.Protocol;

namespace AkkaCompute.Operations.Pbm;

/// <summary>Writes an answer to a client, in pieces; a client that does not take one in time is given up.</summary>
internal sealed class PbmReply(Stream stream, bool json, TimeSpan timeout)
{
    private const int FlushAt = 16 * 1024;

    /// <summary>Characters of one line: with up to 3 bytes each it stays within <see cref="PbmProtocol.MaxLine"/>.</summary>
    private const int MaxCharacters = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public async ValueTask WriteAsync(PbmLine line, bool flush, CancellationToken cancel)
    {
        if ((json ? line.Json?.ToJsonString() : line.Text) is { } text)
            Append(PbmProtocol.Output, text);
        if (flush || _buffer.WrittenCount >= FlushAt)
            await FlushAsync(cancel);
    }

    /// <summary>The last line.</summary>
    public async ValueTask EndAsync(int code, string? why, CancellationToken cancel)
    {
        Append(PbmProtocol.End, why is null ? $"{code}" : $"{code} {why}");
        await FlushAsync(cancel);
    }

    private void Append(char kind, string text) =>
        Encoding.UTF8.GetBytes($"{kind}{PlainText.Of(text, MaxCharacters)}\n", _buffer);

    private async ValueTask FlushAsync(CancellationToken cancel)
    {
        if (_buffer.WrittenCount == 0)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        await stream.WriteAsync(_buffer.WrittenMemory, limit.Token);
        _buffer.ResetWrittenCount();
    }
}
