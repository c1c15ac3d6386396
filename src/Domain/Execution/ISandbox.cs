using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Domain.Execution;

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
}

/// <summary>Bytes named by their SHA-256: payload modules.</summary>
public interface IBlobStore
{
    /// <summary>Some bytes of a blob and how many it has; null where it is not there.</summary>
    /// <param name="offset">Where to begin: within the blob.</param>
    /// <param name="count">How many at the most.</param>
    async ValueTask<BlobPart?> ReadAsync(Hash256 hash, int offset, int count, CancellationToken cancel) =>
        await GetAsync(hash, cancel) is { } bytes
            ? new BlobPart(bytes.Length, bytes.Slice(Math.Min(offset, bytes.Length), Math.Clamp(bytes.Length - offset, 0, count)))
            : null;

    /// <summary>Records that a job needs a blob: it is kept as long as the record is. False where the blob is not there.</summary>
    ValueTask<bool> ReferAsync(Hash256 hash, JobId job, CancellationToken cancel) => ContainsAsync(hash, cancel);

    /// <summary>Drops the records of a job that is not there any more.</summary>
    ValueTask UnreferAsync(JobId job, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>Drops the blobs that no job refers to and that nobody has put since then; returns how many. A store may keep all.</summary>
    ValueTask<int> CollectAsync(DateTimeOffset unusedSince, CancellationToken cancel) => new(0);

    /// <summary>The bytes of a blob, or null where it is not there.</summary>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel);

    /// <summary>Whether a blob is there.</summary>
    ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel);

    /// <summary>Keeps bytes under their hash; durable when it returns. Putting them again changes nothing.</summary>
    ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);
}

/// <summary>A part of a blob.</summary>
/// <param name="Size">Bytes of the whole blob.</param>
public sealed record BlobPart(int Size, ReadOnlyMemory<byte> Bytes);

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
