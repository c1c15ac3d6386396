using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Domain.Work;

/// <summary>Runs payloads that nobody vouches for.</summary>
public interface ISandbox
{
    /// <summary>What this sandbox can run, in the words of <see cref="Payload.Capability"/>.</summary>
    IReadOnlyCollection<string> Capabilities { get; }

    /// <summary>
    /// Runs one task. Called from a slot's thread, on as many threads at once as there are slots; it may block that thread.
    /// Foreign code never makes it throw: whatever happens is a <see cref="TaskResult"/>.
    /// </summary>
    /// <param name="payload">What to run.</param>
    /// <param name="seed">Fixes clock and randomness, so that every worker shows the task the same ones.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="cancel">The task is wanted no more: the run ends soon, with any result.</param>
    ValueTask<TaskResult> RunAsync(Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel);

    /// <summary>
    /// Whether a task of this payload begins at once, or is refused at once: nothing of it must be loaded or compiled before.
    /// </summary>
    bool IsReady(Payload payload) => true;

    /// <summary>Makes a payload ready by what is cheap: memory and the machine's own disk. False: it must be compiled.</summary>
    ValueTask<bool> LoadAsync(Payload payload, CancellationToken cancel) => new(true);

    /// <summary>
    /// Makes a payload ready by what costs much, or finds out for all its tasks that it is refused. Not for a slot's thread.
    /// </summary>
    ValueTask<Compilation> CompileAsync(Payload payload, CancellationToken cancel) => new(new Compilation(TimeSpan.Zero, null));
}

/// <summary>What became of compiling a payload.</summary>
/// <param name="Burnt">Processor time that it took.</param>
/// <param name="Fault">
/// Why this worker could not find out: nothing is known of the payload. <c>null</c> means that it is ready, or refused.
/// </param>
public sealed record Compilation(TimeSpan Burnt, string? Fault);

/// <summary>
/// A function that runs natively on the workers whose operator installed it: trusted and fast, not sandboxed.
/// The same input must give the same output on every machine.
/// </summary>
public interface IKernel
{
    /// <summary>Letters, digits, '.', '-' and '_'; at most 64.</summary>
    string Name { get; }

    /// <summary>Raised whenever the output for some input changes. 1 or more.</summary>
    int Version { get; }

    /// <summary>Computes the output of one task. May be called from several threads at once.</summary>
    /// <exception cref="KernelException">The task fails, with this exit code and text as standard error.</exception>
    ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> input, CancellationToken cancel);
}

/// <summary>A kernel's way to fail a task on purpose.</summary>
public sealed class KernelException(int exitCode, string message) : Exception(message)
{
    /// <summary>The exit code that the boss sees; not 0.</summary>
    public int ExitCode { get; } = exitCode;
}
