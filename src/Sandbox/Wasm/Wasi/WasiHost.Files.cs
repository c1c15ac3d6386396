using System.Buffers.Binary;
using AkkaCompute.Sandbox.Files;
using AkkaCompute.Sandbox.Wasm.CApi;

namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>
/// Open files and directories. A payload without a file system has none, and gets the errno of a thing that it may not do.
/// </summary>
internal sealed unsafe partial class WasiHost
{
    private const byte WhenceSet = 0, WhenceCurrent = 1, WhenceEnd = 2;
    private const uint SetAccessed = 1, SetAccessedNow = 2, SetModified = 4, SetModifiedNow = 8;
    private const int DirentSize = 24;

    private Errno CallFile(WasiCall call, GuestMemory memory, NativeValue* arguments, int descriptorAt)
    {
        if (_table.Find(arguments[descriptorAt].I32) is not { } by)
            return Errno.BadFileDescriptor;
        if (_tree is null)
            return Errno.NotCapable;
        return call switch
        {
            WasiCall.PrestatGet => PrestatGet(memory, arguments, by),
            WasiCall.PrestatDirName => PrestatDirName(memory, arguments, by),
            WasiCall.Renumber => _table.Renumber(arguments[0].I32, arguments[1].I32),
            WasiCall.SetRights => SetRights(arguments, by),
            WasiCall.Socket => by.Node is null ? Errno.NotCapable : Errno.NotSocket,
            _ when by.Node is null => Errno.NotCapable, // a stream is neither a file nor a directory
            WasiCall.Advise => arguments[3].I32 > 5 ? Errno.Invalid : by.File is null ? Errno.IsDirectory : Errno.Success,
            WasiCall.Allocate => Allocate(arguments, by),
            WasiCall.SetSize => SetSize(unchecked((long)arguments[1].I64), by),
            WasiCall.SetTimes => SetTimes(by.Node, arguments[1].I64, arguments[2].I64, arguments[3].I32),
            WasiCall.ReadDirectory => ReadDirectory(memory, arguments, by),
            _ => CallPath(call, memory, arguments, by),
        };
    }

    /// <summary>Whether bytes may be moved between a file and memory, and the buffers in which they are.</summary>
    private static Errno Transfer(
        GuestMemory memory, NativeValue* arguments, Descriptor by, ulong right, int writtenAt, out Span<byte> vectors, out ulong total)
    {
        vectors = default;
        total = 0;
        if (by.File is null)
            return Errno.IsDirectory;
        var may = by.Need(right);
        return may != Errno.Success ? may : Vectors(memory, arguments, out vectors, out total, writtenAt);
    }

    private Errno FileRead(GuestMemory memory, NativeValue* arguments, Descriptor by, long position, int writtenAt, out long moved)
    {
        moved = 0;
        var error = Transfer(memory, arguments, by, Rights.Read, writtenAt, out var vectors, out var total);
        if (error != Errno.Success)
            return error;
        var file = by.File!;
        var size = (int)Math.Min(total, (ulong)Math.Max(0, file.Size - position));
        if (!Charge((ulong)size + VectorSize * (ulong)arguments[2].I32))
            return Errno.Stop;
        if (size > 0)
            Scatter(memory, vectors, file.Content.Span.Slice((int)position, size));
        _ = memory.TryWrite(arguments[writtenAt].I32, (uint)size);
        moved = size;
        return Errno.Success;
    }

    private Errno FileWrite(GuestMemory memory, NativeValue* arguments, Descriptor by, long position, int writtenAt, out long moved)
    {
        moved = 0;
        var error = Transfer(memory, arguments, by, Rights.Write, writtenAt, out var vectors, out var total);
        if (error != Errno.Success)
            return error;
        var file = by.File!;
        if (position > long.MaxValue - uint.MaxValue)
            return Errno.FileTooLarge;
        var (end, hole) = (position + (long)total, total == 0 ? 0 : Math.Max(0, position - file.Size));
        if (!Charge(total + (ulong)hole + VectorSize * (ulong)arguments[2].I32))
            return Errno.Stop;
        if (total > 0 && end > file.Size && file.Resize(end, _clock.Realtime) is var full && full != Errno.Success)
            return full;
        moved = (long)total;
        for (; vectors.Length > 0; vectors = vectors[VectorSize..])
        {
            _ = Buffer(memory, vectors, out var bytes);
            file.Write(position, bytes);
            position += bytes.Length;
        }
        if (total > 0)
            file.Touch(_clock.Realtime);
        _ = memory.TryWrite(arguments[writtenAt].I32, (uint)total);
        return Errno.Success;
    }

