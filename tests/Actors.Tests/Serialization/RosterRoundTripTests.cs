using System.Collections.Immutable;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using CsCheck;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>Any roster comes back, and its parts take no more than they were cut for.</summary>
public class RosterRoundTripTests
{
    private static readonly Gen<Hash256> _hash = Gen.Byte.Array[Hash256.Size].Select(bytes => new Hash256(bytes));
    private static readonly Gen<NodeId> _id = _hash.Select(hash => new NodeId(hash));
    private static readonly Gen<string> _word = Gen.Char["abcxyz09.-@:"].Array[1, 128].Select(chars => new string(chars));
    private static readonly Gen<CapabilitySet> _set = _word.Array[0, 5].Select(names => CapabilitySet.Of(names));
    private static readonly Gen<string> _address = Gen.Frequency(
        (3, Gen.Const("akka.tcp://AkkaCompute@10.0.0.1:4054")), (1, Gen.Const("akka.tcp://AkkaCompute@10.0.0.2:4054")), (1, _word));
    private static readonly Gen<NodeInfo> _node = Gen.Select(
        _address, Gen.Int[1, NodeInfo.MaxSlots], _hash, _hash, (address, slots, key, anchor) => new NodeInfo(address, slots, new PublicKey(key.ToBytes()), anchor));

    private static readonly Gen<Member> _member = Gen.Select(
        _id, _address, Gen.Frequency((3, Gen.Const(CapabilitySet.Of("wasm"))), (1, _set)), Gen.Frequency((2, Gen.Const("")), (1, _word)),
        Gen.ULong, Gen.Enum<Standing>(), Gen.Frequency((3, Gen.Const((Hash256?)null)), (1, _hash.Select(hash => (Hash256?)hash))),
        (id, address, set, owner, declared, standing, key) =>
            new Member(id, address, set, owner.Length == 0 ? null : owner, new Epoch(declared), standing)
            {
                Key = key is { } bytes ? new PublicKey(bytes.ToBytes()) : null,
            });

    private static readonly Gen<DrawRequest> _request = Gen.Select(
        _hash, Gen.Long[0, long.MaxValue >> 1], Gen.Int[1, int.MaxValue], Gen.Int[0, int.MaxValue],
        (job, first, count, attempt) => new DrawRequest(new JobId(job), first, count, attempt));

