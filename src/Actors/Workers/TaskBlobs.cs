using AkkaCompute.Actors.Blobs;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// Brings the large inputs of tasks that run on this node, and keeps their large outputs: what a result names is in the store before the
/// result is signed.
/// </summary>
/// <param name="cache">Reads inputs.</param>
/// <param name="quota">What is kept for one boss, and in all.</param>
public sealed class TaskBlobs(BlobCache cache, IBlobStore store, BlobQuota quota)
{
    /// <summary>The bytes of a task's input.</summary>
    /// <param name="index">The task's place in the bundle.</param>
    /// <exception cref="InvalidDataException">The blob that it is can't be had here: the text says why.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> InputAsync(JobProtocol.Assign assign, int index, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(assign);
        var input = TaskInput.Read(assign.Inputs[index], assign.HasBlobs);
        if (input.Blob is not { } blob)
            return input.Bytes;
        if (await cache.GetAsync(blob.Hash, cancel).ConfigureAwait(false) is not { } bytes)
            throw new InvalidDataException($"The input of task {assign.FirstTask + index} is {blob}, which is not in this worker's store.");
        return bytes.Length == blob.Size ? bytes
            : throw new InvalidDataException($"The input of task {assign.FirstTask + index} is {blob}, but it has {bytes.Length} bytes.");
    }

    /// <summary>A result that fits a message: what is large in it is put as blobs, in the name of the job's boss.</summary>
    public async ValueTask<TaskResult> KeepAsync(JobProtocol.Assign assign, TaskResult result, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(assign);
        ArgumentNullException.ThrowIfNull(result);
        var (named, large) = result.Split();
        foreach (var bytes in large)
        {
            if (await PutAsync(assign, bytes, result, cancel).ConfigureAwait(false) is { } noRoom)
                return noRoom;
        }
        return named;
    }

    /// <summary>Puts bytes in the name of the job's boss, for as long as the job is open.</summary>
    /// <returns>What the result is where there is no room; null where they are put.</returns>
    public async ValueTask<TaskResult?> PutAsync(
        JobProtocol.Assign assign, ReadOnlyMemory<byte> bytes, TaskResult result, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(assign);
        ArgumentNullException.ThrowIfNull(result);
        // A node that does not say the boss yet: then it is the worker's.
        var put = assign.Boss is { } boss
            ? await store.PutAsync(boss, assign.JobId, bytes, quota, cancel).ConfigureAwait(false)
            : await store.PutAsync(assign.Worker, bytes, quota, cancel).ConfigureAwait(false);
        return put == BlobPut.Stored ? null : NoRoom(put, bytes.Length, result);
    }

    /// <summary>Some bytes of a blob; null where the store does not have them. Whether they are the right ones is for the caller.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> PartAsync(BlobRef blob, int offset, int count, CancellationToken cancel) =>
        offset + (long)count <= blob.Size
        && await store.ReadAsync(blob.Hash, offset, count, cancel).ConfigureAwait(false) is { Bytes: var bytes } && bytes.Length == count
            ? bytes : (ReadOnlyMemory<byte>?)null; // a bare null would be an empty one

    // What is the boss's is so at each worker: the task ends. A full store says nothing about the task: another worker may have room.
    private TaskResult NoRoom(BlobPut put, int bytes, TaskResult result) => put == BlobPut.BossFull
        ? TaskResult.None(
            NoResultReason.OutputLimit,
            $"There is no room for {bytes} bytes of output: the blobs that open jobs of this boss need take most of the {quota.PerBoss} "
            + "bytes that it may have.",
            result.Fuel, result.Elapsed)
        : TaskResult.None(
            NoResultReason.WorkerFault,
            $"This worker has no room for {bytes} bytes of output: the blobs in use take the {quota.Total} bytes that there are.",
            result.Fuel, result.Elapsed);
}