    private Errno FdSeek(GuestMemory memory, NativeValue* arguments, bool tell)
    {
        if (_table.Find(arguments[0].I32) is not { } by)
            return Errno.BadFileDescriptor;
        if (by.Node is null)
            return Errno.IllegalSeek;
        if (by.File is not { } file)
            return Errno.IsDirectory;
        if (by.Need(tell ? Rights.Tell : Rights.Seek) is var may && may != Errno.Success)
            return may;
        if (!memory.TrySlice(arguments[tell ? 1 : 3].I32, sizeof(ulong), out _))
            return Errno.Fault;
        if (!tell)
        {
            var (offset, whence) = (unchecked((long)arguments[1].I64), arguments[2].I32);
            if (whence > WhenceEnd)
                return Errno.Invalid;
            var from = whence == WhenceSet ? 0 : whence == WhenceCurrent ? by.Position : file.Size;
            if (offset < -from || offset > long.MaxValue - from)
                return Errno.Invalid;
            by.Position = from + offset;
        }
        _ = memory.TryWrite(arguments[tell ? 1 : 3].I32, (ulong)by.Position);
        return Errno.Success;
    }

    /// <summary>Reads or writes at an offset, which stays apart from the descriptor's position.</summary>
    private Errno FdAt(GuestMemory memory, NativeValue* arguments, bool write)
    {
        if (_table.Find(arguments[0].I32) is not { } by)
            return Errno.BadFileDescriptor;
        if (by.Node is null)
            return Errno.IllegalSeek;
        var offset = unchecked((long)arguments[3].I64);
        return offset < 0 ? Errno.Invalid
            : write ? FileWrite(memory, arguments, by, offset, 4, out _)
            : FileRead(memory, arguments, by, offset, 4, out _);
    }

    private Errno FdFlags(NativeValue* arguments)
    {
        if (_table.Find(arguments[0].I32) is not { } by)
            return Errno.BadFileDescriptor;
        if (by.Node is null)
            return Errno.Success;
        if (arguments[1].I32 > FileOpening.MaxFlags)
            return Errno.Invalid;
        by.Append = (arguments[1].I32 & FileOpening.Append) != 0;
        return Errno.Success;
    }

    private static Errno PrestatGet(GuestMemory memory, NativeValue* arguments, Descriptor by)
    {
        if (by.Preopened is null)
            return Errno.BadFileDescriptor;
        if (!memory.TrySlice(arguments[1].I32, 8, out var stat))
            return Errno.Fault;
        stat.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(stat[4..], by.Preopened.Length);
        return Errno.Success;
    }

    private static Errno PrestatDirName(GuestMemory memory, NativeValue* arguments, Descriptor by)
    {
        if (by.Preopened is not { } name)
            return Errno.BadFileDescriptor;
        if (arguments[2].I32 < name.Length)
            return Errno.NameTooLong;
        if (!memory.TrySlice(arguments[1].I32, (ulong)name.Length, out var bytes))
            return Errno.Fault;
        System.Text.Encoding.ASCII.GetBytes(name, bytes);
        return Errno.Success;
    }

    private static Errno SetRights(NativeValue* arguments, Descriptor by)
    {
        var (rights, inheriting) = (arguments[1].I64, arguments[2].I64);
        if ((rights & ~by.Rights) != 0 || (inheriting & ~by.Inheriting) != 0 || by.Node is null)
            return Errno.NotCapable;
        (by.Rights, by.Inheriting) = (rights, inheriting);
        return Errno.Success;
    }

