using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Files;
using AkkaCompute.Sandbox.Running;
using AkkaCompute.Sandbox.Wasm.CApi;

namespace AkkaCompute.Sandbox.Wasm.Wasi;

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
    private DescriptorTable _table = null!;
    private FileTree? _tree;
    private GuestSetup? _setup;
    private TaskClock _clock;
    private nint _context;
    private NativeMemory _memory;

    /// <summary>The module's own fuel and end.</summary>
    public AdmittedState State { get; private set; }

    /// <summary>Set when a host function returned <see cref="Errno.Stop"/>.</summary>
    public WasiEnding Ending { get; set; }

    /// <summary>The exit code, with <see cref="WasiEnding.Exit"/>.</summary>
    public int ExitCode { get; private set; }

    /// <summary>What went wrong, with <see cref="WasiEnding.HostFault"/>.</summary>
    public Exception? Fault { get; set; }

    public byte[] Output => _output.ToArray();
    public byte[] Stderr => StderrTail.Cut(_stderr.Tail(out var dropped), dropped);

    /// <summary>
    /// The files in <c>/out</c> as <see cref="OutFiles"/> writes them, and before them the fuel where the program compares it;
    /// <c>null</c> where they and the output are over the limit.
    /// </summary>
    /// <param name="fuel">Fuel used.</param>
    public byte[]? Listing(int outputBytes, long fuel)
    {
        if (_tree is null)
            return [];
        var files = _tree.Collect();
        var record = _setup!.ComparesFuel ? OutFiles.FuelRecord(fuel) : [];
        if (files.Sum(file => OutFiles.SizeOf(file.Key, file.Value.Length)) > outputBytes - _output.Length - record.Length)
            return null;
        var listing = OutFiles.Write([.. files.Select(file => new OutFile(file.Key, file.Value))]);
        return record.Length == 0 ? listing : [.. record, .. listing];
    }

    /// <summary>The limit of the file system that was reached, with its value.</summary>
    public string? FileLimit => _tree?.Quota.Reached;

    /// <param name="setup">Arguments, environment and files; <c>null</c>: none.</param>
    public void Begin(Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, nint context, GuestSetup? setup)
    {
        _output.Reset(limits.OutputBytes);
        _stderr.Reset(limits.StderrBytes);
        (_input, _inputPosition, _setup, _tree) = (input, 0, setup, setup?.Tree);
        _table = DescriptorTable.Begin(_tree);
        (_clock, _context, State) = (new TaskClock(seed), context, default);
        (Ending, ExitCode, Fault) = (WasiEnding.None, 0, null);
    }

    /// <summary>The instance is made; nothing of it has run.</summary>
    public void Enter(NativeMemory memory, AdmittedState state) => (_memory, State) = (memory, state);

    /// <summary>Lets go of the input and the files.</summary>
    public void End() => (_input, _setup, _tree, _table) = (default, null, null, null!);

    /// <summary>One call by the guest.</summary>
    public Errno Call(in WasiFunction function, NativeValue* arguments)
    {
        if (function.Call == WasiCall.ProcExit)
        {
            (Ending, ExitCode) = (WasiEnding.Exit, unchecked((int)arguments[0].I32));
            return Errno.Stop;
        }
        if (State.Fuel < 0)
        {
            Ending = WasiEnding.OutOfFuel;
            return Errno.Stop;
        }
        GuestMemory memory;
        fixed (NativeMemory* handle = &_memory)
            memory = new(Native.wasmtime_memory_data(_context, handle), Native.wasmtime_memory_data_size(_context, handle));
        return function.Call switch
        {
            WasiCall.ArgsGet => Texts(memory, arguments, _setup?.Arguments ?? Bare),
            WasiCall.ArgsSizesGet => Sizes(memory, arguments, _setup?.Arguments ?? Bare),
            WasiCall.EnvironGet => Texts(memory, arguments, _setup?.Environment ?? []),
            WasiCall.EnvironSizesGet => Sizes(memory, arguments, _setup?.Environment ?? []),
            WasiCall.ClockResGet => ClockResGet(memory, arguments),
            WasiCall.ClockTimeGet => ClockTimeGet(memory, arguments),
            WasiCall.RandomGet => RandomGet(memory, arguments),
            WasiCall.PollOneoff => PollOneoff(memory, arguments),
            WasiCall.FdRead => FdRead(memory, arguments),
            WasiCall.FdWrite => FdWrite(memory, arguments),
            WasiCall.FdFdstatGet => FdFdstatGet(memory, arguments),
            WasiCall.FdFilestatGet => FdFilestatGet(memory, arguments),
            WasiCall.FdClose => _table.Close(arguments[0].I32),
            WasiCall.FdSeek => FdSeek(memory, arguments, tell: false),
            WasiCall.FdTell => FdSeek(memory, arguments, tell: true),
            WasiCall.FdPread => FdAt(memory, arguments, write: false),
            WasiCall.FdPwrite => FdAt(memory, arguments, write: true),
            WasiCall.FdFlags => FdFlags(arguments),
            WasiCall.FdNoEffect => _table.Find(arguments[0].I32) is not null ? Errno.Success : Errno.BadFileDescriptor,
            WasiCall.SchedYield => Errno.Success,
            WasiCall.ProcRaise => Errno.NotSupported,
            _ => CallFile(function.Call, memory, arguments, function.Descriptor),
        };
    }

    /// <summary>Takes fuel for work that the host does for the guest.</summary>
    private bool Charge(ulong units)
    {
        var fuel = State.Fuel;
        var enough = units <= (ulong)fuel;
        State.SetFuel(enough ? fuel - (long)units : 0);
        if (!enough)
            Ending = WasiEnding.OutOfFuel;
        return enough;
    }
}
