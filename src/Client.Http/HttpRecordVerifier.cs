using AkkaCompute.Authors.Light;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Client.Http;

/// <summary>Holds what a gateway says of the history against the cluster nodes that a <see cref="LightClient"/> trusts.</summary>
public sealed class HttpRecordVerifier : IRecordVerifier, IDisposable
{
    private static readonly TimeSpan _answerTime = TimeSpan.FromSeconds(10), _pause = TimeSpan.FromMilliseconds(500),
        _saveEvery = TimeSpan.FromMinutes(1);

    /// <summary>How long a record is waited for that was named and is not shown yet.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly LightClientFile _file;
    private readonly LightClient _light;
    private readonly Action<string> _warn;
    private readonly TimeProvider _time;
    private string? _warned;
    private long _savedAt;

    /// <param name="network">The gateway's address, such as <c>http://127.0.0.1:8450</c>.</param>
    /// <param name="trusted">Whom its owner trusts. What was verified is kept there, once a minute and at the end.</param>
    /// <param name="warn">Told why nothing is verified, once for each reason in a row; from any thread.</param>
    public HttpRecordVerifier(Uri network, LightClientFile trusted, Action<string> warn, TimeProvider time)
        : this(HttpLine.Connect(network), trusted, warn, time)
    {
    }

    internal HttpRecordVerifier(HttpClient http, LightClientFile trusted, Action<string> warn, TimeProvider time)
    {
        _http = http;
        _http.MaxResponseContentBufferSize = RecordJson.MaxBytes;
        (_file, _light, _warn, _time, _savedAt) = (trusted, trusted.Client, warn, time, time.GetTimestamp());
    }

    public Checkpoint Seen => _light.Seen;

    public PublicKey? KeyOf(NodeId node) => _light.KeyOf(node);

    public async Task<string?> LookAsync(CancellationToken cancel)
    {
        var why = await TakeAsync(cancel);
        if (why is not null && Interlocked.Exchange(ref _warned, why) != why)
            _warn(why);
        else if (why is null)
            Volatile.Write(ref _warned, null);
        if (_time.GetElapsedTime(_savedAt) > _saveEvery)
            Save();
        return why;
    }

    public async Task<Checkpoint?> VerifyAsync(Checkpoint said, CancellationToken cancel)
    {
        for (var began = _time.GetTimestamp(); ;)
        {
            _light.Hear(said);
            if (_light.Seen is var seen && said.Epoch <= seen.Epoch && seen != Checkpoint.None)
                return seen;
            if (_time.GetElapsedTime(began) > _patience)
                return null;
            if (await LookAsync(cancel) is not null)
                await Task.Delay(_pause, _time, cancel);
        }
    }

    public async Task<ShownHead?> HeadAsync(ChainName chain, CancellationToken cancel)
    {
        using var limit = HttpLine.Limit(_answerTime, cancel);
        try
        {
            using var response = await _http.GetAsync($"v1/c-nodes/{chain.Author}/head?sub={chain.Sub}", limit.Token);
            if (!response.IsSuccessStatusCode)
                return null;
            var (shown, head) = HeadJson.Read(await response.Content.ReadAsByteArrayAsync(limit.Token));
            return _light.Take(shown, chain, head) ? head : null;
        }
        catch (Exception silence) when (silence is HttpRequestException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (RefusedException unreadable)
        {
            throw new LyingNetworkException($"What the gateway shows of the chain {chain.Sub} is no proof: {unreadable.Message}");
        }
    }

    /// <inheritdoc/>
    public void Warn(string what) => _warn(what);

    public void Dispose()
    {
        _http.Dispose();
        Save();
    }

    private void Save()
    {
        _savedAt = _time.GetTimestamp();
        try
        {
            _file.Save();
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _warn($"What was verified could not be kept: {wrong.Message}"); // the next run begins with the owner's keys
        }
    }

    private async Task<string?> TakeAsync(CancellationToken cancel)
    {
        using var limit = HttpLine.Limit(_answerTime, cancel);
        try
        {
            using var response = await _http.GetAsync("v1/roster/record", limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return response.IsSuccessStatusCode
                ? _light.Take(RecordJson.Read(body))
                : $"The gateway shows no record: {(int)response.StatusCode}.";
        }
        catch (Exception silence) when (silence is HttpRequestException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return $"The gateway shows no record: {silence.Message}";
        }
        catch (RefusedException unreadable)
        {
            throw new LyingNetworkException($"What the gateway shows as the record in force is none: {unreadable.Message}");
        }
    }
}