    private static readonly Gen<ChainHead> _head = Gen.Select(
        _id, Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], _hash, (author, sub, seq, hash) => new ChainHead(author, sub, seq, hash));

    private static readonly Gen<ImmutableArray<byte>> _signature = Gen.Byte.Array[64].Select(bytes => ImmutableArray.Create(bytes));

    private static readonly Gen<EpochFreeze> _freeze = Gen.Select(Gen.ULong[1, ulong.MaxValue], _hash.Array[7], (number, roots) =>
        new EpochFreeze(new Epoch(number), roots[0], roots[1], roots[2], roots[3], roots[4], roots[5], roots[6]));

    private static readonly Gen<EpochRecord> _record = Gen.Select(
        _freeze, Gen.Select(_hash, Gen.UInt, _hash, _signature).Array[0, 5], Gen.Select(_id, _signature).Array[0, 3],
        (frozen, reveals, signatures) => new EpochRecord(
            frozen,
            [.. reveals.Select(one => new SignedReveal(new Reveal(one.Item1, one.Item2, one.Item3), one.Item4)).OrderBy(one => one.Reveal.Anchor)],
            [.. signatures.Select(one => new RecordSignature(one.Item1, one.Item2)).OrderBy(one => one.Node)]));

    private static readonly Gen<CommittedNode> _committed = Gen.Select(
        _node, Gen.Bool, Gen.UInt, _hash, Gen.Int[0, int.MaxValue], Gen.ULong, Gen.Int[0, 1_000],
        (info, present, revealed, link, misses, aside, faithful) =>
            new CommittedNode(info.Key, present ? info : null, revealed, link, misses, new Epoch(aside), faithful));

    private static readonly Gen<RosterDelta> _delta = Gen.Select(
        _record, _member.Array[0, 40], _id.Array[0, 10], _node.Array[0, 5], _address.Array[0, 5], _request.Array[0, 10],
        (record, joined, left, nodes, gone, requests) => new RosterDelta(
            record, [.. joined], [.. left], [.. nodes], [.. gone], [.. requests]));

    private static readonly Gen<RosterDelta> _wholeDelta = Gen.Select(
        _delta, _head.Array[0, 5], Gen.Select(_id, Gen.Enum<Standing>()).Array[0, 5], Gen.Select(_id, Gen.Byte.Array[0, 200]).Array[0, 3], Gen.ULong,
        (delta, heads, standings, bans, period) => delta with
        {
            Heads = [.. heads],
            Standings = [.. standings.Select(one => new StandingChange(one.Item1, one.Item2))],
            Bans = [.. bans.Select(one => new BanProof(one.Item1, one.Item2))],
            Period = new Epoch(period),
        });

    [Fact]
    public void Announce_comes_back() =>
        Gen.Select(_node, Gen.Long, Gen.Int, Gen.Int, _member.Array[0, 40], (node, revision, part, parts, sessions) =>
            new Announce(node, revision, part, parts, [.. sessions])).Sample(ComesBack);

    [Fact]
    public void EnterHeads_comes_back() => _head.Array[0, 10].Select(heads => new EnterHeads([.. heads])).Sample(ComesBack);

    [Fact]
    public void SetStandings_comes_back() =>
        Gen.Select(Gen.ULong, _hash, Gen.Select(_id, Gen.Enum<Standing>()).Array[0, 10], (period, root, changes) =>
            new SetStandings(new Epoch(period), root, [.. changes.Select(change => new StandingChange(change.Item1, change.Item2))])).Sample(ComesBack);

    [Fact]
    public void EpochClosed_comes_back() => _wholeDelta.Select(delta => new EpochClosed(delta)).Sample(ComesBack);

    [Fact]
    public void RosterMemory_comes_back() =>
        Gen.Select(_wholeDelta, _committed.Array[0, 5], Gen.ULong, (delta, nodes, epoch) => new RosterMemory(
            new RosterSnapshot(delta.Record, delta.Joined, [.. nodes], delta.NodesChanged, delta.NodesGone),
            [new EpochRequests(new Epoch(epoch), delta.Entered), new EpochRequests(delta.Record.Number, [])],
            delta.Heads, delta.Standings, delta.Period)).Sample(ComesBack);

    [Fact]
    public void Freezes_records_and_signatures_come_back()
    {
        _freeze.Select(freeze => new Freeze(freeze)).Sample(ComesBack);
        _record.Select(record => new SignRecord(record)).Sample(ComesBack);
        Gen.Select(_freeze, _hash, Gen.UInt, _signature, (freeze, hash, index, signature) =>
            new Revealed(freeze.Number, new SignedReveal(new Reveal(hash, index, hash), signature))).Sample(ComesBack);
        Gen.Select(_freeze, _id, _signature, (freeze, id, signature) =>
            new RecordSigned(freeze.Number, new RecordSignature(id, signature))).Sample(ComesBack);
    }

    [Fact]
    public void A_part_comes_back_and_is_no_larger_than_its_estimate() =>
        Gen.Select(_wholeDelta, Gen.Bool, Gen.Int, Gen.Int, _committed.Array[0, 5], (delta, snapshot, index, count, nodes) =>
                new RosterPart(snapshot, index, count, delta, [.. nodes]))
            .Sample(part =>
            {
                Assert.InRange(Wire.Serializer.ToBinary(new PartSent(part)).Length, 0, part.EstimatedSize);
                ComesBack(new PartSent(part));
            });

    /// <summary>What a million members have in common is in memory once.</summary>
    [Fact]
    public void Members_with_equal_capabilities_share_them()
    {
        Member[] members = [.. Enumerable.Range(0, 100).Select(i => new Member(
            NodeId.Of([(byte)i]), $"akka.tcp://AkkaCompute@10.0.0.{i % 2}:4054", CapabilitySet.Of("wasm", "kernel:noop@1")))];
        var bytes = Wire.Serializer.ToBinary(new Announce(new NodeInfo("a", 1, default, default), 0, 0, 1, [.. members]));
        Assert.InRange(bytes.Length, 100 * 32, (100 * 34) + 200);
        var read = ((Announce)Wire.Serializer.FromBinary(bytes, "oa")).Sessions;
        Assert.Single(read.Select(member => member.Capabilities).Distinct(ReferenceEqualityComparer.Instance));
        Assert.Equal(2, read.Select(member => member.NodeAddress).Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    private static void ComesBack(IWire message) => Assert.Equal(Shape.Of(message), Shape.Of(Wire.RoundTrip(message)));
}
