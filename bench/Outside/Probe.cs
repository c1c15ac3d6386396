using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AkkaCompute.Bench.Outside;

/// <summary>
/// Somebody else, with an address of his own: asks for the roster on a new connection each time, 50 times a second, whatever became of the
/// requests before.
/// </summary>
internal sealed class Probe : IAsyncDisposable
{
    /// <summary>Far from the attackers' addresses.</summary>
    private const int Address = 10_000;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20), Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;

    public Probe(IPEndPoint gateway) => _http = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) => new NetworkStream(await Crowd.ConnectAsync(gateway, Address, cancel), ownsSocket: true),
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        BaseAddress = new Uri($"http://{gateway}"), Timeout = Patience,
    };

    public async Task<Probed> RunAsync(TimeSpan time)
    {
        var (asked, start) = (new List<Task<double?>>(), Stopwatch.GetTimestamp());
        using var timer = new PeriodicTimer(Every);
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            asked.Add(AskAsync());
            await timer.WaitForNextTickAsync();
        }
        var times = await Task.WhenAll(asked);
        var answered = times.OfType<double>().ToArray();
        return new Probed(
            OutsideBench.Percentile(answered, 0.5), OutsideBench.Percentile(answered, 0.99),
            times.Length - answered.Length, answered.Length);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Milliseconds; null: no answer.</summary>
    private async Task<double?> AskAsync()
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _http.GetAsync("/v1/roster");
            return response.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : null;
        }
        catch (Exception silence) when (silence is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}

/// <param name="Median">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="Failed">Requests without an answer of 200.</param>
internal sealed record Probed(double Median, double P99, int Failed, int Answered);
