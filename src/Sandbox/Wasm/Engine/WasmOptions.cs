using AkkaCompute.Sandbox.Runtimes;

namespace AkkaCompute.Sandbox.Wasm.Engine;

/// <summary>
/// What the operator of a worker decides about wasm: the machine's share, not the task's
/// (<see cref="Domain.Work.Limits"/> come with each task and have no defaults).
/// </summary>
public sealed record WasmOptions
{
    /// <summary>The most <see cref="Slots"/>: they reserve address space.</summary>
    public const int MaxSlots = 1000;

    /// <summary>
    /// Tasks that run at once; more wait. Each slot reserves address space (not memory) of about 6 GB.
    /// Twice the cores by default, so that a slot that is being cleaned never makes a core wait.
    /// </summary>
    public int Slots { get; init; } = 2 * Environment.ProcessorCount;

    /// <summary>
    /// The largest linear memory that a task may be given, whatever its limits say, in bytes.
    /// 1 GB by default: the worst case of a machine is this times the tasks at once.
    /// </summary>
    public long MaxMemoryBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Bytes of a slot's memory that stay resident between tasks and are cleared by hand, which is cheaper than giving pages back and
    /// does not take the process's lock (measured, a task that touches 1 MB: 20 µs with 1 MB kept, 325 µs with 256 KB). 2 MB by default.
    /// </summary>
    public int KeepResidentBytes { get; init; } = 2 << 20;

    /// <summary>
    /// The largest module, in bytes. 4 MB by default: C and Rust programs have 20 KB to 2 MB, and what compiling costs grows with the size.
    /// </summary>
    public int MaxModuleBytes { get; init; } = 4 << 20;

    /// <summary>
    /// Processor time for compiling one unknown module, more than 0. 10 s by default: an honest module of 1 MB takes about 1 s, a hostile
    /// one of 50 KB 4 s, of 200 KB 25 s. On a busy machine it may last six times as long.
    /// </summary>
    public TimeSpan CompileTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Resident memory of the compiling child process, in bytes. 1 GB by default: hostile modules of 200 KB ask for 3 GB.
    /// </summary>
    public long CompileMemoryBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Child processes that compile at once, 1 or more. 2 by default: so that the slow module of one boss keeps no other boss waiting.
    /// Their memory, times <see cref="CompileMemoryBytes"/>, is the worst case of compiling.
    /// </summary>
    public int Compilers { get; init; } = 2;

    /// <summary>
    /// The largest compiled form, in bytes. 64 MB by default: it has about four times the size of the module, hostile ones more.
    /// </summary>
    public int MaxCompiledBytes { get; init; } = 64 << 20;

    /// <summary>
    /// A program that compiles as <see cref="CompilingChild"/> does; null, as by default, for this library by a dotnet host, which must
    /// then be on the machine.
    /// </summary>
    public string? CompilerProgram { get; init; }

    /// <summary>
    /// A private directory for compiled modules, made with access for its owner alone; null keeps them in memory only.
    /// Whoever may write here can run any code as this user, as with the program's own files.
    /// </summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Compiled modules kept on disk, in bytes; the least recently used go first. 1 GB by default.</summary>
    public long CacheBytes { get; init; } = 1L << 30;

    /// <summary>Modules kept ready in memory; the least recently used go first. 64 by default.</summary>
    public int LoadedModules { get; init; } = 64;

    /// <summary>
    /// Compiled code of the modules in memory, in bytes. 256 MB by default: a handful of the largest, hundreds of the usual ones.
    /// </summary>
    public long LoadedBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Files of programs kept in memory, in bytes; the least recently used go first. 256 MB by default. No program may have more.
    /// </summary>
    public long FileCacheBytes { get; init; } = 256L << 20;

    /// <summary>
    /// How long a module that did not compile in time on a busy machine is refused without another try, 0 or more. 1 minute by default.
    /// What took too much processor time or memory is refused for good.
    /// </summary>
    public TimeSpan RetryCompileAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Refused modules that are remembered, 1 or more; some hundred bytes each. 10,000 by default; the oldest are forgotten.
    /// </summary>
    public int RememberedRefusals { get; init; } = 10_000;

    /// <summary>
    /// Modules that the operator approved: scripts run on them. None by default. They stay in memory beside <see cref="LoadedBytes"/>.
    /// </summary>
    public IReadOnlyList<RuntimeModule> Runtimes { get; init; } = [];

    /// <summary>Processor time for compiling a runtime. 10 minutes by default: the largest that we know takes one.</summary>
    public TimeSpan RuntimeCompileTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Resident memory of the process that compiles a runtime, in bytes. 3 GB by default.</summary>
    public long RuntimeCompileMemoryBytes { get; init; } = 3L << 30;

    /// <summary>The largest compiled form of a runtime, in bytes. 512 MB by default.</summary>
    public int MaxRuntimeCompiledBytes { get; init; } = 512 << 20;

    /// <summary>The same with what holds for compiling runtimes, one at a time.</summary>
    internal WasmOptions ForRuntimes => this with
    {
        MaxModuleBytes = RuntimeModule.MaxBytes,
        CompileTime = RuntimeCompileTime,
        CompileMemoryBytes = RuntimeCompileMemoryBytes,
        MaxCompiledBytes = MaxRuntimeCompiledBytes,
        Compilers = 1,
    };

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting has no sense; the message names it.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Slots, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Slots, MaxSlots);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMemoryBytes, 1 << 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMemoryBytes, 1L << 32);
        ArgumentOutOfRangeException.ThrowIfNegative(KeepResidentBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxModuleBytes, 8);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CompileTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(CompileMemoryBytes, 64 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(Compilers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxCompiledBytes, 1 << 16);
        ArgumentOutOfRangeException.ThrowIfNegative(CacheBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(LoadedModules, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LoadedBytes, MaxCompiledBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(FileCacheBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryCompileAfter, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RememberedRefusals, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RuntimeCompileTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RuntimeCompileMemoryBytes, 64 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRuntimeCompiledBytes, 1 << 16);
    }
}
