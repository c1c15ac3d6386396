using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;
using AkkaCompute.Sandbox.Kernels;
using static AkkaCompute.Bench.Support.Some;

namespace AkkaCompute.Bench.Growth;

/// <summary>The roster's singleton without its actor, and cluster nodes that announce, reveal and sign.</summary>
internal sealed class PlayedRoster
{
    /// <summary>Epochs that can be played.</summary>
    private const int Links = 256;

    /// <summary>All have declared themselves in this epoch or in the next one: as long on the wire as after some weeks.</summary>
    private const ulong Declared = 1_000_000;

    private static readonly Hash256 Rules = new TrustRules().Hash;

    /// <summary>What a node's workers can do where the operator installs nothing.</summary>
    private static readonly CapabilitySet Capabilities =
        CapabilitySet.Of(["wasm", .. new KernelCatalog(KernelCatalog.BuiltIn).Capabilities]);

    private readonly PlayedNode[] _nodes;
    private int _changes;

    public PlayedRoster(int members, int nodes)
    {
        _nodes = [.. Enumerable.Range(0, nodes).Select(number => new PlayedNode(number))];
        for (var number = 0; number < nodes; number++)
        {
            var (node, from, to) = (_nodes[number], (long)members * number / nodes, (long)members * (number + 1) / nodes);
            node.Members = [.. Enumerable.Range((int)from, (int)(to - from)).Select(member => MemberOf(member, node.Info.Address))];
        }
    }

    public RosterState State { get; } = new();

    public int Nodes => _nodes.Length;

    public IEnumerable<(NodeInfo Node, IReadOnlyList<Member> Members)> Announcements =>
        _nodes.Select(node => (node.Info, (IReadOnlyList<Member>)node.Members));

    /// <param name="declared">Another epoch makes it another member.</param>
    public static Member MemberOf(int number, string address, ulong declared = Declared) =>
        new(new NodeId(Hash(number)), address, Capabilities, declared: new Epoch(declared), standing: Standing.First);

    /// <summary>So many members of each node, but one at least, have another declaration.</summary>
    public void Change(double share)
    {
        _changes++;
        foreach (var node in _nodes)
        {
            var count = Math.Max(1, (int)(share * node.Members.Length));
            for (var i = 0; i < count; i++)
            {
                ref var member = ref node.Members[((long)_changes * count + i) % node.Members.Length];
                member = new Member(
                    member.Id, member.NodeAddress, member.Capabilities, declared: new Epoch(2 * Declared + 1 - member.Declared.Number),
                    standing: member.Standing);
            }
        }
    }

    /// <summary>All nodes announce all of their members again, and after each it is seen what waits; returns how long that took.</summary>
    public double Announce() => Measure.Seconds(() =>
    {
        foreach (var node in _nodes)
        {
            Check(State.Announce(node.Info, node.Members) is { IsRefusal: true } refused ? refused.Why : null);
            _ = State.Work;
        }
    });

    /// <summary>Closes the epoch: what is timed is what the singleton does, and nothing of the nodes.</summary>
    public ClosedEpoch Close()
    {
        EpochClosing closing = null!;
        EpochClosed closed = null!;
        var freeze = Measure.Seconds(() => closing = State.Freeze(Rules)
            ?? throw new InvalidOperationException("There is nothing to close an epoch for."));
        var reveals = closing.Committed.Select(node => closing.Frozen.Sign(NodeOf(node).Key, NodeOf(node).Beacon.Reveal(node.Revealed + 1)))
            .ToArray();
        var verify = Measure.Seconds(() =>
        {
            foreach (var reveal in reveals)
                Check(closing.Take(reveal));
            closing.Reveal();
        });
        var signatures = closing.Committed.Select(node => closing.Record!.Sign(NodeOf(node).Key)).ToArray();
        verify += Measure.Seconds(() =>
        {
            foreach (var signature in signatures)
                Check(closing.Take(signature));
        });
        var apply = Measure.Seconds(() => State.Apply(closed = closing.Finish()));
        return new ClosedEpoch(closed, freeze, verify, apply);
    }

    private PlayedNode NodeOf(CommittedNode committed) => Array.Find(_nodes, node => node.Info.Anchor == committed.Info!.Anchor)!;

    private static void Check(string? refused)
    {
        if (refused is not null)
            throw new InvalidOperationException(refused);
    }

    private sealed class PlayedNode
    {
        public PlayedNode(int number)
        {
            Key = KeyPair.FromSeed(Hash(-1 - number).ToBytes());
            Beacon = new HashChainBeacon(Hash(-1_001 - number).ToBytes(), Links);
            Info = new NodeInfo($"akka.tcp://AkkaCompute@10.0.{number / 256}.{number % 256}:4054", 8, Key.Public, Beacon.Anchor);
        }

        public KeyPair Key { get; }

        public HashChainBeacon Beacon { get; }

        public NodeInfo Info { get; }

        public Member[] Members { get; set; } = [];
    }
}

/// <summary>A closed epoch, and the seconds that its parts took the singleton.</summary>
internal sealed record ClosedEpoch(EpochClosed Event, double Freeze, double Verify, double Apply);
