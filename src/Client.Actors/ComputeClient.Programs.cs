using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Client;

public sealed partial class ComputeClient
{
    /// <summary>Puts a program where workers find it: its module and its files. What is there already is not sent again.</summary>
    /// <returns>What tasks run by its hashes.</returns>
    /// <exception cref="ArgumentException">The bytes are no WebAssembly module, or the program is outside its limits: the text says
    /// which.</exception>
    /// <exception cref="ComputeRefusedException">A blob is larger than nodes take, no worker would run the module, or this boss has its
    /// quota in use.</exception>
    public async Task<Payload.Program> PutProgramAsync(ProgramSource program, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        var payload = program.ToPayload();
        if (payload.Check() is { } why)
            throw new ArgumentException($"The program is not within its limits: {why}", nameof(program));
        if (program.Runtime is null)
            await PutModuleAsync(program.Module, cancel);
        foreach (var file in payload.Files)
        {
            if (file.Size > 0 && !await HasBlobAsync(file.Blob, cancel))
                await PutBlobAsync(program.Files[file.Path], cancel);
        }
        return payload;
    }

    /// <summary>
    /// Puts a function in JavaScript where workers find it: an ES module whose default export takes a task's input and returns its output,
    /// or a promise of it. The input is text, or a Uint8Array where the module exports <c>input = "bytes"</c>. It runs on QuickJS, and
    /// finds no files but its own, no timers and no network: docs/runtimes.md.
    /// </summary>
    /// <param name="script">The module's text.</param>
    /// <param name="modules">What it imports, by path: <c>lib/math.js</c>. <c>null</c>: nothing.</param>
    /// <returns>What tasks run. Only workers are drawn that have this release's runtime, <see cref="JavaScript.Module"/>.</returns>
    /// <exception cref="ArgumentException">It is outside the limits of a program: the text says which.</exception>
    /// <exception cref="ComputeRefusedException">A blob is larger than nodes take, or this boss has its quota in use.</exception>
    public Task<Payload.Program> PutJavaScriptAsync(
        string script, IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? modules = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(script);
        var files = (modules ?? new Dictionary<string, ReadOnlyMemory<byte>>()).ToDictionary(StringComparer.Ordinal);
        files[JavaScript.Main] = Encoding.UTF8.GetBytes(script);
        return PutProgramAsync(new ProgramSource(default) { Runtime = (JavaScript.Runtime, JavaScript.Module), Files = files }, cancel);
    }

    /// <summary>
    /// Puts bytes where workers find them, in parts of <see cref="BlobProtocol.ChunkBytes"/>; putting them again changes nothing.
    /// </summary>
    /// <returns>Their SHA-256, which is their name.</returns>
    /// <exception cref="ComputeRefusedException">They are none, or more than nodes take, or this boss has its quota in use.</exception>
    public async Task<Hash256> PutBlobAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
    {
        return (await _blobs.PutAsync(bytes, cancel)).Hash;
    }

    /// <summary>Writes a blob into a stream as it comes, such as an output that was not fetched.</summary>
    /// <exception cref="ComputeRefusedException">It is not there, or no part of it can be read now.</exception>
    /// <exception cref="InvalidDataException">What came does not have this hash or size: what was written is of no use.</exception>
    public async Task CopyBlobAsync(BlobRef blob, Stream to, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var chunk in ChunksAsync(blob.Hash, blob.Size, cancel))
        {
            hash.AppendData(chunk.Bytes.Span);
            await to.WriteAsync(chunk.Bytes, cancel);
        }
        if (new Hash256(hash.GetHashAndReset()) != blob.Hash)
            throw OtherBytes(blob.Hash);
    }

    /// <summary>The parts of a blob in their order, until it is whole.</summary>
    private async IAsyncEnumerable<BlobProtocol.BlobChunk> ChunksAsync(
        Hash256 hash, long maxBytes, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (long offset = 0, size = 1; offset < size;)
        {
            var chunk = await _ask.AskAsync<BlobProtocol.BlobChunk>(new BlobProtocol.GetChunk(hash, offset), ReplyTimeout, cancel);
            if (chunk.Size < 1 || chunk.Size > maxBytes)
                throw new InvalidDataException($"Blob {hash} has {chunk.Size} bytes, at most {maxBytes} were wanted.");
            if (chunk.Offset != offset || chunk.Bytes.IsEmpty || (offset > 0 && chunk.Size != size)
                || chunk.Bytes.Length > chunk.Size - offset)
                throw new InvalidDataException($"Blob {hash}: a chunk does not fit to those before it.");
            (size, offset) = (chunk.Size, offset + chunk.Bytes.Length);
            yield return chunk;
        }
    }

    private static InvalidDataException OtherBytes(Hash256 hash) => new($"Blob {hash}: what came does not have this SHA-256.");

    /// <summary>Whether a blob is in the nodes' store.</summary>
    private async Task<bool> HasBlobAsync(Hash256 hash, CancellationToken cancel)
    {
        try
        {
            return await _ask.AskAsync<BlobProtocol.BlobChunk>(new BlobProtocol.GetChunk(hash, 0), ReplyTimeout, cancel) is not null;
        }
        catch (ComputeRefusedException refused) when (refused.Reason == RefusalReason.UnknownBlob)
        {
            return false;
        }
    }
}
