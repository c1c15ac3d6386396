using System.Globalization;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Client.Http;

/// <summary>Who is there to be drawn, as a gateway says it; needs no key.</summary>
/// <param name="Trusted">Trusted c-nodes that run programs.</param>
/// <param name="Newcomers">Others that do.</param>
/// <param name="Slots">Tasks that the cluster runs at once.</param>
/// <param name="Answering">a: the share of the honest that answer, as the gateway's node has measured it.</param>
public sealed record NetworkSize(int Trusted, int Newcomers, int Slots, decimal Answering)
{
    private const int MaxAnswer = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <exception cref="SilentNetworkException">Nobody answers there, or no gateway.</exception>
    /// <param name="colluders">f: with it, what was measured of all says how many of the honest answer.</param>
    public static async Task<NetworkSize> AskAsync(Uri network, decimal colluders, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var http = new HttpClient { Timeout = Patience, MaxResponseContentBufferSize = MaxAnswer };
        try
        {
            var answer = await http.GetByteArrayAsync(
                new Uri(network.AbsoluteUri.TrimEnd('/')
                    + string.Create(CultureInfo.InvariantCulture, $"/v1/estimate?policy=none&colluders={colluders}")),
                cancel);
            var input = JsonFields.Parse(answer, "Answer").Object("input");
            return new NetworkSize(
                input.Int("trusted"), input.Int("newcomers"), input.Int("slots", 1),
                Math.Clamp((decimal)input.Fraction("answering"), 0.000000001m, 1));
        }
        catch (Exception wrong) when (wrong is HttpRequestException or RefusedException
            || (wrong is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new SilentNetworkException($"{network} does not answer as a gateway: {wrong.Message}", wrong);
        }
    }
}