    private Errno Allocate(NativeValue* arguments, Descriptor by)
    {
        if (by.File is not { } file)
            return Errno.IsDirectory;
        var (offset, length) = (arguments[1].I64, arguments[2].I64);
        if (length == 0)
            return Errno.Invalid;
        if (offset > long.MaxValue || length > long.MaxValue - offset)
            return Errno.FileTooLarge;
        if (by.Need(Rights.Allocate) is var may && may != Errno.Success)
            return may;
        return !file.Writable
            ? Errno.ReadOnly
            : (long)(offset + length) <= file.Size
            ? Errno.Success
            : Resize(file, (long)(offset + length));
    }

    private Errno SetSize(long size, Descriptor by) =>
        by.File is not { } file ? Errno.IsDirectory
        : size < 0 ? Errno.FileTooLarge
        : !file.Writable ? Errno.ReadOnly
        : by.Need(Rights.SetSize) is var may && may != Errno.Success ? may
        : Resize(file, size);

    private Errno Resize(FileNode file, long size) =>
        Charge((ulong)Math.Abs(size - file.Size)) ? file.Resize(size, _clock.Realtime) : Errno.Stop;

    private Errno SetTimes(TreeNode node, ulong accessed, ulong modified, uint which)
    {
        if (which > 15 || (which & (SetAccessed | SetAccessedNow)) == (SetAccessed | SetAccessedNow)
            || (which & (SetModified | SetModifiedNow)) == (SetModified | SetModifiedNow))
            return Errno.Invalid;
        if (!node.Writable)
            return Errno.ReadOnly;
        var now = _clock.Realtime;
        node.Accessed = (which & SetAccessedNow) != 0 ? now : (which & SetAccessed) != 0 ? accessed : node.Accessed;
        node.Modified = (which & SetModifiedNow) != 0 ? now : (which & SetModified) != 0 ? modified : node.Modified;
        node.Changed = now;
        return Errno.Success;
    }

    /// <summary>Entries as a <c>dirent</c> and the name each: as many as there is room for, the last one cut off.</summary>
    private Errno ReadDirectory(GuestMemory memory, NativeValue* arguments, Descriptor by)
    {
        if (by.Directory is not { } directory)
            return Errno.NotDirectory;
        if (by.Need(Rights.ReadDirectory) is var may && may != Errno.Success)
            return may;
        if (!memory.TrySlice(arguments[1].I32, arguments[2].I32, out var buffer) || !memory.TrySlice(arguments[4].I32, sizeof(uint), out _))
            return Errno.Fault;
        var cookie = arguments[3].I64;
        var rest = buffer;
        if (cookie < DirectoryNode.Self)
            rest = Entry(rest, DirectoryNode.Self, directory, ".");
        if (cookie < DirectoryNode.Up)
            rest = Entry(rest, DirectoryNode.Up, directory.Parent ?? directory, "..");
        foreach (var entry in directory.After(Math.Max(cookie, DirectoryNode.Up)))
        {
            if (rest.IsEmpty)
                break;
            rest = Entry(rest, entry.Cookie, entry.Node, entry.Name);
        }
        var used = (uint)(buffer.Length - rest.Length);
        if (!Charge(used + PathFuel))
            return Errno.Stop;
        _ = memory.TryWrite(arguments[4].I32, used);
        return Errno.Success;
    }

    private static Span<byte> Entry(Span<byte> rest, ulong cookie, TreeNode node, string name)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(name);
        Span<byte> head = stackalloc byte[DirentSize];
        head.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(head, cookie);
        BinaryPrimitives.WriteUInt64LittleEndian(head[8..], node.Number);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], text.Length);
        head[20] = node.Type;
        var count = Math.Min(rest.Length, DirentSize);
        head[..count].CopyTo(rest);
        rest = rest[count..];
        count = Math.Min(rest.Length, text.Length);
        text.AsSpan(0, count).CopyTo(rest);
        return rest[count..];
    }
}
