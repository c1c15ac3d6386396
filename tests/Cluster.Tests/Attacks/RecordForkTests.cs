using System.Net;
using System.Text.Json;
using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Operations.Observability;
using AkkaCompute.Operations.Pbm.Server;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Tests.Cluster.Attacks;

/// <summary>A node that has signed an epoch's record signs another one for a dishonest singleton, which shows it to an honest node.</summary>
public sealed class RecordForkTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Who_signed_two_records_of_an_epoch_is_named_once_counted_and_shown_with_the_proof()
    {
        await using var honest = await StartAsync("a");
        await using var dishonest = await StartAsync("b", honest);
        await using var pbm = PbmServer.Start(honest.Context, new IPEndPoint(IPAddress.Loopback, 0));
        await using var http = await NodeHttp.StartAsync(honest.Context, new IPEndPoint(IPAddress.Loopback, 0));
        var key = dishonest.Context.NodeKey;
        for (var i = 0; i < 2; i++)
            await honest.CountsAsync(honest.Context.NodeKey.NodeId, key.NodeId);
        // The second one may have come to the honest node after the first, or not yet be its last.
        var both = (await RosterHistory.ReadAsync(honest)).Select(epoch => epoch.Closed.Record).Where(record => record.Signatures.Length == 2).TakeLast(2).ToArray();
        var (one, two) = (both[0], both[1]);
        Assert.Equal(0, await ForkedKeysAsync(http));
        Assert.Equal("Count: 0 keys\n", await OutputAsync(pbm, "compute", "forks"));

        using var log = Inbox.Create(honest.Context.System);
        honest.Context.System.EventStream.Subscribe(log.Receiver, typeof(Error));
        var other = Another(one);
        Show(honest, other.With([])); // it proves nothing
        Show(honest, other.With([new RecordSignature(key.NodeId, one.Signatures[0].Signature)])); // nor does this
        Show(honest, other.With([other.Sign(key)]));
        Show(honest, other.With([other.Sign(key)]));
        var later = Another(two);
        Show(honest, later.With([later.Sign(key)])); // it is convicted already

        var error = Assert.IsType<Error>(await log.ReceiveAsync(Wait.Long));
        Assert.Contains($"the key {key.Public} has signed two records of epoch {one.Number}: ", error.Message.ToString(), StringComparison.Ordinal);
        // The node goes on with its own history, and with the convicted one.
        await honest.CountsAsync(honest.Context.NodeKey.NodeId, key.NodeId);
        honest.Context.System.EventStream.Publish(new Error(null, "test", typeof(RecordForkTests), "the last"));
        Assert.Equal("the last", ((Error)await log.ReceiveAsync(Wait.Long)).Message);

        Assert.Equal(1, await ForkedKeysAsync(http));
        var fork = Assert.Single(honest.Context.Rosters.Forks);
        Assert.Equal(RecordFork.Of(key.Public, one, other.With([other.Sign(key)])), fork);
        var keys = await OutputAsync(pbm, "compute", "keys");
        Assert.Contains($"{key.Public} # {dishonest.Address}, signed two records of epoch {one.Number}\n", keys, StringComparison.Ordinal);
        Assert.Contains($"{honest.Context.NodeKey.Public} # {honest.Address}\n", keys, StringComparison.Ordinal);

        // What pbm prints is a proof for somebody who has nothing else.
        var lines = (await OutputAsync(pbm, "compute", "forks", "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var read = lines.Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            Assert.True(ExportText.TryRead(System.Text.Encoding.UTF8.GetBytes(json.RootElement.GetProperty("record").GetRawText()), out var record, out var flaw), flaw);
            return Assert.IsType<EpochLine>(record).Record;
        }).ToArray();
        Assert.Equal(fork, RecordFork.Of(key.Public, read[0], read[1]));
    }

    /// <summary>Another record of the same epoch, with the same reveals.</summary>
    private static EpochRecord Another(EpochRecord record) => new(record.Frozen with { TasksRoot = Hash256.Of("another"u8) }, record.Shown);

    private static void Show(TestNode node, EpochRecord record)
    {
        foreach (var part in new RosterDelta(record, [], [], [], [], []).Split())
            node.Context.Replica.Tell(new PartSent(part), ActorRefs.NoSender);
    }

    private static async Task<double> ForkedKeysAsync(NodeHttp http)
    {
        using var client = new HttpClient();
        return new Metrics(await client.GetStringAsync(new Uri($"http://{http.EndPoint}/metrics"), Cancel))["akkacompute_roster_forked_keys"];
    }

    private static async Task<string> OutputAsync(PbmServer pbm, params string[] words)
    {
        var result = await PbmProgram.RunAsync([pbm.EndPoint.ToString(), .. words]);
        Assert.Equal((0, ""), (result.Code, result.Errors));
        return result.Output.ReplaceLineEndings("\n");
    }

    private Task<TestNode> StartAsync(string name, TestNode? seed = null) => TestNode.StartAsync(
        _directory[name],
        settings => settings with { Workers = 1, Slots = 1, Journal = _directory["journal.db"], Seeds = seed is null ? [] : [seed.Address] },
        configure: options => options with { HeadsEpoch = options.MinEpoch });
}
