using System.Buffers.Binary;
using AkkaCompute.Sandbox.Files;
using AkkaCompute.Sandbox.Wasm.CApi;

namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>What takes a path.</summary>
internal sealed unsafe partial class WasiHost
{
    /// <summary>
    /// Fuel of each call that walks a path or a directory, and of each entry below a directory that is moved; the bytes of paths are added.
    /// </summary>
    private const ulong PathFuel = 256;

    private Errno CallPath(WasiCall call, GuestMemory memory, NativeValue* arguments, Descriptor by) => call switch
    {
        WasiCall.PathOpen => PathOpen(memory, arguments, by),
        WasiCall.PathStat => PathStat(memory, arguments, by),
        WasiCall.PathSetTimes => PathSetTimes(memory, arguments, by),
        WasiCall.PathCreateDirectory =>
            Walk(memory, arguments, 1, by, Rights.CreateDirectory, out var at) is var error && error != Errno.Success
            ? error : _tree!.CreateDirectory(at, _clock.Realtime),
        WasiCall.PathRemoveDirectory =>
            Walk(memory, arguments, 1, by, Rights.RemoveDirectory, out var at) is var error && error != Errno.Success
            ? error : _tree!.RemoveDirectory(at, _clock.Realtime),
        WasiCall.PathUnlink => Walk(memory, arguments, 1, by, Rights.Unlink, out var at) is var error && error != Errno.Success
            ? error : _tree!.Unlink(at, _clock.Realtime),
        WasiCall.PathRename => PathRename(memory, arguments, by),
        WasiCall.PathReadLink => Walk(memory, arguments, 1, by, 0, out var at) is var error && error != Errno.Success
            ? error : at.Node is null ? Errno.NoEntry : Errno.Invalid, // nothing is a link
        _ => Errno.NotSupported, // links
    };

    /// <summary>Reads the path at an argument and goes there.</summary>
    private Errno Walk(GuestMemory memory, NativeValue* arguments, int pathAt, Descriptor by, ulong right, out PathWalk at)
    {
        at = default;
        if (!memory.TrySlice(arguments[pathAt].I32, arguments[pathAt + 1].I32, out var path))
            return Errno.Fault;
        if (!Charge(PathFuel + (ulong)path.Length))
            return Errno.Stop;
        if (by.Directory is not { } directory)
            return Errno.NotDirectory;
        var may = by.Need(right);
        return may != Errno.Success ? may : PathWalk.Find(directory, path, _tree!.Quota, out at);
    }

    private Errno PathOpen(GuestMemory memory, NativeValue* arguments, Descriptor by)
    {
        if (!memory.TrySlice(arguments[8].I32, sizeof(uint), out _))
            return Errno.Fault;
        var (how, flags) = (arguments[4].I32, arguments[7].I32);
        if (how > FileOpening.MaxOpenFlags || flags > FileOpening.MaxFlags)
            return Errno.Invalid;
        var error = Walk(memory, arguments, 2, by, Rights.Open, out var at);
        if (error != Errno.Success)
            return error;
        if (_table.IsFull)
            return _table.Refuse();
        error = FileOpening.Open(
            _tree!, by, at, (OpenFlags)how, arguments[5].I64, arguments[6].I64, (flags & FileOpening.Append) != 0, _clock.Realtime,
            out var opened);
        if (error != Errno.Success)
            return error;
        _ = memory.TryWrite(arguments[8].I32, _table.Add(opened!));
        return Errno.Success;
    }

    private Errno PathStat(GuestMemory memory, NativeValue* arguments, Descriptor by)
    {
        if (!memory.TrySlice(arguments[4].I32, StatSize, out var stat))
            return Errno.Fault;
        var error = Walk(memory, arguments, 2, by, Rights.PathStat, out var at);
        if (error != Errno.Success)
            return error;
        if (at.Node is null)
            return Errno.NoEntry;
        WriteStat(stat, at.Node);
        return Errno.Success;
    }

    private Errno PathSetTimes(GuestMemory memory, NativeValue* arguments, Descriptor by)
    {
        var error = Walk(memory, arguments, 2, by, Rights.PathSetTimes, out var at);
        return error != Errno.Success ? error
            : at.Node is null ? Errno.NoEntry
            : SetTimes(at.Node, arguments[4].I64, arguments[5].I64, arguments[6].I32);
    }

    private Errno PathRename(GuestMemory memory, NativeValue* arguments, Descriptor by)
    {
        if (_table.Find(arguments[3].I32) is not { } target)
            return Errno.BadFileDescriptor;
        var error = Walk(memory, arguments, 1, by, Rights.RenameSource, out var from);
        if (error != Errno.Success)
            return error;
        error = Walk(memory, arguments, 4, target, Rights.RenameTarget, out var to);
        if (error != Errno.Success)
            return error;
        return from.Node is DirectoryNode moved && !Charge(PathFuel * (ulong)FileTree.CountBelow(moved))
            ? Errno.Stop : _tree!.Rename(from, to, _clock.Realtime);
    }

    private static void WriteStat(Span<byte> stat, TreeNode node)
    {
        stat.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(stat, 1); // the device
        BinaryPrimitives.WriteUInt64LittleEndian(stat[8..], node.Number);
        stat[16] = node.Type;
        BinaryPrimitives.WriteUInt64LittleEndian(stat[24..], node is FileNode { Linked: false } ? 0ul : 1ul);
        BinaryPrimitives.WriteInt64LittleEndian(stat[32..], node.Size);
        BinaryPrimitives.WriteUInt64LittleEndian(stat[40..], node.Accessed);
        BinaryPrimitives.WriteUInt64LittleEndian(stat[48..], node.Modified);
        BinaryPrimitives.WriteUInt64LittleEndian(stat[56..], node.Changed);
    }
}
