using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>What is asked for wrongly is refused by the name of the field, and changes nothing.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class RequestRefusalTests(GatewayFixture fixture)
{
    private static readonly string Nobody = new('7', 64);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "Body")]
    [InlineData("[]", HttpStatusCode.BadRequest, "Body")]
    [InlineData("{\"spec\":{}", HttpStatusCode.BadRequest, "Body")]
    [InlineData("{\"spec\":1}", HttpStatusCode.BadRequest, "spec")]
    [InlineData("{\"spec\":{},\"spec\":{}}", HttpStatusCode.BadRequest, "Body")]
    [InlineData("{\"spec\":{\"id\":\"zz\"}}", HttpStatusCode.BadRequest, "spec.id")]
    [InlineData("{\"spec\":{\"id\":\"\\ud800\"}}", HttpStatusCode.BadRequest, "spec.id")]
    [InlineData("{\"a\":[[[[[[[[[[1]]]]]]]]]]}", HttpStatusCode.BadRequest, "Body")]
    public async Task A_body_that_is_none_is_refused(string body, HttpStatusCode status, string field)
    {
        using var response = await fixture.Http.PostAsync("/v1/jobs", Json(body), Cancel);
        Assert.Equal(field, (await GatewayFixture.ProblemAsync(response, status)).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("\"policy\":\"none\"", "\"policy\":\"best(1)\"", "spec.policy")]
    [InlineData("\"draw\":\"next\"", "\"draw\":\"soon\"", "spec.draw")]
    [InlineData("\"kind\":\"kernel\"", "\"kind\":\"script\"", "spec.payload.kind")]
    [InlineData("\"fuel\":1000000", "\"fuel\":\"much\"", "spec.limits.fuel")]
    [InlineData("\"fuel\":1000000", "\"fuel\":1.5", "spec.limits.fuel")]
    [InlineData("\"fuel\":1000000", "\"fuel\":9007199254740992", "spec.limits.fuel")]
    [InlineData("\"fuel\":1000000", "\"fuel\":0", "Limits.Fuel")]
    [InlineData("\"memoryBytes\":1048576", "\"memoryBytes\":-1", "spec.limits.memoryBytes")]
    [InlineData("\"bundleSize\":0", "\"bundleSize\":257", "spec.bundleSize")]
    [InlineData("\"price\":0", "\"price\":5", "Budget")]
    [InlineData("\"signature\":\"", "\"signature\":\"AAAA", "signature")]
    [InlineData("\"label\":\"\"", "\"label\":\"another\"", "SubmitJob.Signature")]
    public async Task A_field_that_cannot_be_is_refused_by_its_name(string right, string wrong, string field)
    {
        var body = Submit();
        Assert.Contains(right, body, StringComparison.Ordinal);
        using var response = await fixture.Http.PostAsync("/v1/jobs", Json(body.Replace(right, wrong, StringComparison.Ordinal)), Cancel);
        var status = field == "signature" ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.BadRequest;
        Assert.Equal(field, (await GatewayFixture.ProblemAsync(response, status)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_unread()
    {
        using var response = await fixture.Http.PostAsync("/v1/jobs", Json(new string(' ', (128 * 1024) + 1)), Cancel);
        var problem = await GatewayFixture.ProblemAsync(response, HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(("Body", 128 * 1024), (problem.GetProperty("field").GetString(), problem.GetProperty("limit").GetInt32()));
    }

    [Fact]
    public async Task A_body_of_another_media_type_is_refused_so_that_a_form_of_a_page_is_none()
    {
        using var response = await fixture.Http.PostAsync("/v1/jobs", new StringContent("{}", Encoding.UTF8, "text/plain"), Cancel);
        Assert.Equal("Content-Type", (await GatewayFixture.ProblemAsync(response, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("jobs/", "", "UnknownJob")]
    [InlineData("blobs/", "", "UnknownBlob")]
    [InlineData("modules/", "/admitted", "UnknownBlob")]
    [InlineData("jobs/", "/progress", "UnknownJob")]
    [InlineData("jobs/", "/outcomes", "UnknownJob")]
    [InlineData("jobs/", "/revisions", "UnknownJob")]
    public async Task What_is_not_there_is_said_so(string before, string behind, string reason)
    {
        using var response = await fixture.Http.GetAsync($"/v1/{before}{Nobody}{behind}", Cancel);
        Assert.Equal(reason, (await GatewayFixture.ProblemAsync(response, HttpStatusCode.NotFound)).GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("entries", "{\"entries\":[]}", HttpStatusCode.BadRequest, "entries")]
    [InlineData("entries", "{\"entries\":[\"é\"]}", HttpStatusCode.BadRequest, "entries[0]")]
    [InlineData("entries", "{\"entries\":[5]}", HttpStatusCode.BadRequest, "entries[0]")]
    [InlineData("reservation", "{\"holder\":\"5\",\"turn\":0}", HttpStatusCode.BadRequest, "holder")]
    [InlineData("reservation", "{\"turn\":0}", HttpStatusCode.BadRequest, "holder")]
    public async Task A_chain_takes_no_nonsense(string what, string body, HttpStatusCode status, string field)
    {
        using var response = await fixture.Http.PostAsync($"/v1/c-nodes/{Nobody}/{what}", Json(body), Cancel);
        Assert.Equal(field, (await GatewayFixture.ProblemAsync(response, status)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task An_entry_that_a_chain_does_not_take_is_a_problem_with_its_place()
    {
        using var response = await fixture.Http.PostAsync($"/v1/c-nodes/{Nobody}/entries", Json("{\"entries\":[\"abc\"]}"), Cancel);
        var problem = await GatewayFixture.ProblemAsync(response, HttpStatusCode.UnprocessableEntity);
        Assert.Equal(("EntryRefused", "Malformed"), (problem.GetProperty("reason").GetString(), problem.GetProperty("entry").GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData("?offset=0", "size")]
    [InlineData("?size=0", "size")]
    [InlineData("?size=9999999999", "size")]
    [InlineData("?size=4&offset=4", "offset")]
    [InlineData("?size=4&size=4", "size")]
    [InlineData("?size=4", "AkkaCompute-Key")]
    public async Task A_part_of_a_blob_is_refused_before_it_is_read(string query, string field)
    {
        using var response = await fixture.Http.PutAsync($"/v1/blobs/{Nobody}{query}", Octets([1, 2, 3, 4]), Cancel);
        var problem = await GatewayFixture.ProblemAsync(response, query.Contains("99", StringComparison.Ordinal) ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.BadRequest);
        Assert.Equal(field, problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_part_of_a_blob_that_somebody_else_signed_is_refused()
    {
        using var key = KeyPair.Generate();
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/blobs/{Nobody}?size=4") { Content = Octets([1, 2, 3, 4]) };
        request.Headers.Add("AkkaCompute-Key", key.Public.ToString());
        request.Headers.Add("AkkaCompute-Signature", System.Buffers.Text.Base64Url.EncodeToString(key.Sign("something else"u8)));
        using var response = await fixture.Http.SendAsync(request, Cancel);
        Assert.Equal("PutChunk.Signature", (await GatewayFixture.ProblemAsync(response, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
    }

    private static string Submit()
    {
        using var key = KeyPair.Generate();
        var spec = new JobSpec(JobId.Of(key.NodeId, "job"u8), key.NodeId, "", Jobs.Echo, Jobs.Short, new Policy.None(), DrawMode.Next, 0);
        return Encoding.UTF8.GetString(BossJson.Write(BossProtocol.SubmitJob.Sign(key, spec)).Span);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static ByteArrayContent Octets(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
}
