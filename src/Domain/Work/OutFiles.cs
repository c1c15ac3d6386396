using System.Buffers.Binary;
using System.Text;

namespace AkkaCompute.Domain.Work;

/// <summary>A file that a task left in <c>/out</c>.</summary>
/// <param name="Path">Below <c>/out</c>, names joined by <c>/</c>.</param>
/// <param name="Bytes">Its content.</param>
public sealed record OutFile(string Path, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The files in <c>/out</c> as one run of bytes, which is compared, signed and kept beside standard output. For each file, in the order of
/// the paths' UTF-8 bytes: 0 (u8) ‖ length of the path (u16) ‖ path ‖ size (u32) ‖ content; big-endian. No file: no bytes. Of a program
/// that compares its fuel, before the files: 1 (u8) ‖ fuel used (u64).
/// </summary>
public static class OutFiles
{
    private const byte Inline = 0, Fuel = 1;
    private const int HeadBytes = 1 + sizeof(ushort) + sizeof(uint);

    /// <summary>Bytes of what a listing begins with where fuel is a part of the result.</summary>
    internal const int FuelBytes = 1 + sizeof(long);

    /// <summary>Bytes of the listing of one file.</summary>
    public static long SizeOf(string path, long size) => HeadBytes + Encoding.UTF8.GetByteCount(path) + size;

    /// <summary>The listing of files that are in order.</summary>
    public static byte[] Write(IReadOnlyList<OutFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var bytes = new byte[files.Sum(file => SizeOf(file.Path, file.Bytes.Length))];
        var rest = bytes.AsSpan();
        foreach (var file in files)
        {
            rest[0] = Inline;
            var length = Encoding.UTF8.GetBytes(file.Path, rest[3..]);
            BinaryPrimitives.WriteUInt16BigEndian(rest[1..], checked((ushort)length));
            BinaryPrimitives.WriteInt32BigEndian(rest[(3 + length)..], file.Bytes.Length);
            file.Bytes.Span.CopyTo(rest[(HeadBytes + length)..]);
            rest = rest[(HeadBytes + length + file.Bytes.Length)..];
        }
        return bytes;
    }

    /// <summary>What a listing begins with where fuel is a part of the result.</summary>
    /// <param name="fuel">Units, 0 or more.</param>
    public static byte[] FuelRecord(long fuel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fuel);
        var bytes = new byte[FuelBytes];
        bytes[0] = Fuel;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), fuel);
        return bytes;
    }

    /// <summary>
    /// The fuel that a listing says, up to <see cref="JobSpec.MaxFuel"/>; <c>null</c> where it says none, or more than any job allows.
    /// </summary>
    public static long? FuelOf(ReadOnlySpan<byte> listing) => listing.Length >= FuelBytes && listing[0] == Fuel
        && BinaryPrimitives.ReadInt64BigEndian(listing[1..]) is >= 0 and <= JobSpec.MaxFuel and var fuel ? fuel : null;

    /// <summary>The files of a listing; slices of it.</summary>
    /// <exception cref="InvalidDataException">The bytes are no listing.</exception>
    public static IReadOnlyList<OutFile> Read(ReadOnlyMemory<byte> listing)
    {
        var files = new List<OutFile>();
        for (var rest = FuelOf(listing.Span) is null ? listing : listing[FuelBytes..]; !rest.IsEmpty;)
        {
            var span = rest.Span;
            if (span.Length < HeadBytes || span[0] != Inline)
                throw Bad();
            var length = BinaryPrimitives.ReadUInt16BigEndian(span[1..]);
            if (span.Length < HeadBytes + length)
                throw Bad();
            var size = BinaryPrimitives.ReadUInt32BigEndian(span[(3 + length)..]);
            if (size > span.Length - HeadBytes - length)
                throw Bad();
            files.Add(new OutFile(Encoding.UTF8.GetString(span.Slice(3, length)), rest.Slice(HeadBytes + length, (int)size)));
            rest = rest[(HeadBytes + length + (int)size)..];
        }
        return files;

        static InvalidDataException Bad() => new("The bytes are no listing of files.");
    }
}
