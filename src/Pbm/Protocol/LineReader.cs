using System.Text;

namespace AkkaCompute.Pbm.Protocol;

/// <summary>Reads lines of UTF-8 that end with LF, and never keeps more than one line of the greatest length.</summary>
internal sealed class LineReader(Stream stream, int maxBytes)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[maxBytes + 1];
    private int _start, _end;

    /// <summary>The next line, without LF or CR LF; null where the other side has ended before a line was whole.</summary>
    /// <exception cref="InvalidDataException">The line is over the limit, or no UTF-8.</exception>
    public async ValueTask<string?> ReadAsync(CancellationToken cancel)
    {
        var scanned = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (found >= 0)
                return Take(scanned + found);
            scanned = _end - _start;
            if (scanned > maxBytes)
                throw new InvalidDataException($"a line is over {maxBytes} bytes");
            _buffer.AsSpan(_start, scanned).CopyTo(_buffer);
            (_start, _end) = (0, scanned);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            if (read == 0)
                return null;
            _end += read;
        }
    }

    private string Take(int length)
    {
        var line = _buffer.AsSpan(_start, length);
        _start += length + 1;
        if (line.EndsWith((ReadOnlySpan<byte>)[(byte)'\r']))
            line = line[..^1];
        try
        {
            return Strict.GetString(line);
        }
        catch (DecoderFallbackException wrong)
        {
            throw new InvalidDataException("a line is no UTF-8", wrong);
        }
    }
}
