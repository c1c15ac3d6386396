using System.Buffers.Binary;
using System.Text.Json;

namespace AkkaCompute.Sandbox.Host.Wire;

/// <summary>What came is no frame: the conversation is over.</summary>
internal sealed class FrameException(string message) : Exception(message);

/// <summary>
/// Reads frames: length of the header and of the body (4 bytes each, big-endian), header (JSON), body. Each length is held against its
/// limit before it is read.
/// </summary>
internal sealed class FrameReader(Stream input)
{
    /// <summary>Bytes of a header. A program's texts have 16 KB, which JSON may write in six times as many.</summary>
    public const int MaxHeader = 256 << 10;

    private readonly byte[] _lengths = new byte[8];

    /// <summary>The next message and the length of its body, which is to be read then; null at the end of the input.</summary>
    /// <exception cref="FrameException">No frame.</exception>
    public async Task<(Message Message, uint Body)?> ReadAsync(CancellationToken cancel)
    {
        var read = await input.ReadAtLeastAsync(_lengths, _lengths.Length, throwOnEndOfStream: false, cancel);
        if (read == 0)
            return null;
        if (read < _lengths.Length)
            throw new FrameException($"The input ended within the lengths of a frame, after {read} of 8 bytes.");
        var (header, body) = (BinaryPrimitives.ReadUInt32BigEndian(_lengths), BinaryPrimitives.ReadUInt32BigEndian(_lengths.AsSpan(4)));
        if (header > MaxHeader)
            throw new FrameException($"The header of a frame has {header} bytes, at most {MaxHeader}.");
        return (Message.Read(await ReadBytesAsync((int)header, cancel)), body);
    }

    /// <summary>Reads a body.</summary>
    /// <param name="limit">How many bytes it may have.</param>
    /// <param name="what">The name of the limit.</param>
    public async Task<byte[]> ReadBodyAsync(uint size, long limit, string what, CancellationToken cancel) =>
        size <= limit && size <= Array.MaxLength ? await ReadBytesAsync((int)size, cancel)
            : throw new FrameException($"The body of a frame has {size} bytes, more than the limit {what} = {limit}.");

    private async Task<byte[]> ReadBytesAsync(int size, CancellationToken cancel)
    {
        // No more memory than has come: a length alone costs the other side nothing.
        var bytes = new byte[Math.Min(size, 1 << 20)];
        for (var read = 0; read < size;)
        {
            if (read == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(size, 2L * bytes.Length));
            var count = await input.ReadAsync(bytes.AsMemory(read), cancel);
            if (count == 0)
                throw new FrameException($"The input ended within a frame, {size - read} bytes before its end.");
            read += count;
        }
        return bytes;
    }
}

/// <summary>Writes frames, one at a time.</summary>
internal sealed class FrameWriter(Stream output) : IDisposable
{
    private readonly Lock _turn = new();

    public void Write(Message message, params ReadOnlySpan<ReadOnlyMemory<byte>> body)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(message, Message.Json);
        Span<byte> lengths = stackalloc byte[8];
        uint size = 0;
        foreach (var part in body)
            size += (uint)part.Length;
        BinaryPrimitives.WriteUInt32BigEndian(lengths, (uint)header.Length);
        BinaryPrimitives.WriteUInt32BigEndian(lengths[4..], size);
        lock (_turn)
        {
            output.Write(lengths);
            output.Write(header);
            foreach (var part in body)
                output.Write(part.Span);
            output.Flush();
        }
    }

    public void Dispose() => output.Dispose();
}
