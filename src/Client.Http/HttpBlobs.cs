using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Client.Http;

/// <summary>
/// Modules, files, large inputs and large outputs, by a gateway. What it gives is compared with the hash: it may be a liar. Safe for use
/// from several threads.
/// </summary>
public sealed class HttpBlobs : IBlobStore, IDisposable
{
    /// <summary>The largest blob that is fetched, in bytes: a runtime may have so many.</summary>
    public const int MaxBytes = 64 << 20;

    private static readonly TimeSpan FetchTime = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http;
    private readonly HttpLine _line;
    private readonly bool _owned;

    /// <param name="network">The gateway's address, such as <c>http://127.0.0.1:8450</c>.</param>
    /// <param name="key">Signs what is put: it counts to this key's quota. Not disposed of here.</param>
    /// <param name="patience">How long it keeps asking when nobody answers.</param>
    public HttpBlobs(Uri network, KeyPair key, TimeSpan patience, TimeProvider time)
        : this(HttpLine.Connect(network), patience, time, chunk => chunk.Sign(key)) => _owned = true;

    private HttpBlobs(HttpClient http, TimeSpan patience, TimeProvider time, Func<BlobProtocol.PutChunk, BlobProtocol.PutChunk> sign)
        : this(http, new HttpLine(http, patience, time), sign)
    {
    }

    internal HttpBlobs(HttpClient http, HttpLine line, Func<BlobProtocol.PutChunk, BlobProtocol.PutChunk> sign)
    {
        (_http, _line) = (http, line);
        Line = new BlobLine(line, sign, (blob, cancel) => FetchAsync(blob.Hash, (int)Math.Min(blob.Size, MaxBytes), cancel));
    }

    /// <summary>How inputs and outputs of tasks go to the network and back.</summary>
    internal BlobLine Line { get; }

    /// <summary>A blob of at most <see cref="MaxBytes"/>; <c>null</c> where the gateway knows none of this hash.</summary>
    /// <exception cref="InvalidDataException">Other bytes came, or too many.</exception>
    /// <exception cref="RefusedException">The gateway refuses to give it.</exception>
    /// <exception cref="SilentNetworkException">The bytes did not come within a minute.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel)
    {
        try
        {
            var bytes = await FetchAsync(hash, MaxBytes, cancel);
            return Hash256.Of(bytes.Span) == hash
                ? bytes
                : throw new InvalidDataException($"{_http.BaseAddress} has sent other bytes for the blob {hash}.");
        }
        catch (RefusedException unknown) when (unknown.Refused.Reason == RefusalReason.UnknownBlob)
        {
            return null;
        }
    }

    /// <summary>Whether the gateway says that it has the blob; false where it says nothing: a put will say what is wrong.</summary>
    public async ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel)
    {
        using var limit = HttpLine.Limit(FetchTime, cancel);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, $"v1/blobs/{hash}");
            using var response = await _http.SendAsync(request, limit.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception silence) when (silence is HttpRequestException
            || (silence is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Puts bytes where workers find them; what is there already is not sent again.</summary>
    /// <returns>Their SHA-256.</returns>
    /// <exception cref="RefusedException">They are larger than the network takes, or this key has its quota in use.</exception>
    /// <exception cref="SilentNetworkException">Nobody answered.</exception>
    public async ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var hash = Hash256.Of(bytes.Span);
        return await ContainsAsync(hash, cancel) ? hash : (await Line.PutAsync(bytes, cancel)).Hash;
    }

    public void Dispose()
    {
        if (_owned)
            _http.Dispose();
    }

    private async Task<ReadOnlyMemory<byte>> FetchAsync(Hash256 hash, int most, CancellationToken cancel)
    {
        using var limit = HttpLine.Limit(FetchTime, cancel);
        try
        {
            using var response = await _http.GetAsync($"v1/blobs/{hash}", HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
                throw await _line.ProblemAsync(response, limit.Token);
            await response.Content.LoadIntoBufferAsync(most, limit.Token);
            return await response.Content.ReadAsByteArrayAsync(limit.Token);
        }
        catch (HttpRequestException tooMany) when (tooMany.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new InvalidDataException($"{_http.BaseAddress} has sent more than {most} bytes for the blob {hash}.", tooMany);
        }
        catch (HttpRequestException silence)
        {
            throw _line.Silence($"{_http.BaseAddress} does not answer: {silence.Message}", silence);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw _line.Silence($"{_http.BaseAddress}: the blob {hash} did not come in {FetchTime.TotalSeconds} s.", late);
        }
    }
}
