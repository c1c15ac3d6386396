using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Gateway.Page;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>The page that a gateway serves, and what it is told of the network.</summary>
public sealed partial class PageTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Sandbox = "/page/sandbox/frame.html";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/page/main.js", "text/javascript")]
    [InlineData("/page/style.css", "text/css")]
    [InlineData("/page/net/ring.js", "text/javascript")]
    [InlineData("/sdk/js/src/draw.js", "text/javascript")]
    public async Task Its_files_come_with_a_policy_that_lets_nothing_in_from_elsewhere(string path, string type)
    {
        using var response = await fixture.Http.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"))
            .Split(';', StringSplitOptions.TrimEntries).Select(part => part.Split(' ')).ToDictionary(part => part[0], part => part[1..]);
        Assert.Equal(["'none'"], policy["default-src"]);
        Assert.Equal(["'self'"], policy["script-src"]);
        Assert.Equal(["'self'"], policy["connect-src"]);
        Assert.Equal(["'none'"], policy["frame-ancestors"]);
        Assert.All(policy.Values.SelectMany(sources => sources), source => Assert.Contains(source, (string[])["'none'", "'self'", "data:"]));
    }

    [Fact]
    public async Task Whoever_has_a_file_gets_it_again_only_when_it_is_another_one()
    {
        using var first = await fixture.Http.GetAsync("/page/main.js", Cancel);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/page/main.js");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var same = await fixture.Http.SendAsync(again, Cancel);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        using var other = new HttpRequestMessage(HttpMethod.Get, "/page/style.css");
        other.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var sent = await fixture.Http.SendAsync(other, Cancel);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
    }

    [Fact]
    public async Task It_travels_packed_to_whoever_unpacks_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/page/style.css");
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var response = await fixture.Http.SendAsync(request, Cancel);
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        var packed = await response.Content.ReadAsByteArrayAsync(Cancel);
        using var plain = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(new MemoryStream(packed), System.IO.Compression.CompressionMode.Decompress))
            await gzip.CopyToAsync(plain, Cancel);
        Assert.Equal(await fixture.Http.GetByteArrayAsync("/page/style.css", Cancel), plain.ToArray());
    }

    /// <summary>Where foreign code runs: without an origin, with one script by its hash, and nothing that it could reach.</summary>
    [Fact]
    public async Task The_sandbox_has_a_policy_of_its_own()
    {
        using var response = await fixture.Http.GetAsync(Sandbox, Cancel);
        var html = await response.Content.ReadAsStringAsync(Cancel);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"))
            .Split(';', StringSplitOptions.TrimEntries).Select(part => part.Split(' ')).ToDictionary(part => part[0], part => part[1..]);
        var script = Assert.Single(Regex.Matches(html, "<script>(.*?)</script>", RegexOptions.Singleline)).Groups[1].Value;
        var hash = Convert.ToBase64String(Hash256.Of(Encoding.UTF8.GetBytes(script)).ToBytes());
        Assert.Equal(["allow-scripts"], policy["sandbox"]);
        Assert.Equal([$"'sha256-{hash}'", "blob:", "'wasm-unsafe-eval'"], policy["script-src"]);
        Assert.Equal(["blob:"], policy["worker-src"]);
        Assert.Equal(["'none'"], policy["default-src"]);
        Assert.Equal(["'none'"], policy["connect-src"]);
        Assert.Equal(["'self'"], policy["frame-ancestors"]);
    }

    /// <summary>No file names another host, has a script in its HTML, or imports what is not served.</summary>
    [Fact]
    public async Task Its_files_need_nobody_else()
    {
        var paths = PageFiles.All.Select(file => file.Path).ToHashSet();
        Assert.Contains("/page/net/ring.js", paths);
        foreach (var path in paths.Where(path => path == "/" || path.StartsWith("/page/", StringComparison.Ordinal) && path != Sandbox))
        {
            var text = await fixture.Http.GetStringAsync(path, Cancel);
            Assert.DoesNotMatch(Elsewhere(), text.Replace("http://www.w3.org/2000/svg", ""));
            Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
            Assert.All(Imported().Matches(text).Select(match => match.Groups[1].Value), import => Assert.Contains(import, paths));
        }
    }

    [Fact]
    public async Task The_network_is_shown_with_each_c_node_and_its_standing()
    {
        var now = await GetAsync("/v1/network");
        var roster = fixture.Node.Context.Rosters.Current;
        var ids = Base64Url.DecodeFromChars(now.GetProperty("ids").GetString());
        Assert.Equal(fixture.Node.Workers.Count, ids.Length / Hash256.Size);
        Assert.Equal(
            fixture.Node.Workers.Select(worker => worker.ToString()).Order(),
            ids.Chunk(Hash256.Size).Select(Convert.ToHexStringLower).Order());
        Assert.Equal(new string('f', fixture.Node.Workers.Count), now.GetProperty("standings").GetString());
        Assert.Equal(fixture.Node.Workers.Count, now.GetProperty("members").GetInt32());
        Assert.Equal(roster.TotalSlots, now.GetProperty("slots").GetInt32());
        Assert.True(Hash256.TryParse(now.GetProperty("beacon").GetString(), out var beacon) && beacon != default);
    }

    [Fact]
    public async Task A_page_of_members_is_as_small_as_one_asks_for()
    {
        var now = await GetAsync("/v1/network?members=0");
        Assert.Equal("", now.GetProperty("standings").GetString());
        Assert.Equal(fixture.Node.Workers.Count, now.GetProperty("members").GetInt32());
    }

    [Theory]
    [InlineData("/v1/network?members=-1", "members")]
    [InlineData("/v1/network?members=1000000", "members")]
    [InlineData("/v1/network/events?from=x", "from")]
    [InlineData("/v1/network/events?waitMs=3600000", "waitMs")]
    public async Task What_cannot_be_asked_for_is_a_problem_that_names_the_field(string path, string field)
    {
        using var response = await fixture.Http.GetAsync(path, Cancel);
        Assert.Equal(field, (await GatewayFixture.ProblemAsync(response, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task The_pages_own_origin_may_call_the_gateway()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/network");
        request.Headers.Add("Origin", fixture.Gateway.Address.GetLeftPart(UriPartial.Authority));
        using var response = await fixture.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var other = new HttpRequestMessage(HttpMethod.Get, "/v1/network");
        other.Headers.Add("Origin", $"http://127.0.0.1:{fixture.Gateway.EndPoint.Port ^ 1}");
        using var refused = await fixture.Http.SendAsync(other, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await fixture.Http.GetStringAsync(path, Cancel)).RootElement;

    [GeneratedRegex("""https?://|<script>|javascript:|\son[a-z]+\s*=\s*["']""", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();

    [GeneratedRegex("""(?:from|import\(|import|new Worker\()\s*'(\.?/[a-z][^']*)'""")]
    private static partial Regex Imported();
}
