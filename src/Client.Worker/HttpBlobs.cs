using System.Net;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Client.Worker;

/// <summary>Modules, files and large inputs of jobs, from a gateway. What it gives is compared with the hash: it may be a liar.</summary>
/// <param name="http">With the gateway's address.</param>
/// <param name="put">Puts large outputs there, in the worker's name.</param>
public sealed class HttpBlobs(HttpClient http, Func<ReadOnlyMemory<byte>, CancellationToken, Task<Hash256>> put) : IBlobStore
{
    /// <summary>The largest blob that is fetched, in bytes: a runtime may have so many.</summary>
    public const int MaxBytes = 64 << 20;

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel)
    {
        using var response = await http.GetAsync($"v1/blobs/{hash}", HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MaxBytes, cancel);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        return Hash256.Of(bytes) == hash ? bytes : throw new InvalidDataException($"{http.BaseAddress} has sent other bytes for the blob {hash}.");
    }

    public async ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, $"v1/blobs/{hash}");
        using var response = await http.SendAsync(request, cancel);
        return response.IsSuccessStatusCode;
    }

    public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => new(put(bytes, cancel));
}
