using System.Text;
using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Writing;

/// <summary>Bytes of a module that is written, up to a limit.</summary>
internal sealed class ByteWriter(long limit)
{
    private byte[] _data = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _data.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void U8(byte value)
    {
        Room(1);
        _data[Length++] = value;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_data.AsSpan(Length));
        Length += bytes.Length;
    }

    public void U32(uint value)
    {
        for (; value >= 0x80; value >>= 7)
            U8((byte)((value & 0x7F) | 0x80));
        U8((byte)value);
    }

    public void U32(int value) => U32((uint)value);

    public void Signed(long value)
    {
        while (value is < -64 or > 63)
        {
            U8((byte)((value & 0x7F) | 0x80));
            value >>= 7;
        }
        U8((byte)(value & 0x7F));
    }

    public void Name(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        U32(bytes.Length);
        Bytes(bytes);
    }

    /// <summary>A section or a function body: its length, then its bytes.</summary>
    public void Sized(ByteWriter content)
    {
        U32(content.Length);
        Bytes(content.Written);
    }

    private void Room(int count)
    {
        if (Length + (long)count > limit)
            throw RefusedException.Limit("bytes after admission", Length + (long)count, limit);
        if (Length + count > _data.Length)
            Array.Resize(ref _data, (int)Math.Min(Math.Max(2L * _data.Length, Length + (long)count), Array.MaxLength));
    }
}
