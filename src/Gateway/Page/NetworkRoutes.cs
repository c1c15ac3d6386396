using AkkaCompute.Domain.Outside;
using AkkaCompute.Gateway.Http;
using Microsoft.AspNetCore.Http;

namespace AkkaCompute.Gateway.Page;

/// <summary>The network as people watch it: how it is now, and what happens.</summary>
internal sealed class NetworkRoutes(ServiceClient service)
{
    /// <summary>The most c-nodes of one answer.</summary>
    public const int MostMembers = 16_384;

    private const int StandardMembers = 10_000;

    /// <summary>The longest wait for news, in ms.</summary>
    private const int MostWait = 15_000;

    private const int StandardWait = 10_000;

    public IEnumerable<Route> All => [Route.Get("/v1/network", NowAsync), Route.Get("/v1/network/events", EventsAsync)];

    private async Task NowAsync(HttpContext http)
    {
        var most = (int)http.Whole("members", StandardMembers, 0, MostMembers);
        var node = service.Node;
        var (totals, next) = node.Tap.Watch(); // before the roster is read: what comes after it is among the events
        await http.JsonAsync(NetworkJson.WriteNow(node, totals, next, most));
    }

    /// <summary>Waits until there is something, and answers with what there is by then.</summary>
    private async Task EventsAsync(HttpContext http)
    {
        var from = http.Whole("from", 0, 0, JsonFields.MaxWhole);
        var wait = (int)http.Whole("waitMs", StandardWait, 0, MostWait);
        var tap = service.Node.Tap;
        tap.Watch();
        if (wait > 0)
            await Task.WhenAny(tap.WaitAsync(from), Task.Delay(wait, http.RequestAborted));
        http.RequestAborted.ThrowIfCancellationRequested();
        await http.JsonAsync(NetworkJson.WriteEvents(service.Node, from, tap.Read(from)));
    }
}
