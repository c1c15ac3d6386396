using AkkaCompute.Domain;
using AkkaCompute.Domain.Execution;

namespace AkkaCompute.Sandbox.Wasm;

/// <summary>How a run was ended from inside a host function, before Wasmtime knew.</summary>
internal enum WasiEnding
{
    None,
    Exit,
    OutOfFuel,
    OutOfTime,
    Cancelled,
    OutputLimit,
    HostFault,

    /// <summary>A start section called the host, which does not know the memory yet.</summary>
    InStart,
}

/// <summary>
/// WASI preview 1 for one run, in memory: standard input, output and error, the task's own clock and randomness, and nothing else.
/// Host bytes are charged as fuel, so that no call is cheaper for the guest than for us.
/// </summary>
internal sealed unsafe partial class WasiHost
{
    /// <summary>Buffers of one read or write; as IOV_MAX on Linux.</summary>
    private const uint MaxVectors = 1024;

    private const int VectorSize = 8;

    private readonly OutputBuffer _output = new();
    private readonly OutputBuffer _stderr = new();
    private ReadOnlyMemory<byte> _input;
    private int _inputPosition;
    private int _openDescriptors;
    private TaskClock _clock;
    private nint _context;
    private NativeMemory _memory;
    private bool _hasMemory;

    /// <summary>Set when a host function returned <see cref="Errno.Stop"/>.</summary>
    public WasiEnding Ending { get; set; }

    /// <summary>With <see cref="WasiEnding.Exit"/>.</summary>
    public int ExitCode { get; private set; }

    /// <summary>With <see cref="WasiEnding.HostFault"/>.</summary>
    public Exception? Fault { get; set; }

    public byte[] Output => _output.ToArray();
    public byte[] Stderr => StderrTail.Cut(_stderr.Tail(out var dropped), dropped);

    public void Begin(Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, nint context)
    {
        _output.Reset(limits.OutputBytes);
        _stderr.Reset(limits.StderrBytes);
        (_input, _inputPosition, _openDescriptors) = (input, 0, 0b111);
        (_clock, _context, _hasMemory) = (new TaskClock(seed), context, false);
        (Ending, ExitCode, Fault) = (WasiEnding.None, 0, null);
    }

    /// <summary>
    /// From here on the guest's memory is known. A start section runs before: what it writes can't be read there by a host in JavaScript,
    /// so that no host of ours does, and the run ends.
    /// </summary>
    public void SetMemory(NativeMemory memory) => (_memory, _hasMemory) = (memory, true);

    /// <summary>Lets go of the input.</summary>
    public void End() => _input = default;

    /// <summary>One call by the guest.</summary>
    public Errno Call(in WasiFunction function, NativeValue* arguments)
    {
        if (function.Call == WasiCall.ProcExit)
        {
            (Ending, ExitCode) = (WasiEnding.Exit, unchecked((int)arguments[0].I32));
            return Errno.Stop;
        }
        if (!_hasMemory)
        {
            Ending = WasiEnding.InStart;
            return Errno.Stop;
        }
        GuestMemory memory;
        fixed (NativeMemory* handle = &_memory)
            memory = new(Native.wasmtime_memory_data(_context, handle), Native.wasmtime_memory_data_size(_context, handle));
        return function.Call switch
        {
            WasiCall.ArgsGet => ArgsGet(memory, arguments),
            WasiCall.ArgsSizesGet => Sizes(memory, arguments, 1, (uint)Name.Length),
            WasiCall.EnvironGet => Errno.Success,
            WasiCall.EnvironSizesGet => Sizes(memory, arguments, 0, 0),
            WasiCall.ClockResGet => ClockResGet(memory, arguments),
            WasiCall.ClockTimeGet => ClockTimeGet(memory, arguments),
            WasiCall.RandomGet => RandomGet(memory, arguments),
            WasiCall.PollOneoff => PollOneoff(memory, arguments),
            WasiCall.FdRead => FdRead(memory, arguments),
            WasiCall.FdWrite => FdWrite(memory, arguments),
            WasiCall.FdFdstatGet => FdFdstatGet(memory, arguments),
            WasiCall.FdFilestatGet => FdFilestatGet(memory, arguments),
            WasiCall.FdClose => FdClose(arguments[0].I32),
            WasiCall.FdSeek => IsOpen(arguments[0].I32) ? Errno.IllegalSeek : Errno.BadFileDescriptor,
            WasiCall.FdNoEffect => IsOpen(arguments[0].I32) ? Errno.Success : Errno.BadFileDescriptor,
            WasiCall.SchedYield => Errno.Success,
            WasiCall.ProcRaise => Errno.NotSupported,
            _ => IsOpen(arguments[function.Descriptor].I32) ? Errno.NotCapable : Errno.BadFileDescriptor,
        };
    }

    private bool IsOpen(uint descriptor) => descriptor < 3 && (_openDescriptors & (1 << (int)descriptor)) != 0;

    private Errno FdClose(uint descriptor)
    {
        if (!IsOpen(descriptor))
            return Errno.BadFileDescriptor;
        _openDescriptors &= ~(1 << (int)descriptor);
        return Errno.Success;
    }

    /// <summary>Takes fuel for work that the host does for the guest.</summary>
    private bool Charge(ulong units)
    {
        ulong fuel;
        Native.wasmtime_context_get_fuel(_context, &fuel);
        var enough = units <= fuel;
        Native.wasmtime_context_set_fuel(_context, enough ? fuel - units : 0);
        if (!enough)
            Ending = WasiEnding.OutOfFuel;
        return enough;
    }
}
