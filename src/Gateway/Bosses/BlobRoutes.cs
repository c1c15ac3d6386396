using System.Buffers.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Gateway.Http;
using Microsoft.AspNetCore.Http;
using static AkkaCompute.Domain.Work.BlobProtocol;

namespace AkkaCompute.Gateway.Bosses;

/// <summary>Modules and files: put in signed parts of at most 64 KB, got as a stream.</summary>
/// <param name="service">The node.</param>
/// <param name="runtimes">The operator's runtimes by their hash: nobody puts them, everybody may have them.</param>
internal sealed class BlobRoutes(ServiceClient service, IReadOnlyDictionary<Hash256, ReadOnlyMemory<byte>> runtimes)
{
    /// <summary>Whose upload it is: 64 hexadecimal digits.</summary>
    public const string KeyHeader = "AkkaCompute-Key";

    /// <summary>The key's signature over this part, as base64url.</summary>
    public const string SignatureHeader = "AkkaCompute-Signature";

    private const int Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Bytes of admitted modules that are kept in memory: some sixteen of the largest that a stranger may have.</summary>
    private const long KeptBytes = 64L << 20;

    private readonly AdmittedModules _admitted = new(service.Node.Options.Blobs, runtimes, KeptBytes);

    public IEnumerable<Route> All =>
    [
        new(HttpMethods.Put, "/v1/blobs/{hash}", PutAsync),
        Route.Get("/v1/blobs/{hash}", GetAsync),
        new(HttpMethods.Head, "/v1/blobs/{hash}", HeadAsync),
        Route.Get("/v1/modules/{hash}/admitted", AdmittedAsync),
    ];

    private async Task PutAsync(HttpContext http)
    {
        var hash = http.PathHash("hash");
        var most = service.Node.Options.MaxBlobBytes;
        var size = http.Whole("size", -1, 1, JsonFields.MaxWhole);
        if (size < 0)
            throw new RefusedException("size", "missing: the bytes of the whole blob.");
        if (size > most)
            throw new RefusedException(new Refused(RefusalReason.TooLarge, $"size: {size} bytes, at most {most}."));
        var offset = http.Whole("offset", 0, 0, size - 1);
        var signature = Signature(http);
        var bytes = await http.BodyAsync(Answers.Bytes, ChunkBytes);
        await http.JsonAsync(await service.AskAsync<IWire>(new PutChunk(hash, size, offset, bytes, signature), http.RequestAborted) switch
        {
            BlobStored stored => NodeJson.Write(stored),
            ChunkTaken taken => NodeJson.Write(taken),
            var other => throw new InvalidOperationException($"PutChunk was answered by {other.GetType().Name}."),
        });
    }

    private static ChunkSignature Signature(HttpContext http)
    {
        if (!Hash256.TryParse(http.Header(KeyHeader), out var key))
            throw new RefusedException(KeyHeader, "not 64 hexadecimal digits.");
        var text = http.Header(SignatureHeader);
        return Base64Url.IsValid(text, out var length) && length == PublicKey.SignatureSize
            ? new ChunkSignature(new PublicKey(key.ToBytes()), Base64Url.DecodeFromChars(text))
            : throw new RefusedException(SignatureHeader, $"not {PublicKey.SignatureSize} bytes as base64url.");
    }

    private async Task GetAsync(HttpContext http)
    {
        var hash = http.PathHash("hash");
        if (runtimes.TryGetValue(hash, out var runtime))
        {
            Begin(http, hash, runtime.Length);
            await http.Response.BodyWriter.WriteAsync(runtime, http.RequestAborted);
            return;
        }
        var chunk = await ReadAsync(hash, 0, http.RequestAborted);
        Begin(http, hash, chunk.Size);
        for (var offset = 0L; ;)
        {
            await http.Response.BodyWriter.WriteAsync(chunk.Bytes, http.RequestAborted);
            offset += chunk.Bytes.Length;
            if (offset >= chunk.Size || chunk.Bytes.IsEmpty)
                return;
            chunk = await ReadAsync(hash, offset, http.RequestAborted);
        }
    }

    private async Task HeadAsync(HttpContext http)
    {
        var hash = http.PathHash("hash");
        Begin(
            http, hash,
            runtimes.TryGetValue(hash, out var runtime) ? runtime.Length : (await ReadAsync(hash, 0, http.RequestAborted)).Size);
    }

    /// <summary>The bytes that run. Another version of admission makes others of the same module: whoever keeps them asks again.</summary>
    private async Task AdmittedAsync(HttpContext http)
    {
        var admitted = await _admitted.GetAsync(http.PathHash("hash"), http.RequestAborted);
        Begin(http, admitted.Hash, admitted.Bytes.Length);
        http.Response.Headers.CacheControl = "no-cache";
        await http.Response.BodyWriter.WriteAsync(admitted.Bytes, http.RequestAborted);
    }

    /// <summary>Bytes with a hash for a name never change.</summary>
    private static void Begin(HttpContext http, Hash256 hash, long size)
    {
        http.Response.ContentType = Answers.Bytes;
        http.Response.ContentLength = size;
        http.Response.Headers.ETag = $"\"{hash}\"";
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
    }

    /// <summary>A node reads a few parts at once; further requests wait a little.</summary>
    private async Task<BlobChunk> ReadAsync(Hash256 hash, long offset, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await service.AskAsync<BlobChunk>(new GetChunk(hash, offset), cancel);
            }
            catch (RefusedException refused) when (refused.Refused.Reason == RefusalReason.Unavailable && tries < Tries)
            {
                await Task.Delay(Pause, cancel);
            }
        }
    }
}
