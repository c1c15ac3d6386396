using System.Text;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Outside.Workers;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Outside.Workers.Asking;
using static AkkaCompute.Domain.Outside.Workers.Greeting;
using static AkkaCompute.Domain.Outside.Workers.Working;

namespace AkkaCompute.Domain.Tests.Outside;

public sealed class WorkerFrameTests
{
    private static readonly KeyPair _key = KeyPair.FromSeed(Hash256.Of("worker"u8).ToBytes());
    private static readonly KeyPair _node = KeyPair.FromSeed(Hash256.Of("node"u8).ToBytes());
    private static readonly JobId _job = new(Hash256.Of("job"u8));
    private static readonly Checkpoint _seen = new(new Epoch(7), Hash256.Of("record"u8));
    private static readonly Challenge _challenge = new(_node.Public, Hash256.Of("nonce"u8), 1, 2, 20, 100, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10));
    private static readonly ReadOnlyMemory<byte> _entry = Entry.Sign(
        _key, new EntryPlace(_key.NodeId, 1, 2, Hash256.Of("before"u8), _seen), new Decline(_job, 3, 0, new Epoch(7))).Bytes;

    /// <summary>At least one of each kind, with all that it can say.</summary>
    private static readonly WorkerFrame[] _fromGateway =
    [
        _challenge,
        new Welcome(_seen),
        new Answer(3, new ChainProtocol.Place(_key.NodeId, -2, null)),
        new Answer(3, new ChainProtocol.Reserved(_key.NodeId, 4, Hash256.Of("before"u8), _seen, TimeSpan.FromSeconds(30), new ChainAuthor(_key.Public, Hash256.Of("next"u8), _entry, new Epoch(2))) { Turn = 5 }),
        new Answer(3, new ChainProtocol.Appended(_key.NodeId, [Receipt.Sign(_node, Hash256.Of("entry"u8), new Epoch(7)).Bytes])),
        new Answer(3, new ChainProtocol.AppendRefused(_key.NodeId, 1, 2, EntryRefusal.Gap, "seq: 2, but the next one is 1.", 1)),
        new Answer(3, new Refused(RefusalReason.Unavailable, "come again")),
        new Asking.Record(3, _seen),
        new Refusal(0, new Refused(RefusalReason.Invalid, "t: what")),
        new Joined(Hash256.Of("session"u8), true) { Ack = 4 },
        new Pong(_seen),
        new Offer(
            1, _job, _node.NodeId, 2, 1, new Epoch(7),
            new Payload.Program(Hash256.Of("module"u8)) { Arguments = ["{input}"], Files = [new ProgramFile("a", Hash256.Of("a"u8), 1)], InputFile = true },
            new Limits(1, 2, 3, 4, TimeSpan.FromSeconds(5)) { FileBytes = 6 }, 8, 2, 9, new Credits(3), TimeSpan.FromSeconds(4)) { Seq = 3 },
        new Inputs(1, ["one"u8.ToArray(), default], true, _seen) { Seq = 4, Ack = 2 },
        new Cancel(1) { Seq = 5 },
        new Settle(_job, 2, _node.NodeId, [_entry]) { Seq = 6 },
        new Unjudged(_job, _node.NodeId, [_entry]) { Seq = 7 },
        new Leave("the node ends") { Seq = 8 },
        new Heard { Ack = 9 },
    ];

    private static readonly WorkerFrame[] _fromWorker =
    [
        Hello.Sign(_key, _key.NodeId, _challenge, "ws://localhost:1"),
        new Ask(3, new ChainProtocol.GetPlace(_key.NodeId)),
        new Ask(3, ChainProtocol.Reserve.Sign(_key, _key.NodeId, Hash256.Of("holder"u8), -1)),
        new Ask(3, new ChainProtocol.Append(_key.NodeId, [_entry], [_entry])),
        new GetRecord(4),
        new Join(64, Hash256.Of("session"u8)) { Ack = 3 },
        new Join(0, default),
        new Credit(3),
        new Ping { Ack = 3 },
        new Take(1) { Seq = 1 },
        new Pass(1, "not this one", _entry) { Seq = 2 },
        new Pass(1, "", default) { Seq = 2 },
        new Preparing(1) { Seq = 3 },
        new Results(
            1,
            [
                TaskResult.Exit(-1, "out"u8.ToArray(), "err"u8.ToArray(), 5, TimeSpan.FromMilliseconds(6)) with { Listing = "files"u8.ToArray() },
                TaskResult.Trapped(TrapKind.OutOfFuel, default, default, 5, TimeSpan.Zero),
                TaskResult.None(NoResultReason.OutOfTime, "slow", 0, TimeSpan.Zero),
            ],
            new SignedResult(_entry, new BundleSalt(Hash256.Of("salt"u8)))) { Seq = 4, Ack = 5 },
        new Rewards(_job, 2, [_entry]) { Seq = 5 },
        new Heard { Ack = 9 },
    ];

    [Fact]
    public void Each_frame_is_read_as_it_was_written()
    {
        foreach (var frame in _fromGateway)
            Same(frame, WorkerFrameJson.FromGateway(WorkerFrameJson.Write(frame), _key.NodeId));
        foreach (var frame in _fromWorker)
            Same(frame, WorkerFrameJson.FromWorker(WorkerFrameJson.Write(frame), _key.NodeId));

        // Their lists compare by reference, so they are compared as what they say.
        static void Same(WorkerFrame expected, WorkerFrame? read)
        {
            Assert.IsType(expected.GetType(), read);
            Assert.Equal(Text(WorkerFrameJson.Write(expected)), Text(WorkerFrameJson.Write(read)));
        }
    }

    [Fact]
    public void There_is_a_sample_of_each_kind()
    {
        var kinds = typeof(WorkerFrame).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(WorkerFrame))).ToHashSet();
        kinds.ExceptWith(_fromGateway.Concat(_fromWorker).Select(frame => frame.GetType()));
        Assert.Empty(kinds);
    }

    [Theory]
    [InlineData("""{"t":"accept","lease":0}""", "lease")]
    [InlineData("""{"t":"accept","lease":1.5}""", "lease")]
    [InlineData("""{"t":"accept","lease":1,"lease":2}""", "lease")]
    [InlineData("""{"t":"accept","lease":1,"seq":-1}""", "seq")]
    [InlineData("""{"t":"join","credit":65}""", "credit")]
    [InlineData("""{"t":"ask","id":1,"what":"ban","body":{}}""", "what")]
    [InlineData("""{"t":"results","lease":1,"items":[{"end":"lost"}]}""", "items[0].end")]
    [InlineData("""{"t":"results","lease":1,"items":[{"end":"trapped","trap":4}]}""", "items[0].trap")]
    [InlineData("""{"t":"results","lease":1,"items":[{"end":"none"}]}""", "items[0].reason")]
    [InlineData("""{"t":"results","lease":1,"items":[{"end":"exited","output":"ab="}]}""", "items[0].output")]
    [InlineData("""{"t":"results","lease":1,"items":[],"entry":"é","salt":""}""", "entry")]
    [InlineData("""{"t":"offer"}""", "t: 'offer'")]
    public void What_a_worker_may_not_say_is_refused_and_the_field_named(string text, string field)
    {
        var refused = Assert.Throws<RefusedException>(() => WorkerFrameJson.FromWorker(Encoding.UTF8.GetBytes(text), _key.NodeId));
        Assert.Contains(field, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hello_is_signed_for_one_challenge_one_origin_and_one_version()
    {
        var hello = Hello.Sign(_key, _key.NodeId, _challenge, "ws://localhost:1");
        Assert.Null(hello.CheckSignature(_challenge));
        Assert.NotNull(hello.CheckSignature(_challenge with { Nonce = Hash256.Of("other"u8) }));
        Assert.NotNull(hello.CheckSignature(_challenge with { Node = _key.Public }));
        Assert.NotNull((hello with { Origin = "ws://localhost:2" }).CheckSignature(_challenge));
        Assert.NotNull((hello with { Chosen = 2 }).CheckSignature(_challenge));
        Assert.NotNull((hello with { Id = _node.NodeId }).CheckSignature(_challenge));
    }

    [Fact]
    public void A_frame_log_keeps_what_is_not_acknowledged_and_knows_what_comes_twice()
    {
        var (here, there) = (new FrameLog(), new FrameLog());
        var sent = Enumerable.Range(1, 20).Select(lease => here.Number(new Cancel(lease))).ToArray();
        foreach (var frame in sent.Take(16))
            Assert.True(there.Take(frame));
        Assert.True(there.OwesAck);
        Assert.False(there.Take(sent[3]));
        Assert.Throws<FrameOrderException>(() => there.Take(sent[17]));
        here.Take(there.Stamp(new Heard()));
        Assert.False(there.OwesAck);
        Assert.Equal(sent[16..], here.Kept);
        Assert.Throws<FrameOrderException>(() => here.Acknowledge(21));
        here.Reset();
        Assert.Empty(here.Kept);
        Assert.Equal(1, here.Number(new Cancel(1)).Seq);
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
