using System.Net;
using System.Text.Json;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>Who may come in at the gateway, and what is said to everybody else.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class GatewayDoorTests(GatewayFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_roster_is_shown_to_whoever_asks()
    {
        var roster = JsonDocument.Parse(await fixture.Http.GetStringAsync("/v1/roster", Cancel)).RootElement;
        Assert.Equal(fixture.Node.Workers.Count, roster.GetProperty("members").GetInt32());
    }

    [Theory]
    [InlineData("GET", "/v1/nowhere", HttpStatusCode.NotFound, "Path")]
    [InlineData("DELETE", "/v1/roster", HttpStatusCode.MethodNotAllowed, "Method")]
    [InlineData("GET", "/v1/jobs/12", HttpStatusCode.BadRequest, "job")]
    [InlineData("GET", "/v1/roster/draw?job=12", HttpStatusCode.BadRequest, "job")]
    [InlineData("GET", "/v1/estimate?tasks=0", HttpStatusCode.BadRequest, "tasks")]
    [InlineData("GET", "/v1/estimate?policy=best", HttpStatusCode.BadRequest, "policy")]
    [InlineData("GET", "/v1/export?from=-1", HttpStatusCode.BadRequest, "from")]
    [InlineData("GET", "/v1/epochs/last", HttpStatusCode.BadRequest, "epoch")]
    public async Task What_cannot_be_is_a_problem_that_names_the_field(string method, string path, HttpStatusCode status, string field)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await fixture.Http.SendAsync(request, Cancel);
        Assert.Equal(field, (await GatewayFixture.ProblemAsync(response, status)).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("Host", "evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    public async Task A_strangers_name_and_a_strangers_page_are_refused(string header, string value, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/roster");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await fixture.Http.SendAsync(request, Cancel);
        Assert.Equal(header, (await GatewayFixture.ProblemAsync(response, status)).GetProperty("field").GetString());
    }
}
