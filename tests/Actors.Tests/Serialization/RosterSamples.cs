using System.Collections.Immutable;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Tests.Serialization;

internal static partial class Samples
{
    private static Dictionary<string, IWire> Roster()
    {
        const string home = "akka.tcp://AkkaCompute@10.0.0.1:4054";
        const string away = "akka.tcp://AkkaCompute@10.0.0.2:4054";
        var wasm = CapabilitySet.Of("wasm");
        var both = CapabilitySet.Of("wasm", "kernel:noop@1");
        ImmutableArray<Member> members =
        [
            new(_worker, home, both, "Ada"),
            new(_boss, home, wasm, null, new Epoch(3), Standing.First),
            new(_other, away, wasm, "Öz") { Key = new PublicKey(_module.ToBytes()) },
            new(new(_module), away, CapabilitySet.Empty),
        ];
        ImmutableArray<NodeInfo> nodes = [new(home, 8, new PublicKey(_module.ToBytes()), _job.Hash), new(away, 1, new PublicKey(_boss.Hash.ToBytes()), _module)];
        ImmutableArray<DrawRequest> requests = [new(_job, 0, 256, 0), new(_job, 3_000_000_000, 1, 2)];
        var beacon = new HashChainBeacon(_module.ToBytes(), 3);
        using var key = KeyPair.FromSeed(_module.ToBytes());
        using var other = KeyPair.FromSeed(_boss.Hash.ToBytes());
        var first = new EpochRecord(new EpochFreeze(new Epoch(1), default, _module, _job.Hash, _boss.Hash, DrawRequest.Root([]), _other.Hash, default), []);
        var frozen = new EpochFreeze(new Epoch(2), first.Hash, _module, _job.Hash, _boss.Hash, DrawRequest.Root(requests), _other.Hash, _worker.Hash);
        var shown = frozen.Sign(key, beacon.Reveal(2));
        var second = new EpochRecord(frozen, [shown]);
        RecordSignature[] signatures = [second.Sign(key), second.Sign(other)];
        second = second.With([.. signatures.OrderBy(signature => signature.Node)]);
        ImmutableArray<ChainHead> heads = [new(_boss, 0, 7, _module), new(_worker, 3, 1, _job.Hash)];
        ImmutableArray<StandingChange> changes = [new(_boss, Standing.Banned), new(_other, Standing.Trusted)];
        ImmutableArray<CommittedNode> committed =
            [new(nodes[0].Key, nodes[0], 3, _job.Hash, 2, new Epoch(9), 400), new(nodes[1].Key, null, 0, default, 1, new Epoch(8))];
        var delta = new RosterDelta(second, members, [_boss, _other], nodes, [away], requests)
        {
            Heads = heads, Standings = changes, Bans = [new(_boss, Text("proof"))], Period = new Epoch(1),
        };
        var nothing = new RosterDelta(first, [], [], [], [], []);

        return new()
        {
            ["announce"] = new Announce(nodes[0], 3, 1, 2, members[..2]),
            ["announce-nobody"] = new Announce(nodes[1], 4, 0, 1, []),
            ["announce-change"] = new Announce(nodes[1], 4, 0, 1, members[..1]) { Since = 3, Left = [_boss, _other] },
            ["rest"] = new Rest(_boss, new Epoch(99)),
            ["announce-all"] = new AnnounceAll(home, 4),
            ["announce-speaks"] = new Announce(nodes[1] with { Speaks = 1 }, 4, 0, 1, []),
            ["announced"] = new Announced(home, 3),
            ["announced-left-out"] = new Announced(home, 3, 2),
            ["announcement-refused"] = new AnnouncementRefused(home, 3, "slots: 0"),
            ["enter-requests"] = new EnterRequests(requests),
            ["enter-heads"] = new EnterHeads(heads),
            ["roster-sent"] = new RosterSent(new Epoch(77)),
            ["heads-covered"] = new HeadsCovered(heads),
            ["banned"] = new Banned(_worker),
            ["standings-set"] = new StandingsSet(new Epoch(1_000), _boss),
            ["freeze"] = new Freeze(frozen),
            ["revealed"] = new Revealed(new Epoch(2), shown),
            ["sign-record"] = new SignRecord(second.With([])),
            ["record-signed"] = new RecordSigned(new Epoch(2), second.Signatures[0]),
            ["ban"] = new Ban(_worker, Text("proof")),
            ["set-standings"] = new SetStandings(new Epoch(1_000), _module, changes),
            ["get-roster"] = new GetRoster(new Epoch(7)),
            ["part-sent"] = new PartSent(new RosterPart(false, 1, 3, delta, [])),
            ["part-sent-snapshot"] = new PartSent(new RosterPart(true, 0, 1, nothing, committed)),
            ["get-roster-info"] = new GetRosterInfo(),
            ["get-head"] = new GetHead(heads[0].Chain),
            ["shown-head"] = new ShownHead(
                new Epoch(2), heads[0],
                new MerkleSetProof<ChainName, ChainHead>(new LeafProof(1, 3, [_module, _job.Hash]), [_boss.Hash])),
            ["shown-head-none"] = new ShownHead(new Epoch(2), null, null),
            ["estimate-job"] = new EstimateProtocol.EstimateJob(
                "wasm", [new Policy.None(), new Policy.Checked(0.01m)], 1_000, TimeSpan.FromSeconds(2), 0.2m, 0.7m),
            ["job-estimated"] = new EstimateProtocol.JobEstimated(
                9, 2, 4,
                [
                    new PolicyEstimate(new Policy.Quorum(2, 7), null, 0.25, 0.5, 2, 2.75, 7, TimeSpan.FromSeconds(3)),
                    new PolicyEstimate(new Policy.Checked(0.01m), "too few", 0, 0, 0, 0, 0, TimeSpan.Zero),
                ]),
            ["estimate-job-measured"] = new EstimateProtocol.EstimateJob("wasm", [new Policy.None()], 1, TimeSpan.Zero, 0, 0),
            ["job-estimated-answering"] = new EstimateProtocol.JobEstimated(9, 2, 4, []) { Answering = 0.62m },
            ["roster-info"] = new RosterInfo(new Epoch(2), second.Beacon, 4, 9, [_worker, _boss], 20),
            ["epoch-closed"] = new EpochClosed(delta),
            ["epoch-closed-empty"] = new EpochClosed(nothing),
            ["roster-memory"] = new RosterMemory(
                new RosterSnapshot(second, members, committed, nodes, [away]), [new(new Epoch(1), []), new(new Epoch(2), requests)],
                heads, changes, new Epoch(1)),
        };
    }
}
