using System.Buffers.Binary;
using AkkaCompute.Sandbox.Files;
using AkkaCompute.Sandbox.Wasm.CApi;

namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>Standard input, output and error.</summary>
internal sealed unsafe partial class WasiHost
{
    private const uint StandardInput = 0, StandardOutput = 1, StandardError = 2;

    private const byte FileTypeUnknown = 0;
    private const int StatSize = 64;

    private Errno FdWrite(GuestMemory memory, NativeValue* arguments)
    {
        if (_table.Find(arguments[0].I32) is not { } by)
            return Errno.BadFileDescriptor;
        if (by.Node is not null)
            return Moved(
                by, FileWrite(memory, arguments, by, by.Append ? by.Node.Size : by.Position, 3, out var moved),
                by.Append ? by.Node.Size : by.Position + moved);
        var (descriptor, count) = (by.Stream, arguments[2].I32);
        if (descriptor == StandardInput)
            return Errno.BadFileDescriptor;
        var error = Vectors(memory, arguments, out var vectors, out var total);
        if (error != Errno.Success)
            return error;
        if (!Charge(total + VectorSize * (ulong)count))
            return Errno.Stop;
        if (descriptor == StandardOutput && !_output.Fits(total))
        {
            Ending = WasiEnding.OutputLimit;
            return Errno.Stop;
        }
        for (; vectors.Length > 0; vectors = vectors[VectorSize..])
        {
            _ = Buffer(memory, vectors, out var bytes);
            if (descriptor == StandardOutput)
                _output.Append(bytes);
            else
                _stderr.AppendTail(bytes);
        }
        _ = memory.TryWrite(arguments[3].I32, (uint)total);
        return Errno.Success;
    }

    private Errno FdRead(GuestMemory memory, NativeValue* arguments)
    {
        if (_table.Find(arguments[0].I32) is not { } by)
            return Errno.BadFileDescriptor;
        if (by.Node is not null)
            return Moved(by, FileRead(memory, arguments, by, by.Position, 3, out var moved), by.Position + moved);
        var count = arguments[2].I32;
        if (by.Stream != StandardInput)
            return Errno.BadFileDescriptor;
        var error = Vectors(memory, arguments, out var vectors, out var total);
        if (error != Errno.Success)
            return error;
        var size = (int)Math.Min(total, (ulong)(_input.Length - _inputPosition));
        if (!Charge((ulong)size + VectorSize * (ulong)count))
            return Errno.Stop;
        var source = _input.Span.Slice(_inputPosition, size);
        _inputPosition += size;
        if (size > 0)
            Scatter(memory, vectors, source);
        _ = memory.TryWrite(arguments[3].I32, (uint)size);
        return Errno.Success;
    }

    private static Errno Moved(Descriptor by, Errno answer, long position)
    {
        if (answer == Errno.Success)
            by.Position = position;
        return answer;
    }

    /// <summary>Fills the buffers, one after the other.</summary>
    private static void Scatter(GuestMemory memory, Span<byte> vectors, ReadOnlySpan<byte> source)
    {
        for (; source.Length > 0; vectors = vectors[VectorSize..])
        {
            _ = Buffer(memory, vectors, out var bytes);
            var part = Math.Min(bytes.Length, source.Length);
            source[..part].CopyTo(bytes);
            source = source[part..];
            // A buffer may lie over the list of buffers: then what follows is read as it is now, within the checked memory.
            if (vectors.Length == VectorSize)
                break;
        }
    }

    /// <summary>Checks the list of buffers of a read or write, and where the number of bytes goes, before anything is copied.</summary>
    private static Errno Vectors(GuestMemory memory, NativeValue* arguments, out Span<byte> vectors, out ulong total, int countAt = 3)
    {
        vectors = default;
        total = 0;
        var count = arguments[2].I32;
        if (count > MaxVectors)
            return Errno.Invalid;
        if (!memory.TrySlice(arguments[1].I32, count * (ulong)VectorSize, out vectors)
            || !memory.TrySlice(arguments[countAt].I32, sizeof(uint), out _))
            return Errno.Fault;
        for (var rest = vectors; rest.Length > 0; rest = rest[VectorSize..])
        {
            if (!Buffer(memory, rest, out var bytes))
                return Errno.Fault;
            total += (ulong)bytes.Length;
        }
        return total <= uint.MaxValue ? Errno.Success : Errno.Invalid;
    }

    private static bool Buffer(GuestMemory memory, ReadOnlySpan<byte> vector, out Span<byte> bytes) =>
        memory.TrySlice(BinaryPrimitives.ReadUInt32LittleEndian(vector), BinaryPrimitives.ReadUInt32LittleEndian(vector[4..]), out bytes);

    private Errno FdFdstatGet(GuestMemory memory, NativeValue* arguments)
    {
        if (_table.Find(arguments[0].I32) is not { } by)
            return Errno.BadFileDescriptor;
        if (!memory.TrySlice(arguments[1].I32, 24, out var stat))
            return Errno.Fault;
        stat.Clear();
        stat[0] = by.Node?.Type ?? FileTypeUnknown;
        stat[2] = by.Append ? (byte)FileOpening.Append : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(stat[8..], by.Rights);
        BinaryPrimitives.WriteUInt64LittleEndian(stat[16..], by.Inheriting);
        return Errno.Success;
    }

    private Errno FdFilestatGet(GuestMemory memory, NativeValue* arguments)
    {
        if (_table.Find(arguments[0].I32) is not { } by)
            return Errno.BadFileDescriptor;
        if (!memory.TrySlice(arguments[1].I32, StatSize, out var stat))
            return Errno.Fault;
        if (by.Node is not null)
        {
            WriteStat(stat, by.Node);
            return Errno.Success;
        }
        stat.Clear();
        stat[16] = FileTypeUnknown;
        BinaryPrimitives.WriteUInt64LittleEndian(stat[24..], 1);
        return Errno.Success;
    }
}
