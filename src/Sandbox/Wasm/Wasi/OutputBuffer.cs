namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>Bytes that a guest wrote. Its array is used again by the next run, unless it became large.</summary>
internal sealed class OutputBuffer
{
    private const int KeptBytes = 1 << 20;

    private byte[] _bytes = [];
    private int _limit;

    public int Length { get; private set; }

    /// <summary>Bytes that the guest wrote, dropped ones included.</summary>
    public long Written { get; private set; }

    /// <summary>Empties it for the next run.</summary>
    public void Reset(int limit)
    {
        (Length, Written, _limit) = (0, 0, limit);
        if (_bytes.Length > KeptBytes)
            _bytes = [];
    }

    /// <summary>Whether so many bytes more are within the limit.</summary>
    public bool Fits(ulong count) => count <= (ulong)(_limit - Length);

    /// <summary>Appends what fits.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Written += bytes.Length;
        Keep(bytes);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Appends, dropping from the front what is over the limit.</summary>
    public void AppendTail(ReadOnlySpan<byte> bytes)
    {
        Written += bytes.Length;
        if (bytes.Length > _limit)
            bytes = bytes[^_limit..];
        // Moving the kept part only when as much again has come keeps the cost of a byte constant.
        if (Length > 2L * _limit - bytes.Length)
        {
            var kept = Math.Min(_limit, Length);
            _bytes.AsSpan(Length - kept, kept).CopyTo(_bytes);
            Length = kept;
        }
        Keep(bytes);
    }

    public byte[] ToArray() => Length == 0 ? [] : _bytes.AsSpan(0, Length).ToArray();

    /// <summary>The last bytes, as many as the limit allows, and how many came before them.</summary>
    public ReadOnlySpan<byte> Tail(out long dropped)
    {
        var tail = _bytes.AsSpan(0, Length)[^Math.Min(_limit, Length)..];
        dropped = Written - tail.Length;
        return tail;
    }

    private void Reserve(int count)
    {
        var needed = Length + count;
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(256, 2L * _bytes.Length))));
    }
}
