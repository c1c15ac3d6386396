using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Gateway.Http;
using Microsoft.AspNetCore.Http;

namespace AkkaCompute.Gateway.Bosses;

/// <summary>c-nodes: what they have signed, where their next entry goes, and what they have earned.</summary>
internal sealed class ChainRoutes(ServiceClient service, int mostBytes)
{
    public IEnumerable<Route> All =>
    [
        Route.Get("/v1/c-nodes/{id}", PlaceAsync),
        Route.Post("/v1/c-nodes/{id}/reservation", ReserveAsync),
        Route.Post("/v1/c-nodes/{id}/entries", AppendAsync),
        Route.Get("/v1/c-nodes/{id}/entries", EntriesAsync),
        Route.Get("/v1/c-nodes/{id}/jobs", JobsAsync),
        Route.Get("/v1/c-nodes/{id}/reputation", ReputationAsync),
        Route.Get("/v1/c-nodes/{id}/account", AccountAsync),
    ];

    private async Task PlaceAsync(HttpContext http) => await http.JsonAsync(ChainJson.Write(
        await service.AskAsync<ChainProtocol.Place>(new ChainProtocol.GetPlace(http.Author()), http.RequestAborted)));

    private async Task ReserveAsync(HttpContext http)
    {
        var reserve = ChainJson.ReadReserve(http.Author(), await http.FieldsAsync(mostBytes));
        await http.JsonAsync(await service.AskAsync<IWire>(reserve, http.RequestAborted) switch
        {
            ChainProtocol.Reserved reserved => ChainJson.Write(reserved),
            ChainProtocol.Place place => ChainJson.Write(place),
            var other => throw new InvalidOperationException($"Reserve was answered by {other.GetType().Name}."),
        });
    }

    private async Task AppendAsync(HttpContext http)
    {
        var append = ChainJson.ReadAppend(http.Author(), await http.FieldsAsync(mostBytes));
        if (append.Entries.Count == 0)
            throw new RefusedException("entries", "none.");
        var bytes = append.Entries.Concat(append.Named).Sum(entry => (long)entry.Length);
        if (bytes > Math.Max(ChainProtocol.MaxBytes, 2 * Entry.MaxSize))
            throw new RefusedException(new Refused(RefusalReason.TooLarge, $"entries: {bytes} bytes, at most {ChainProtocol.MaxBytes}."));
        switch (await service.AskAsync<IWire>(append, http.RequestAborted))
        {
            case ChainProtocol.Appended appended:
                await http.JsonAsync(ChainJson.Write(appended));
                break;
            case ChainProtocol.AppendRefused refused:
                await http.ProblemAsync(ProblemJson.Write(refused), StatusCodes.Status422UnprocessableEntity);
                break;
            case var other:
                throw new InvalidOperationException($"Append was answered by {other.GetType().Name}.");
        }
    }

    private async Task EntriesAsync(HttpContext http)
    {
        var (from, count) = (
            http.Whole("from", 0, 0, JsonFields.MaxWhole), (int)http.Whole("count", ChainProtocol.MaxEntries, 1, ChainProtocol.MaxEntries));
        await http.JsonAsync(ChainJson.Write(
            await service.AskAsync<ChainProtocol.EntryPage>(
                new ChainProtocol.GetEntries(http.Author(), from, count), http.RequestAborted)));
    }

    private async Task JobsAsync(HttpContext http) => await http.JsonAsync(NodeJson.Write(
        await service.AskAsync<BossProtocol.JobList>(new BossProtocol.GetJobs(http.Author()), http.RequestAborted)));

    private async Task ReputationAsync(HttpContext http) => await http.JsonAsync(NodeJson.Write(
        await service.AskAsync<ReputationProtocol.Reputation>(new ReputationProtocol.GetReputation(http.Author()), http.RequestAborted)));

    private async Task AccountAsync(HttpContext http) => await http.JsonAsync(NodeJson.Write(
        await service.AskAsync<AccountProtocol.Balance>(new AccountProtocol.GetBalance(http.Author()), http.RequestAborted)));
}
