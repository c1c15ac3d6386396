using System.Buffers.Binary;

namespace AkkaCompute.Sandbox.Wasm;

/// <summary>Standard input, output and error.</summary>
internal sealed unsafe partial class WasiHost
{
    private const uint StandardInput = 0, StandardOutput = 1, StandardError = 2;

    private const byte FileTypeUnknown = 0;
    private const ulong RightRead = 1 << 1, RightWrite = 1 << 6, RightPoll = 1 << 27;

    private Errno FdWrite(GuestMemory memory, NativeValue* arguments)
    {
        var (descriptor, count) = (arguments[0].I32, arguments[2].I32);
        if (!IsOpen(descriptor) || descriptor == StandardInput)
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
        var (descriptor, count) = (arguments[0].I32, arguments[2].I32);
        if (!IsOpen(descriptor) || descriptor != StandardInput)
            return Errno.BadFileDescriptor;
        var error = Vectors(memory, arguments, out var vectors, out var total);
        if (error != Errno.Success)
            return error;
        var size = (int)Math.Min(total, (ulong)(_input.Length - _inputPosition));
        if (!Charge((ulong)size + VectorSize * (ulong)count))
            return Errno.Stop;
        var source = _input.Span.Slice(_inputPosition, size);
        _inputPosition += size;
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
        _ = memory.TryWrite(arguments[3].I32, (uint)size);
        return Errno.Success;
    }

    /// <summary>Checks the list of buffers of a read or write, and where the number of bytes goes, before anything is copied.</summary>
    private static Errno Vectors(GuestMemory memory, NativeValue* arguments, out Span<byte> vectors, out ulong total)
    {
        vectors = default;
        total = 0;
        var count = arguments[2].I32;
        if (count > MaxVectors)
            return Errno.Invalid;
        if (!memory.TrySlice(arguments[1].I32, count * (ulong)VectorSize, out vectors) || !memory.TrySlice(arguments[3].I32, sizeof(uint), out _))
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
        var descriptor = arguments[0].I32;
        if (!IsOpen(descriptor))
            return Errno.BadFileDescriptor;
        if (!memory.TrySlice(arguments[1].I32, 24, out var stat))
            return Errno.Fault;
        stat.Clear();
        stat[0] = FileTypeUnknown;
        BinaryPrimitives.WriteUInt64LittleEndian(stat[8..], RightPoll | (descriptor == StandardInput ? RightRead : RightWrite));
        return Errno.Success;
    }

    private Errno FdFilestatGet(GuestMemory memory, NativeValue* arguments)
    {
        if (!IsOpen(arguments[0].I32))
            return Errno.BadFileDescriptor;
        if (!memory.TrySlice(arguments[1].I32, 64, out var stat))
            return Errno.Fault;
        stat.Clear();
        stat[16] = FileTypeUnknown;
        BinaryPrimitives.WriteUInt64LittleEndian(stat[24..], 1);
        return Errno.Success;
    }
}
