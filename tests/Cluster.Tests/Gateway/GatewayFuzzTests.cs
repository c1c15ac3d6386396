using System.Globalization;
using System.Net.Sockets;
using System.Text;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>Requests with bytes changed, cut, doubled and put in: each is answered or cut off, none is a fault of the node, and it goes on.</summary>
[Trait("Category", "Long")]
[Collection(nameof(GatewayFixture))]
public sealed class GatewayFuzzTests(GatewayFixture fixture)
{
    private static readonly int Requests = int.Parse(Environment.GetEnvironmentVariable("AKKACOMPUTE_FUZZ") ?? "100000", CultureInfo.InvariantCulture);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 1_800_000)]
    public async Task Mutated_requests_are_answered_and_end_nothing()
    {
        var seeds = Seeds();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var tallies = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => PlayAsync(seeds, worker, Requests / 8))));
        var statuses = tallies.SelectMany(tally => tally).GroupBy(one => one.Key).ToDictionary(group => group.Key, group => group.Sum(one => one.Value));
        TestContext.Current.SendDiagnosticMessage(string.Join(", ", statuses.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}")));

        Assert.Equal(Requests / 8 * 8, statuses.Values.Sum());
        Assert.DoesNotContain("500", statuses.Keys);
        Assert.DoesNotContain("silent", statuses.Keys);
        Assert.True(statuses.Keys.Count(status => status.StartsWith('4')) >= 4, "the requests reach too little");
        using var response = await fixture.Http.GetAsync("/v1/roster", Cancel);
        Assert.True(response.IsSuccessStatusCode);
        Jobs.AssertEchoed(await fixture.Node.Client.MapAsync(new(Jobs.Echo) { Policy = Jobs.None }, Jobs.Numbers(20), cancel: Cancel).AllAsync(), 20, ordered: true);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 128L << 20);
    }

    private async Task<Dictionary<string, int>> PlayAsync(byte[][] seeds, int worker, int count)
    {
        var random = new Random(worker);
        var tally = new Dictionary<string, int>(StringComparer.Ordinal);
        var buffer = new byte[16 * 1024];
        for (var i = 0; i < count; i++)
        {
            var status = await SendAsync(Mutated(seeds[random.Next(seeds.Length)], random), buffer);
            tally[status] = tally.GetValueOrDefault(status) + 1;
        }
        return tally;
    }

    /// <summary>By a connection of its own: what is left of an answer, or of a request, is not the next one's.</summary>
    private async Task<string> SendAsync(byte[] request, byte[] buffer)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Wait.Long);
        using var client = new TcpClient { LingerState = new LingerOption(true, 0) }; // no port waits for its end
        try
        {
            await client.ConnectAsync(fixture.Gateway.EndPoint, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(request, limit.Token);
            client.Client.Shutdown(SocketShutdown.Send);
            var read = await stream.ReadAsync(buffer, limit.Token);
            return read < 12 ? "closed" : Encoding.ASCII.GetString(buffer, 9, 3);
        }
        catch (Exception closed) when (closed is IOException or SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return "closed"; // while it was made, where there are too many already
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            return "silent";
        }
    }

    /// <summary>One request of each kind, as they should be.</summary>
    private static byte[][] Seeds()
    {
        using var key = KeyPair.Generate();
        var id = JobId.Of(key.NodeId, "job"u8);
        var spec = new JobSpec(id, key.NodeId, "", Jobs.Echo, Jobs.Short, Jobs.None, DrawMode.Next, 0);
        var submit = BossProtocol.SubmitJob.Sign(key, spec);
        var reserve = Domain.Chains.ChainProtocol.Reserve.Sign(key, key.NodeId, Hash256.Of("holder"u8), 0);
        var page = new Domain.Jobs.Protocol.JobProtocol.AddTasks(id, 0, [Jobs.Text("one"), Jobs.Text("two")], true, "eyJ.a.b"u8.ToArray());
        string[] gets = ["roster", $"jobs/{id}", $"jobs/{id}/outcomes?position=0&offset=0&ordered=true", $"jobs/{id}/revisions?position=0&offset=0", $"c-nodes/{key.NodeId}", $"c-nodes/{key.NodeId}/entries?from=0&count=9",
            $"blobs/{id}", "estimate?policy=none&tasks=10", $"roster/draw?job={id}&bundle=0&attempt=0&count=3", "epochs/3", "roster/members", "roster/record"];
        return
        [
            .. gets.Select(path => Encoding.ASCII.GetBytes($"GET /v1/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")),
            Post("jobs", BossJson.Write(submit)), Post($"jobs/{id}/authorization", BossJson.Write(new BossProtocol.OpenJob(submit, "eyJ.a.b"u8.ToArray(), "eyJ.a.b"u8.ToArray()))),
            Post($"jobs/{id}/pages", BossJson.Write(page)), Post($"jobs/{id}/cancellation", BossJson.Write(Domain.Jobs.Protocol.JobProtocol.CancelJob.Sign(key, key.NodeId, id))),
            Post($"c-nodes/{key.NodeId}/reservation", ChainJson.Write(reserve)),
            Post($"c-nodes/{key.NodeId}/entries", ChainJson.Write(new Domain.Chains.ChainProtocol.Append(key.NodeId, ["eyJ.a.b"u8.ToArray()], []))),
            Encoding.ASCII.GetBytes($"PUT /v1/blobs/{id}?size=4&offset=0 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 4\r\n"
                + $"AkkaCompute-Key: {key.Public}\r\nAkkaCompute-Signature: {new string('A', 86)}\r\nConnection: close\r\n\r\nabcd"),
        ];

        static byte[] Post(string path, ReadOnlyMemory<byte> json) =>
        [
            .. Encoding.ASCII.GetBytes($"POST /v1/{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {json.Length}\r\n\r\n"),
            .. json.Span,
        ];
    }

    /// <summary>One to four changes; mostly behind the first line, so that routes are reached.</summary>
    private static byte[] Mutated(byte[] seed, Random random)
    {
        var bytes = seed.ToList();
        var body = seed.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var from = random.Next(4) > 0 && body < bytes.Count ? body : 0;
            var at = random.Next(from, bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at))); break;
                default: bytes.InsertRange(at, Encoding.UTF8.GetBytes(_tokens[random.Next(_tokens.Length)])); break;
            }
            if (bytes.Count < 2)
                break;
        }
        return [.. bytes];
    }

    private static readonly string[] _tokens =
        ["\"", "{", "}", "[", "]", ":", ",", "null", "-1", "9007199254740992", "1e999", "\\ud800", "\0", "\r\n", "%00", "%", "../", "é", "true", "0x", "&", "?", ";"];
}
