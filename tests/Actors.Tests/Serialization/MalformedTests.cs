using System.Runtime.Serialization;
using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using CsCheck;
using Google.Protobuf;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>Whatever the bytes are, there is a message or one kind of exception, and it says what is wrong.</summary>
public class MalformedTests
{
    private static readonly ByteString _hash = ByteString.CopyFrom(new byte[Hash256.Size]);
    private static readonly (string Manifest, byte[] Bytes)[] _golden = [.. GoldenBytesTests.Load().Values];

    public static TheoryData<string, byte[], string> Malformed => new()
    {
        { "jg", [], "job: 0 bytes" },
        { "jg", new P.GetJob { Job = ByteString.CopyFrom(new byte[31]) }.ToByteArray(), "job: 31 bytes" },
        { "jg", new P.GetJob { Job = ByteString.CopyFrom(new byte[33]) }.ToByteArray(), "job: 33 bytes" },
        { "jc", [], "spec: missing" },
        { "jc", new P.Create { Spec = Spec(spec => spec.Boss = ByteString.Empty) }.ToByteArray(), "spec.boss: 0 bytes" },
        { "jc", new P.Create { Spec = Spec(spec => spec.Payload = null) }.ToByteArray(), "spec.payload: missing" },
        { "jc", new P.Create { Spec = Spec(spec => spec.Payload = new P.Payload()) }.ToByteArray(), "payload: neither" },
        { "jc", new P.Create { Spec = Spec(spec => spec.Payload.Wasm.Module = ByteString.Empty) }.ToByteArray(), "payload.wasm.module: 0 bytes" },
        { "jc", new P.Create { Spec = Spec(spec => spec.Limits = null) }.ToByteArray(), "spec.limits: missing" },
        { "jc", new P.Create { Spec = Spec(spec => spec.Policy = new P.Policy()) }.ToByteArray(), "spec.policy: neither" },
        { "jc", new P.Create { Spec = Spec(spec => spec.Policy = new P.Policy { Text = "majority" }) }.ToByteArray(), "spec.policy.text: no policy" },
        { "jc", new P.Create { Spec = Spec(spec => spec.Draw = 0) }.ToByteArray(), "spec.draw: 0 is not a known DrawMode" },
        { "jc", new P.Create { Spec = Spec(spec => spec.Draw = (P.DrawMode)9) }.ToByteArray(), "spec.draw: 9 is not a known DrawMode" },
        { "no", new P.Refused { Reason = (P.RefusalReason)999 }.ToByteArray(), "reason: 999 is not a known RefusalReason" },
        { "rd", new P.Recorded { Id = _hash, By = _hash, Job = _hash }.ToByteArray(), $"role: 0 is not a known {nameof(Role)}" },
        { "rr", [], "vouch: missing" },
        { "rp", new P.Reputation { Id = _hash, Boss = new P.Score() }.ToByteArray(), "worker: missing" },
        { "jt", Tasks(new P.ByteRows { Lengths = { 3 }, Data = ByteString.CopyFrom(1, 2) }), "inputs: its lengths sum to more than its 2 bytes" },
        { "jt", Tasks(new P.ByteRows { Lengths = { 1 }, Data = ByteString.CopyFrom(1, 2) }), "inputs: its lengths sum to 1, but it has 2 bytes" },
        { "jt", Tasks(new P.ByteRows { Lengths = { uint.MaxValue, uint.MaxValue, 4 }, Data = ByteString.CopyFrom(1, 2) }), "inputs: its lengths" },
        { "jn", Page(null), "outcomes: missing" },
        { "jn", Page(new P.OutcomeRows { Status = { P.OutcomeStatus.Exited } }), "outcomes.status: 1 cells, but the table has 0 rows" },
        { "jn", Page(new P.OutcomeRows { Task = { 1, 1 } }), "outcomes.task: 2 cells" },
        { "jn", Page(new P.OutcomeRows { Output = Row(), Status = { (P.OutcomeStatus)6 } }), "outcomes.status: 6 is not a known OutcomeStatus" },
        { "jn", Page(new P.OutcomeRows { Output = Row(), Trap = { (P.TrapKind)(-1) } }), "outcomes.trap: -1 is not a known TrapKind" },
        { "jn", Page(new P.OutcomeRows { Output = Row(), Reason = { (P.NoResultReason)99 } }), "outcomes.reason: 99 is not a known NoResultReason" },
        { "jn", Page(new P.OutcomeRows { Output = Row(), Stderr = new P.ByteRows { Lengths = { 0, 0 } } }), "outcomes.stderr: 2 cells" },
        { "jn", Page(new P.OutcomeRows { Output = Row(), ExitCode = { 1, 2 } }), "outcomes.exit_code: 2 cells" },
        { "lr", Result(new P.ResultRows { Output = Row(), Kind = { P.ResultKind.Unspecified } }), "results.kind: 0 is not a known ResultKind" },
        { "lr", Result(new P.ResultRows { Output = Row(), Fuel = { 1, 2 } }), "results.fuel: 2 cells" },
        { "lr", Result(new P.ResultRows { ElapsedTicks = { 1 } }), "results.elapsed_ticks: 1 cells" },
        { "jed", new P.Decided { Job = _hash, Decisions = { new P.Decision() } }.ToByteArray(), "decision.outcomes: missing" },

        { "op", new P.EnterRequests { Requests = _hash }.ToByteArray(), "requests: 32 bytes, not a multiple of 48" },
        { "op", new P.EnterRequests { Requests = ByteString.CopyFrom(new byte[48]) }.ToByteArray(), "requests: draw request: bundles 0 + 0" },
        { "oh", new P.EnterHeads { Heads = _hash }.ToByteArray(), "heads: 32 bytes, not a multiple of 80" },
        { "oh", new P.EnterHeads { Heads = ByteString.CopyFrom([.. Enumerable.Repeat((byte)0xff, 80)]) }.ToByteArray(), "heads: chain -1" },
        { "of", new P.Freeze { Frozen = _hash }.ToByteArray(), "frozen: freeze: 32 bytes, not 232" },
        { "of", new P.Freeze { Frozen = ByteString.CopyFrom(new byte[232]) }.ToByteArray(), "frozen: freeze: epoch 0" },
        { "or", new P.Revealed { Epoch = 1 }.ToByteArray(), "reveal: missing" },
        { "or", new P.Revealed { Reveal = new P.Reveal { Anchor = _hash, Link = _hash }, Signature = _hash }.ToByteArray(), "signature: 32 bytes" },
        { "ou", new P.SignRecord { Record = new P.EpochRecord { Signers = _hash } }.ToByteArray(), "record.signatures: 0 signatures of 1 nodes" },
        { "ou", new P.SignRecord { Record = new P.EpochRecord { RevealSignatures = _hash } }.ToByteArray(), "record.reveal_signatures: 32 bytes" },
        { "ov", new P.RecordSigned { Node = _hash }.ToByteArray(), "signature: 0 bytes" },
        { "ob", new P.Ban().ToByteArray(), "id: 0 bytes" },
        { "ot", new P.SetStandings { TrustRoot = _hash, Changes = { new P.StandingChange { Id = _hash } } }.ToByteArray(), "change.standing: 0" },
        { "oi", new P.RosterInfo { Beacon = _hash, Some = ByteString.CopyFrom(1) }.ToByteArray(), "some: 1 bytes, not a multiple of 32" },
        { "oa", new P.Announce().ToByteArray(), "node: missing" },
        { "oa", new P.Announce { Node = new P.NodeInfo { Address = "a", Key = _hash, Anchor = _hash } }.ToByteArray(), "node: slots: 0" },
        { "oa", new P.Announce { Node = new P.NodeInfo { Slots = 1, Key = _hash, Anchor = _hash } }.ToByteArray(), "node: address: empty" },
        { "oa", Sessions(_ => { }), "members.address: 0, but there are 0" },
        { "oa", Sessions(rows => rows.Addresses.Add("a")), "members.capability_set: 0, but there are 0" },
        { "oa", Sessions(rows => rows.CapabilitySet.Add([0, 0])), "members.capability_set: 2 cells" },
        { "oa", Sessions(rows => rows.Key.Add([_hash, _hash])), "members.key: 2 cells" },
        { "oa", Member(rows => rows.Key.Add(ByteString.CopyFrom(1))), "members.key: 1 bytes" },
        { "oa", Member(rows => { rows.Ids = ByteString.CopyFrom(Hash256.Of(_hash.Span).ToBytes()); rows.Key.Add(_hash); }), "members: key: the first one" },
        { "oa", Sessions(rows => rows.CapabilitySets.Add(new P.CapabilitySet { Names = { "two words" } })), "members: capabilities" },
        { "oec", new P.EpochClosed { Delta = new P.RosterDelta() }.ToByteArray(), "record: missing" },
        { "oec", new P.EpochClosed { Delta = new P.RosterDelta { Record = new P.EpochRecord() } }.ToByteArray(), "record: epoch record: 0 bytes" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_wrong_is_named(string manifest, byte[] bytes, string problem)
    {
        var said = manifest.Length == 3
            ? Assert.Throws<SerializationException>(() => Wire.Serializer.FromBinary(bytes, manifest)).Message
            : Assert.IsType<Unreadable>(Wire.Serializer.FromBinary(bytes, manifest)).Problem; // a message: its receiver answers
        Assert.Contains($"manifest '{manifest}'", said, StringComparison.Ordinal);
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("JG")]
    [InlineData("AkkaCompute.Domain.Ground.Refused, AkkaCompute.Domain")]
    public void An_unknown_manifest_is_refused_by_name(string manifest)
    {
        var thrown = Assert.Throws<SerializationException>(() => Wire.Serializer.FromBinary([], manifest));
        Assert.Contains(manifest[..Math.Min(manifest.Length, 32)], thrown.Message, StringComparison.Ordinal);
        Assert.True(thrown.Message.Length < 100);
    }

    private sealed record Stranger : IWire;

    [Fact]
    public void A_type_without_a_codec_is_refused_by_name()
    {
        Assert.Contains(nameof(Stranger), Assert.Throws<SerializationException>(() => Wire.Serializer.ToBinary(new Stranger())).Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Stranger), Assert.Throws<SerializationException>(() => Wire.Serializer.Manifest(new Stranger())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_prefix_of_a_message_is_taken_for_the_message()
    {
        foreach (var (manifest, bytes) in _golden)
        {
            var whole = Shape.Of(Wire.Serializer.FromBinary(bytes, manifest));
            for (var length = 0; length < bytes.Length; length++)
            {
                if (Read(manifest, bytes[..length]) is { } message)
                    Assert.NotEqual(whole, Shape.Of(message));
            }
        }
    }

    [Fact]
    public void Random_bytes_are_a_message_or_the_declared_exception() =>
        Gen.Select(Gen.Int[0, _golden.Length - 1].Select(i => _golden[i]), Gen.Byte.Array[0, 200]).Sample((golden, bytes) => { Read(golden.Manifest, bytes); }, iter: 20_000);

    [Fact]
    public void Changed_messages_are_a_message_or_the_declared_exception() =>
        Gen.Select(Gen.Int[0, _golden.Length - 1].Select(i => _golden[i]), Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 4]).Sample((golden, changes) =>
        {
            var bytes = (byte[])golden.Bytes.Clone();
            foreach (var (at, value) in changes)
            {
                if (bytes.Length > 0)
                    bytes[at % bytes.Length] = value;
            }
            Read(golden.Manifest, bytes);
        }, iter: 50_000);

    [Fact]
    public void Fields_of_a_later_version_are_skipped()
    {
        foreach (var (manifest, bytes) in _golden)
        {
            byte[] later = [.. bytes, 0x98, 0x06, 0x01]; // field 99, a varint
            Assert.Equal(Shape.Of(Wire.Serializer.FromBinary(bytes, manifest)), Shape.Of(Wire.Serializer.FromBinary(later, manifest)));
        }
    }

    private static object? Read(string manifest, byte[] bytes)
    {
        try
        {
            return Wire.Serializer.FromBinary(bytes, manifest) is var message and not Unreadable ? message : null;
        }
        catch (SerializationException)
        {
            return null;
        }
    }

    private static P.JobSpec Spec(Action<P.JobSpec> spoil)
    {
        var spec = new P.JobSpec
        {
            Id = _hash,
            Boss = _hash,
            Payload = new P.Payload { Wasm = new P.Payload.Types.Wasm { Module = _hash } },
            Limits = new P.Limits(),
            Policy = new P.Policy { Single = new P.Policy.Types.Single() },
            Draw = P.DrawMode.Now,
        };
        spoil(spec);
        return spec;
    }

    private static byte[] Sessions(Action<P.MemberRows> spoil)
    {
        var rows = new P.MemberRows { Ids = _hash };
        spoil(rows);
        return new P.Announce { Node = new P.NodeInfo { Address = "a", Slots = 1, Key = _hash, Anchor = _hash }, Sessions = rows }.ToByteArray();
    }

    private static byte[] Member(Action<P.MemberRows> spoil) => Sessions(rows =>
    {
        rows.Addresses.Add("a");
        rows.CapabilitySets.Add(new P.CapabilitySet());
        spoil(rows);
    });

    private static P.ByteRows Row() => new() { Lengths = { 0 } };

    private static byte[] Tasks(P.ByteRows inputs) => new P.AddTasks { Job = _hash, Inputs = inputs }.ToByteArray();

    private static byte[] Page(P.OutcomeRows? outcomes) =>
        new P.OutcomePage { Job = _hash, Next = new P.OutcomeCursor(), Outcomes = outcomes }.ToByteArray();

    private static byte[] Result(P.ResultRows results) =>
        new P.BundleResult { Job = _hash, Worker = _hash, Results = results }.ToByteArray();
}
