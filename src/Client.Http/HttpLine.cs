using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Client.Http;

/// <summary>
/// Takes a boss's messages to a gateway and brings the answers. Every message may be sent again, so one that was not answered is, and one
/// that can't be done now too, until the patience is used up.
/// </summary>
internal sealed class HttpLine(HttpClient http, TimeSpan patience, TimeProvider time) : IBossLine
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>How long it tries where nobody has ever answered: the address is wrong, more likely than not.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(5);

    /// <summary>The largest answer that is read: a page of outcomes is about 64 KB, before base64url.</summary>
    private const int MaxAnswer = 4 * 1024 * 1024;

    private bool _answered;

    public TimeSpan Patience => patience;

    /// <summary>Makes a client of a gateway. The caller sets the time limit.</summary>
    public static HttpClient Connect(Uri network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = network.AbsoluteUri.EndsWith('/') ? network : new Uri(network.AbsoluteUri + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<object> AskOnceAsync(IWire message, CancellationToken cancel)
    {
        try
        {
            return await SendAsync(message, cancel);
        }
        catch (HttpRequestException silence)
        {
            throw new TimeoutException(silence.Message, silence);
        }
    }

    public async Task<T> AskAsync<T>(IWire message, CancellationToken cancel)
        where T : IWire
    {
        var started = time.GetTimestamp();
        while (true)
        {
            Exception? silence = null;
            try
            {
                switch (await SendAsync(message, cancel))
                {
                    case Refused { Reason: RefusalReason.NoCredit or RefusalReason.Unavailable }
                        when time.GetElapsedTime(started) < patience:
                        break; // a page before this one is still on its way, or the node is busy
                    case Refused refused: // before all others: it is an IWire too
                        throw Refusal(refused);
                    case T reply:
                        return reply;
                    case var other:
                        throw new InvalidDataException($"{message.GetType().Name} was answered by {other.GetType().Name}.");
                }
            }
            catch (Exception wrong) when (wrong is HttpRequestException or TimeoutException)
            {
                silence = wrong;
            }
            if (silence is not null && time.GetElapsedTime(started) >= (Volatile.Read(ref _answered) ? patience : FirstPatience))
                throw Silence($"{http.BaseAddress} does not answer: {silence.Message}", silence);
            await Task.Delay(RetryDelay, time, cancel);
        }
    }

    public Exception Refusal(Refused refused) => new RefusedException(refused);

    public RefusalReason? ReasonOf(Exception wrong) => (wrong as RefusedException)?.Refused.Reason;

    /// <summary>What is thrown for an answer that is no success.</summary>
    public async Task<Exception> ProblemAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await response.Content.LoadIntoBufferAsync(MaxAnswer, cancel);
        return response.Content.Headers.ContentType?.MediaType == ProblemJson.ContentType
            && ProblemJson.Read(await response.Content.ReadAsByteArrayAsync(cancel)) is Refused refused
            ? Refusal(refused)
            : new InvalidDataException(
                $"{http.BaseAddress}: the answer is {(int)response.StatusCode} {response.ReasonPhrase}, and no gateway's.");
    }

    /// <summary>Ends with <paramref name="cancel"/>, or when the time is over.</summary>
    public static CancellationTokenSource Limit(TimeSpan most, CancellationToken cancel)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(most);
        return limit;
    }

    public Exception Silence(string message, Exception inner) => new SilentNetworkException(message, inner);

    private async Task<IWire> SendAsync(IWire message, CancellationToken cancel)
    {
        using var limit = Limit(HttpMessages.MayWait(message) ? 2 * AnswerTime : AnswerTime, cancel);
        try
        {
            using var request = HttpMessages.ToRequest(message);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            await response.Content.LoadIntoBufferAsync(MaxAnswer, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            Volatile.Write(ref _answered, true);
            if (response.IsSuccessStatusCode)
                return HttpMessages.ReadAnswer(message, body);
            if (response.Content.Headers.ContentType?.MediaType == ProblemJson.ContentType)
                return ProblemJson.Read(body);
            throw new HttpRequestException($"the answer is {(int)response.StatusCode} {response.ReasonPhrase}, and no gateway's.");
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"No answer in {AnswerTime.TotalSeconds} s.", late);
        }
        catch (RefusedException unreadable)
        {
            throw new InvalidDataException(
                $"{http.BaseAddress}: the answer to {message.GetType().Name} can't be read: {unreadable.Message}", unreadable);
        }
    }
}

/// <summary>No gateway answered for as long as the patience lasts. What was handed in is not lost: ask again.</summary>
public sealed class SilentNetworkException(string message, Exception inner) : IOException(message, inner);
