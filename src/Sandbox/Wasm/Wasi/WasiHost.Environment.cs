using System.Buffers.Binary;
using AkkaCompute.Sandbox.Files;
using AkkaCompute.Sandbox.Wasm.CApi;

namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>Arguments, environment, clock, randomness and waiting.</summary>
internal sealed unsafe partial class WasiHost
{
    private const uint ClockRealtime = 0, LastClock = 3;
    private const int SubscriptionSize = 48, EventSize = 32;
    private const uint MaxSubscriptions = 1024;
    private const byte SubscribeClock = 0, SubscribeRead = 1, SubscribeWrite = 2;
    private const ushort AbsoluteTime = 1;

    /// <summary>argv of a module by itself.</summary>
    private static readonly byte[][] Bare = ["task\0"u8.ToArray()];

    private static Errno Sizes(GuestMemory memory, NativeValue* arguments, IReadOnlyList<byte[]> texts) =>
        memory.TryWrite(arguments[0].I32, (uint)texts.Count) && memory.TryWrite(arguments[1].I32, (uint)texts.Sum(text => text.Length))
            ? Errno.Success : Errno.Fault;

    /// <summary>The texts one after the other, and their addresses.</summary>
    private Errno Texts(GuestMemory memory, NativeValue* arguments, IReadOnlyList<byte[]> texts)
    {
        if (texts.Count == 0)
            return Errno.Success;
        var (list, at, size) = (arguments[0].I32, arguments[1].I32, (ulong)texts.Sum(text => (long)text.Length));
        if (!memory.TrySlice(at, size, out var bytes) || !memory.TrySlice(list, sizeof(uint) * (ulong)texts.Count, out _))
            return Errno.Fault;
        if (_setup is not null && !Charge(size + sizeof(uint) * (ulong)texts.Count))
            return Errno.Stop;
        foreach (var text in texts)
        {
            _ = memory.TryWrite(list, at);
            text.CopyTo(bytes);
            bytes = bytes[text.Length..];
            (list, at) = (list + sizeof(uint), at + (uint)text.Length);
        }
        return Errno.Success;
    }

    private static Errno ClockResGet(GuestMemory memory, NativeValue* arguments) =>
        arguments[0].I32 > LastClock ? Errno.Invalid
        : memory.TryWrite(arguments[1].I32, TaskClock.Step) ? Errno.Success : Errno.Fault;

    private Errno ClockTimeGet(GuestMemory memory, NativeValue* arguments)
    {
        var clock = arguments[0].I32;
        if (clock > LastClock)
            return Errno.Invalid;
        if (!memory.TryWrite(arguments[2].I32, clock == ClockRealtime ? _clock.Realtime : _clock.Now))
            return Errno.Fault;
        _clock.Tick();
        return Errno.Success;
    }

    private Errno RandomGet(GuestMemory memory, NativeValue* arguments)
    {
        if (!memory.TrySlice(arguments[0].I32, arguments[1].I32, out var bytes))
            return Errno.Fault;
        if (!Charge((ulong)bytes.Length))
            return Errno.Stop;
        _clock.Fill(bytes);
        return Errno.Success;
    }

    /// <summary>
    /// Streams are always ready. Where only clocks are waited for, no time passes but the task's own: it moves to the earliest timeout.
    /// </summary>
    private Errno PollOneoff(GuestMemory memory, NativeValue* arguments)
    {
        var count = arguments[2].I32;
        if (count is 0 or > MaxSubscriptions)
            return Errno.Invalid;
        if (!memory.TrySlice(arguments[0].I32, count * (ulong)SubscriptionSize, out var guestSubscriptions)
            || !memory.TrySlice(arguments[1].I32, count * (ulong)EventSize, out var events)
            || !memory.TrySlice(arguments[3].I32, sizeof(uint), out _))
            return Errno.Fault;
        if (!Charge(count * (ulong)(SubscriptionSize + EventSize)))
            return Errno.Stop;
        // The guest may let both lists overlap.
        ReadOnlySpan<byte> subscriptions = guestSubscriptions.ToArray();

        var (earliest, streams) = (ulong.MaxValue, false);
        for (var rest = subscriptions; rest.Length > 0; rest = rest[SubscriptionSize..])
        {
            if (rest[8] > SubscribeWrite || (rest[8] == SubscribeClock && BinaryPrimitives.ReadUInt32LittleEndian(rest[16..]) > LastClock))
                return Errno.Invalid;
            if (rest[8] == SubscribeClock)
                earliest = Math.Min(earliest, Remaining(rest));
            else
                streams = true;
        }
        uint written = 0;
        for (var rest = subscriptions; rest.Length > 0; rest = rest[SubscriptionSize..])
        {
            var due = rest[8] != SubscribeClock || Remaining(rest) <= (streams ? 0 : earliest);
            if (!due)
                continue;
            WriteEvent(events.Slice((int)written * EventSize, EventSize), rest);
            written++;
        }
        if (!streams)
            _clock.Advance(earliest);
        _ = memory.TryWrite(arguments[3].I32, written);
        return Errno.Success;
    }

    private ulong Remaining(ReadOnlySpan<byte> subscription)
    {
        var timeout = BinaryPrimitives.ReadUInt64LittleEndian(subscription[24..]);
        if ((BinaryPrimitives.ReadUInt16LittleEndian(subscription[40..]) & AbsoluteTime) == 0)
            return timeout;
        var now = BinaryPrimitives.ReadUInt32LittleEndian(subscription[16..]) == ClockRealtime ? _clock.Realtime : _clock.Now;
        return timeout > now ? timeout - now : 0;
    }

    private void WriteEvent(Span<byte> destination, ReadOnlySpan<byte> subscription)
    {
        destination.Clear();
        subscription[..8].CopyTo(destination);
        destination[10] = subscription[8];
        if (subscription[8] == SubscribeClock)
            return;
        var descriptor = BinaryPrimitives.ReadUInt32LittleEndian(subscription[16..]);
        var by = _table.Find(descriptor);
        if (by is null || (by.Node is null && (by.Stream == StandardInput) != (subscription[8] == SubscribeRead)))
            BinaryPrimitives.WriteUInt16LittleEndian(destination[8..], (ushort)Errno.BadFileDescriptor);
        else if (by.Node is { } node)
            BinaryPrimitives.WriteInt64LittleEndian(
                destination[16..], subscription[8] == SubscribeRead ? Math.Max(0, node.Size - by.Position) : 0);
        else if (by.Stream == StandardInput)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], (ulong)(_input.Length - _inputPosition));
    }
}
