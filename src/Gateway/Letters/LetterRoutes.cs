using AkkaCompute.Domain.Outside;
using AkkaCompute.Gateway.Http;
using Microsoft.AspNetCore.Http;
using static AkkaCompute.Domain.Letters.LetterProtocol;

namespace AkkaCompute.Gateway.Letters;

/// <summary>Letters from c-node to c-node.</summary>
internal sealed class LetterRoutes(ServiceClient service, int mostBytes)
{
    public IEnumerable<Route> All =>
    [
        Route.Get("/v1/c-nodes/{id}/address", AddressAsync),
        Route.Post("/v1/c-nodes/{id}/letters", PostAsync),
        Route.Post("/v1/c-nodes/{id}/letters/reading", ReadAsync),
    ];

    private async Task AddressAsync(HttpContext http) => await http.JsonAsync(LetterJson.Write(
        await service.AskAsync<Address>(new GetAddress(http.Author()), http.RequestAborted)));

    private async Task PostAsync(HttpContext http) => await http.JsonAsync(LetterJson.Write(
        await service.AskAsync<LetterPosted>(LetterJson.ReadPost(http.Author(), await http.FieldsAsync(mostBytes)), http.RequestAborted)));

    /// <summary>Waits some seconds for letters.</summary>
    private async Task ReadAsync(HttpContext http)
    {
        var read = LetterJson.ReadReading(http.Author(), await http.FieldsAsync(mostBytes));
        await http.JsonAsync(LetterJson.Write(await service.AskAsync<Mail>(read, ServiceClient.Patient, http.RequestAborted)));
    }
}
