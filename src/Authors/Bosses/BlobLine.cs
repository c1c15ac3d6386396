using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Authors.Bosses;

/// <summary>Brings bytes that are too many for a message to the network, and back.</summary>
/// <param name="sign">Signs a part of an upload in the name of the key whose quota it is.</param>
/// <param name="get">Gets a blob. What comes is checked here.</param>
public sealed class BlobLine(
    IBossLine line, Func<BlobProtocol.PutChunk, BlobProtocol.PutChunk> sign,
    Func<BlobRef, CancellationToken, Task<ReadOnlyMemory<byte>>> get)
{
    /// <summary>Puts bytes, in parts of <see cref="BlobProtocol.ChunkBytes"/>; putting them again changes nothing.</summary>
    /// <returns>Their name.</returns>
    public async Task<BlobRef> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var blob = BlobRef.Of(bytes.Span);
        for (long offset = 0; ;)
        {
            var chunk = bytes.Slice((int)offset, Math.Min(BlobProtocol.ChunkBytes, bytes.Length - (int)offset));
            var reply = await line.AskAsync<IWire>(sign(new BlobProtocol.PutChunk(blob.Hash, bytes.Length, offset, chunk)), cancel);
            if (reply is BlobProtocol.BlobStored)
                return blob;
            offset = reply is BlobProtocol.ChunkTaken taken && taken.Next < bytes.Length
                ? taken.Next
                : throw new InvalidDataException($"{nameof(BlobProtocol.PutChunk)} was answered by {reply.GetType().Name}.");
        }
    }

    /// <summary>Puts a task's input that is larger than <see cref="Pager.MaxBytes"/>.</summary>
    /// <param name="task">Its index.</param>
    /// <exception cref="Exception"><see cref="IBossLine.Refusal"/>: it is larger than nodes take, or this boss has its quota in
    /// use.</exception>
    /// <returns>The input as it stands in a page.</returns>
    public async Task<TaskInput> PutInputAsync(long task, ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        try
        {
            return new TaskInput(default, await PutAsync(input, cancel));
        }
        catch (Exception refused) when (line.ReasonOf(refused) is { } reason)
        {
            throw line.Refusal(new Refused(reason, $"Inputs[{task}]: {refused.Message}"));
        }
    }

    /// <summary>The outcome with its bytes, wherever they were.</summary>
    /// <exception cref="InvalidDataException">What came does not have the hash that was agreed on.</exception>
    public async ValueTask<Outcome> FetchAsync(Outcome outcome, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.OutputBlob is { } output)
            outcome = outcome with { Output = await GetAsync(outcome.Task, output, cancel), OutputBlob = null };
        if (outcome.ListingBlob is not { } listing)
            return outcome;
        var bytes = await GetAsync(outcome.Task, listing, cancel);
        return outcome with { Listing = bytes, ListingBlob = null, Fuel = OutFiles.FuelOf(bytes.Span) ?? outcome.Fuel };
    }

    private async Task<ReadOnlyMemory<byte>> GetAsync(long task, BlobRef blob, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = await get(blob, cancel);
        }
        catch (Exception refused) when (line.ReasonOf(refused) is { } reason)
        {
            throw line.Refusal(new Refused(reason, $"The output of task {task} is {blob}: {refused.Message}"));
        }
        return BlobRef.Of(bytes.Span) == blob
            ? bytes
            : throw new InvalidDataException($"The output of task {task} is {blob}, but other bytes came.");
    }
}
