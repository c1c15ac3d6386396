using System.Buffers.Text;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using AkkaCompute.Actors.Client;
using AkkaCompute.Authors.Workers;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside.Workers;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Tests.Cluster.Gateway;
using Values = System.Collections.Generic.Dictionary<string, System.Text.Json.Nodes.JsonNode?>;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary>The transcripts of sdk/fixtures, against a real node.</summary>
public sealed class TranscriptTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly KeyPair _key = KeyPair.Generate();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _key.Dispose();
        _directory.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_workers_session_goes_as_it_is_written()
    {
        await using var node = await TestNode.StartAsync(_directory.Path, settings => settings with { Workers = 4 });
        await using var gateway = await GatewayFixture.OpenAsync(node, _directory.Path);
        var url = OutsideWorkerTests.UrlOf(gateway);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(url, Cancel);
        var values = new Values
        {
            ["id"] = _key.NodeId.ToString(), ["key"] = _key.Public.ToString(), ["origin"] = $"ws://{gateway.EndPoint}", ["holder"] = Hash256.Of("holder"u8).ToString(),
        };
        Task<List<Outcome>> outcomes = null!;
        var boss = async () =>
        {
            await Wait.EventuallyAsync(() => node.Context.Rosters.Current is var roster && roster.Find(_key.NodeId) is { } member && member.CanBeDrawn(roster.Epoch), "it can be drawn");
            var request = new JobRequest(Jobs.Echo) { Policy = new Policy.Quorum(3, 5), BundleSize = 2 };
            outcomes = node.Client.MapAsync(request, Jobs.Numbers(2), cancel: Cancel).AllAsync();
        };
        var steps = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(NodeJsWorker.Root(), "sdk", "fixtures", "worker-session.json"), Cancel))!.AsArray();
        await new Transcript(socket, values, Signs(), boss).PlayAsync(steps, Cancel);
        Jobs.AssertEchoed(await outcomes, 2, ordered: true);
        await Wait.EventuallyAsync(async () => (await node.EarnedAsync([_key.NodeId])).Accepted == 2, "its work counts");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "goodbye", Cancel);
    }

    private Dictionary<string, Func<Values, string>> Signs() => new()
    {
        ["signHello"] = values => Text(Greeting.Hello.Sign(
            _key, _key.NodeId,
            new Greeting.Challenge(new PublicKey(HashOf(values, "node").ToBytes()), HashOf(values, "nonce"), 1, 1, 0, 0, default, default), values["origin"]!.GetValue<string>()).Signature),
        ["signReserve"] = values => Text(ChainProtocol.Reserve.Sign(_key, _key.NodeId, HashOf(values, "holder"), (long)values["turn"]!).Signature!),
        ["signDeclare"] = values => ProofOfWork.Declare(
            _key, new Declare(_key.Public, Roles.Worker, CapabilitySet.Of("kernel:echo@1"), null, Hash256.Of("next"u8), 0),
            Seen(values, "checkpoint"), (int)values["bits"]!, 0, Cancel).Text,
        ["signOpen"] = values => Entry.Sign(_key, new EntryPlace(_key.NodeId, 0, 1, EntryOf(values, "signDeclare").Hash, Seen(values, "checkpoint")), new Open(null)).Text,
        ["signSalt"] = values => Salt(values).Secret.ToString(),
        ["signResult"] = values =>
        {
            Hash256?[] digests = [.. "01".Select(digit => (Hash256?)TaskResult.Exit(0, Jobs.Text(digit.ToString()), default, 0, default).Digest())];
            var root = ResultBatch.Build(_key.NodeId, 0, (int)values["attempt"]!, Salt(values), digests).Root;
            return SignIn(values, 1, EntryOf(values, "signOpen").Hash, new Result(
                new JobId(HashOf(values, "job")), (long)values["bundle"]!, (int)values["attempt"]!, new Epoch((ulong)values["epoch"]!), 0, 2, root));
        },
        ["signReward"] = values =>
        {
            var accept = EntryOf(values, "accept");
            var claims = Assert.IsType<Accept>(accept.Claims);
            Assert.Equal(_key.NodeId, claims.Worker);
            return SignIn(values, 2, EntryOf(values, "signResult").Hash, new Reward(claims.Job, accept.Place.Issuer, RewardVerdict.Paid, accept.Hash, claims.Pay));
        },
    };

    /// <summary>In the chain that was opened by entry 1 of the main one.</summary>
    private string SignIn(Values values, long seq, Hash256 previous, Claims claims) =>
        Entry.Sign(_key, new EntryPlace(_key.NodeId, 1, seq, previous, Seen(values, "cp")), claims).Text;

    private BundleSalt Salt(Values values) =>
        BundleSalt.Derive(WorkerSigner.SaltSecret(_key), new JobId(HashOf(values, "job")), (long)values["bundle"]!, (int)values["attempt"]!);

    private static Entry EntryOf(Values values, string name) =>
        Entry.TryParse(Encoding.ASCII.GetBytes(values[name]!.GetValue<string>()), out var entry, out var refused) ? entry : throw new InvalidOperationException(refused.Message);

    private static Checkpoint Seen(Values values, string name) => new(new Epoch((ulong)values[name]!["epoch"]!), Hash256.Parse(values[name]!["hash"]!.GetValue<string>()));

    private static Hash256 HashOf(Values values, string name) => Hash256.Parse(values[name]!.GetValue<string>());

    private static string Text(RequestSignature signature) => Base64Url.EncodeToString(signature.Bytes.Span);
}
