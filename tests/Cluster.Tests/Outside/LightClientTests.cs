using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using AkkaCompute.Actors.Client;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Authors.Light;
using AkkaCompute.Client.Http;
using AkkaCompute.Client.Worker;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Gateway;
using AkkaCompute.Tests.Cluster.Gateway;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary>A worker and a boss that hold a gateway to the cluster nodes that their owners trust.</summary>
public sealed class LightClientTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<string> _said = new();
    private WorkerKeyFile _keys = null!;
    private TestNode _node = null!;
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Uri Network => _gateway.Address;

    private PublicKey NodeKey => _node.Context.Rosters.Current.Nodes.Values.Single().Key;

    public async ValueTask InitializeAsync()
    {
        _keys = new WorkerKeyFile(_directory["worker.key"]);
        _node = await TestNode.StartAsync(_directory.Path);
        _gateway = await GatewayFixture.OpenAsync(_node, _directory.Path);
        // A node that has just started signs from the second record on that has its chain, and an idle network makes none.
        while (_node.Context.Rosters.Shown?.Record.Signatures is not { Length: > 0 })
            Jobs.AssertEchoed(await _node.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(3), cancel: Cancel).AllAsync(), 3, ordered: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _node.DisposeAsync();
        _keys.Dispose();
        _directory.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task Who_trusts_the_node_works_there_and_hands_in_jobs_and_names_only_records_that_were_verified()
    {
        using (var records = Records(NodeKey))
        using (var worker = Worker(records))
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel))
        {
            var running = worker.RunAsync(end.Token);
            await Wait.EventuallyAsync(() => _said.Contains(nameof(WorkerEvent.Joined)), "it has joined");
            await Wait.EventuallyAsync(() => _node.Context.Rosters.Current.Find(_keys.Id) is not null, "it can be drawn");

            using var trusting = new HttpBoss(Network, BossKey.Of(), null, Wait.Long, TimeProvider.System, Records(NodeKey));
            while (!_said.Contains(nameof(WorkerEvent.Rewarded)))
            {
                var spec = new JobSpec(
                    JobId.Of(trusting.Boss, Guid.NewGuid().ToByteArray()), trusting.Boss, "", Jobs.Echo, Jobs.Short, new Policy.Quorum(3, 5), DrawMode.Next, 0);
                var job = await trusting.SubmitAsync(spec, Cancel);
                Jobs.AssertEchoed(await job.MapAsync(Large.EachAsync(Jobs.Numbers(20)), ordered: true, Cancel).AllAsync(), 20, ordered: true);
            }
            await end.CancelAsync();
            await running;
        }
        Assert.DoesNotContain(_said, said => said.Contains("record", StringComparison.Ordinal));
        Assert.Equal([NodeKey], new LightClientFile(_directory["trust"]).Client.Known.Nodes.Select(node => node.Key));
        var report = ExportTests.Audit(await ExportTests.ExportAsync(_node), null);
        Assert.Equal(0, report.FindingCount);
    }

    [Fact(Timeout = 300_000)]
    public async Task Where_the_trusted_nodes_have_signed_nothing_it_signs_nothing_and_says_so()
    {
        using var stranger = KeyPair.Generate();
        using var records = Records(stranger.Public);
        using var worker = Worker(records);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = worker.RunAsync(end.Token);
        await Wait.EventuallyAsync(() => _said.Any(said => said.Contains("signed by 0 of the 1", StringComparison.Ordinal)), "it says so");
        await end.CancelAsync();
        await running;
        using var http = new HttpClient { BaseAddress = Network };
        Assert.DoesNotContain("\"author\"", await http.GetStringAsync($"v1/c-nodes/{_keys.Id}", Cancel), StringComparison.Ordinal);

        using var boss = new HttpBoss(Network, BossKey.Of(), null, TimeSpan.FromSeconds(8), TimeProvider.System, Records(stranger.Public));
        var spec = new JobSpec(JobId.Of(boss.Boss, "x"u8), boss.Boss, "", Jobs.Echo, Jobs.Short, Jobs.None, DrawMode.Next, 0);
        var silent = await Assert.ThrowsAsync<SilentNetworkException>(() => boss.SubmitAsync(spec, Cancel));
        Assert.Contains("could not be verified", silent.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_gateway_that_contradicts_what_was_signed_is_left_and_nothing_more_is_signed_for_it()
    {
        using var lying = new LyingGateway();
        using var records = new HttpRecordVerifier(new HttpClient(lying) { BaseAddress = Network }, Trusted(NodeKey), _said.Enqueue, TimeProvider.System);
        using var worker = Worker(records);
        var lie = await Assert.ThrowsAsync<LyingNetworkException>(() => worker.RunAsync(Cancel));
        Assert.Contains("the trusted nodes have signed", lie.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(WorkerEvent.Joined), _said);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_receipt_is_held_until_a_verified_record_covers_its_entry()
    {
        var path = _directory["boss.receipts"];
        using var boss = new HttpBoss(Network, BossKey.Of(), path, Wait.Long, TimeProvider.System, Records(NodeKey));
        await RunAsync(boss);
        var first = await File.ReadAllLinesAsync(path, Cancel);
        Assert.InRange(first.Length, 2, 3); // of an opening and a delegate, and of its declaration, if no record had that before
        await Wait.EventuallyAsync(
            async () =>
            {
                await RunAsync(boss); // each job asks again; a record may be on its way
                return !(await File.ReadAllLinesAsync(path, Cancel)).Intersect(first).Any();
            },
            "a record covers them");
        Assert.NotEmpty(await File.ReadAllLinesAsync(path, Cancel)); // those of the last job
        Assert.DoesNotContain(_said, said => said.Contains("does not cover", StringComparison.Ordinal));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_gateway_whose_proof_of_a_head_does_not_hold_is_left()
    {
        using var lying = new LyingProofs();
        var records = new HttpRecordVerifier(new HttpClient(lying) { BaseAddress = Network }, Trusted(NodeKey), _said.Enqueue, TimeProvider.System);
        using var boss = new HttpBoss(Network, BossKey.Of(), _directory["boss.receipts"], Wait.Long, TimeProvider.System, records);
        await RunAsync(boss);
        lying.On = true;
        var before = await File.ReadAllLinesAsync(_directory["boss.receipts"], Cancel);
        var lie = await Assert.ThrowsAsync<LyingNetworkException>(async () =>
        {
            while (true) // no receipt may be due yet, and it may have no head to lie about
                await RunAsync(boss);
        });
        Assert.Contains("does not hold", lie.Message, StringComparison.Ordinal);
        Assert.Subset((await File.ReadAllLinesAsync(_directory["boss.receipts"], Cancel)).ToHashSet(), before.ToHashSet());
    }

    [Fact(Timeout = 300_000)]
    public async Task A_gateway_that_shows_no_head_has_said_nothing_and_the_receipts_stay()
    {
        var path = _directory["boss.receipts"];
        using var silent = new NoHeads();
        var records = new HttpRecordVerifier(new HttpClient(silent) { BaseAddress = Network }, Trusted(NodeKey), _said.Enqueue, TimeProvider.System);
        using var boss = new HttpBoss(Network, BossKey.Of(), path, Wait.Long, TimeProvider.System, records);
        await RunAsync(boss);
        var first = await File.ReadAllLinesAsync(path, Cancel);
        await Wait.EventuallyAsync(
            async () =>
            {
                await RunAsync(boss);
                return silent.Asked >= 2; // it asks from when a receipt is due, and again
            },
            "it asks for the head");
        Assert.Subset((await File.ReadAllLinesAsync(path, Cancel)).ToHashSet(), first.ToHashSet());
        Assert.DoesNotContain(_said, said => said.Contains("does not cover", StringComparison.Ordinal));
    }

    private static async Task RunAsync(HttpBoss boss)
    {
        var spec = new JobSpec(
            JobId.Of(boss.Boss, Guid.NewGuid().ToByteArray()), boss.Boss, "", Jobs.Echo, Jobs.Short, Jobs.None, DrawMode.Next, 1);
        var job = await boss.SubmitAsync(spec, Cancel);
        Jobs.AssertEchoed(await job.MapAsync(Large.EachAsync(Jobs.Numbers(2)), ordered: true, Cancel).AllAsync(), 2, ordered: true);
    }

    private LightClientFile Trusted(PublicKey key)
    {
        File.WriteAllText(_directory["trust"], $"{key}\n");
        return new LightClientFile(_directory["trust"]);
    }

    private HttpRecordVerifier Records(PublicKey key) => new(Network, Trusted(key), _said.Enqueue, TimeProvider.System);

    private NetworkWorker Worker(IRecordVerifier records) => new(
        new WorkerParts(Network, _keys, TestNode.Kernels(), new HttpBlobs(Network, _keys.Key, Wait.Long, TimeProvider.System), 1, said => _said.Enqueue(said.GetType().Name), TimeProvider.System)
        {
            Records = records,
        });

    /// <summary>Shows true records, and once one was shown three times another one of the same epoch.</summary>
    private sealed class LyingGateway : DelegatingHandler
    {
        private ShownRecord? _last;
        private int _shown;

        public LyingGateway() => InnerHandler = new HttpClientHandler();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_shown >= 3)
            {
                var frozen = _last!.Record.Frozen with { TasksRoot = new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size)) };
                var other = _last with { Record = new EpochRecord(frozen, _last.Record.Shown, _last.Record.Signatures) };
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(RecordJson.Write(other).ToArray()) };
            }
            var response = await base.SendAsync(request, cancellationToken);
            _last = RecordJson.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            _shown++;
            return response;
        }
    }

    /// <summary>Shows true records, and leaves all heads out.</summary>
    private sealed class NoHeads : DelegatingHandler
    {
        public NoHeads() => InnerHandler = new HttpClientHandler();

        public int Asked { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (!request.RequestUri!.AbsolutePath.EndsWith("/head", StringComparison.Ordinal) || !response.IsSuccessStatusCode)
                return response;
            var (shown, _) = HeadJson.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            response.Content = new ByteArrayContent(HeadJson.Write(shown, new ShownHead(shown.Record.Number, null, null)).ToArray());
            Asked++;
            return response;
        }
    }

    /// <summary>Shows true records, and once it is on, of each head that it covers one entry more than it does.</summary>
    private sealed class LyingProofs : DelegatingHandler
    {
        public LyingProofs() => InnerHandler = new HttpClientHandler();

        public bool On { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (!On || !request.RequestUri!.AbsolutePath.EndsWith("/head", StringComparison.Ordinal) || !response.IsSuccessStatusCode)
                return response;
            var (shown, told) = HeadJson.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            if (told.Head is { } head)
                response.Content = new ByteArrayContent(HeadJson.Write(shown, told with { Head = head with { Seq = head.Seq + 1 } }).ToArray());
            return response;
        }
    }
}
