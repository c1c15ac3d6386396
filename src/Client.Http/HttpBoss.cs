using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Client.Http;

/// <summary>
/// A boss outside the cluster: it signs here and speaks to a gateway, which never sees its key. Safe for use from several threads. Refusals
/// are <see cref="RefusedException"/>, silence is <see cref="SilentNetworkException"/>.
/// </summary>
public sealed class HttpBoss : IDisposable
{
    private readonly HttpClient _http;
    private readonly HttpLine _line;
    private readonly BossChain _chain;
    private readonly HttpBlobs _blobs;
    private readonly HttpRecordVerifier? _records;

    /// <param name="network">The gateway's address, such as <c>http://127.0.0.1:8450</c>.</param>
    /// <param name="key">Who hands in jobs. Disposed of with this.</param>
    /// <param name="receiptFile">Where receipts are kept, one a line; <c>null</c> means nowhere.</param>
    /// <param name="patience">How long it keeps asking when nobody answers.</param>
    /// <param name="records">Holds the gateway to the cluster nodes that the boss trusts; null: it is believed. Disposed of with
    /// this.</param>
    public HttpBoss(
        Uri network, BossKey key, string? receiptFile, TimeSpan patience, TimeProvider time, HttpRecordVerifier? records = null)
    {
        _http = HttpLine.Connect(network);
        _line = new HttpLine(_http, patience, time);
        _chain = new BossChain(key, _line, receiptFile, time, records);
        _records = records;
        _blobs = new HttpBlobs(_http, _line, _chain.Sign);
    }

    /// <summary>The c-node that hands in jobs.</summary>
    public NodeId Boss => _chain.Boss;

    /// <inheritdoc cref="HttpBlobs.PutAsync"/>
    public Task<Hash256> PutBlobAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => _blobs.PutAsync(bytes, cancel).AsTask();

    /// <summary>Hands in a job, or goes on with one that was handed in before under its id by this key.</summary>
    /// <exception cref="RefusedException">The specification is outside its limits, or the network says no: the text says why.</exception>
    /// <exception cref="Authors.Light.LyingNetworkException">The gateway contradicts the cluster nodes that are trusted.</exception>
    public async Task<HttpJob> SubmitAsync(JobSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Check() is { } invalid)
            throw _line.Refusal(invalid);
        var accepted = await _chain.SubmitAsync(spec, cancel);
        var pages = await VerifyAsync(accepted.Pages ?? await AuthorizeAsync(spec, accepted.Delegate, cancel), cancel);
        return new HttpJob(
            _line, _chain, _blobs.Line, spec.Id,
            new JobFeed(_line, spec.Id, accepted.Credit, _chain.Pages(spec, pages, accepted.Bundle), _blobs.Line));
    }

    /// <summary>A job that was handed in before: to follow it and read its outcomes, or to cancel it where it is this key's.</summary>
    public HttpJob Job(JobId id) => new(_line, _chain, _blobs.Line, id, null);

    /// <summary>Which jobs of this boss are open.</summary>
    public Task<BossProtocol.JobList> GetJobsAsync(CancellationToken cancel) =>
        _line.AskAsync<BossProtocol.JobList>(new BossProtocol.GetJobs(Boss), cancel);

    /// <summary>What this boss's account has.</summary>
    public Task<AccountProtocol.Balance> GetBalanceAsync(CancellationToken cancel) =>
        _line.AskAsync<AccountProtocol.Balance>(new AccountProtocol.GetBalance(Boss), cancel);

    /// <summary>The network as it is now: the epoch, who is there, and what this node has done since it began.</summary>
    public async Task<NetworkNow> GetNetworkAsync(CancellationToken cancel)
    {
        using var answer = new MemoryStream();
        await CopyAsync("network?members=0", answer, cancel);
        return NetworkNow.Read(answer.ToArray());
    }

    /// <summary>A path of the gateway as its answer comes: an estimate, or the export.</summary>
    /// <exception cref="RefusedException">The answer is a problem.</exception>
    public async Task CopyAsync(string path, Stream to, CancellationToken cancel)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.GetAsync("v1/" + path, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException silence)
        {
            throw _line.Silence($"{_http.BaseAddress} does not answer: {silence.Message}", silence);
        }
        using (response)
        {
            if (response.IsSuccessStatusCode)
                await response.Content.CopyToAsync(to, cancel);
            else
                throw await _line.ProblemAsync(response, cancel);
        }
    }

    public void Dispose()
    {
        _chain.Dispose();
        _http.Dispose();
        _records?.Dispose();
    }

    /// <summary>The pages name no record that was not verified.</summary>
    private async Task<JobPages> VerifyAsync(JobPages pages, CancellationToken cancel)
    {
        if (_records is null)
            return pages;
        if (await _records.VerifyAsync(pages.Seen, cancel) is { } seen)
            return pages with { Seen = seen };
        var why = $"The record of epoch {pages.Seen.Epoch} that the gateway names could not be verified.";
        throw _line.Silence(why, new TimeoutException(why));
    }

    private async Task<JobPages> AuthorizeAsync(JobSpec spec, PublicKey delegated, CancellationToken cancel)
    {
        var authorize = await _chain.AuthorizeAsync(spec, delegated, cancel);
        return (await _line.AskAsync<Authorized>(authorize, cancel)).Pages;
    }
}
