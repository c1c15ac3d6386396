using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Domain.Tests.Epochs;

/// <summary>Freeze, reveal, sign: what a record is worth, and what is refused on the way to it.</summary>
public sealed class EpochTests
{
    private readonly RosterState _state = new();
    private int _member;

    [Fact]
    public void The_first_epoch_is_degraded_and_the_second_counts()
    {
        Join(1, 2, 3);
        var first = _state.Close();
        Assert.Empty(first.Record.Reveals);
        Assert.Equal(RecordWorth.Degraded, first.Record.Verify(null, NodeSet.Empty).Worth);
        var nodes = _state.Nodes;
        var second = Next();
        Assert.Equal(3, second.Reveals.Length);
        Assert.Equal(3, second.Signatures.Length);
        Assert.Equal(new RecordVerdict(RecordWorth.Counts, ""), second.Verify(first.Record, nodes));
    }

    [Fact]
    public void A_missing_reveal_degrades_and_sets_aside_longer_each_time()
    {
        Ready(1, 2, 3);
        var aside = new List<ulong>();
        for (var miss = 1; miss <= 3; miss++)
        {
            Assert.Contains("missing", Verdict(3).Why, StringComparison.Ordinal);
            var from = _state.Epoch;
            Assert.Equal(miss, Node(3).Misses);
            while (!Node(3).IsCommitted(_state.Epoch.Next))
                Assert.True(Verdict().Counts); // the others go on
            aside.Add(_state.Epoch.Number - from.Number);
        }
        Assert.Equal([2UL, 4, 8], aside);
    }

    [Fact]
    public void A_miss_is_forgiven_after_a_thousand_epochs_and_the_time_aside_has_a_limit()
    {
        var reveal = new Reveal(Some.Beacon(1).Anchor, 1, default);
        var node = new CommittedNode(Some.Node(1)).Missed(new Epoch(10)).Missed(new Epoch(20));
        for (var i = 1; i < CommittedNode.ForgivenAfter; i++)
            node = node.Shown(reveal);
        Assert.Equal(2, node.Misses);
        Assert.Equal(1, node.Shown(reveal).Misses);
        for (var i = 0; i < 40; i++)
            node = node.Missed(new Epoch(100));
        Assert.Equal(new Epoch(100 + 1_024), node.Aside);
    }

    [Fact]
    public void A_node_that_leaves_does_not_leave_its_misses_behind()
    {
        Ready(1, 2, 3);
        Verdict(3);
        _state.Remove(Some.Address(3));
        Next();
        Assert.Null(Node(3).Info);
        _state.Announce(Some.Node(3), [Some.Member(1_003, 3)]);
        Next();
        Assert.Equal((1, Some.Node(3)), (Node(3).Misses, Node(3).Info));
        _state.Remove(Some.Address(2)); // who has none is forgotten
        Next();
        Assert.Null(_state.Nodes.Find(Some.Key(2).NodeId));
    }

    [Fact]
    public void Where_nobody_reveals_nobody_is_set_aside()
    {
        Ready(1, 2);
        var beacon = _state.Record!.Beacon;
        Assert.Equal(RecordWorth.Degraded, Verdict(1, 2).Worth);
        Assert.NotEqual(beacon, _state.Record.Beacon);
        Assert.All([1, 2], number => Assert.Equal(0, Node(number).Misses));
        Assert.True(Verdict().Counts);
    }

    [Fact]
    public void Without_a_majority_of_signatures_a_record_is_degraded()
    {
        Ready(1, 2, 3, 4);
        var nodes = _state.Nodes;
        var (previous, record) = (_state.Record, Next());
        Assert.True(record.With(record.Signatures[..3]).Verify(previous, nodes).Counts);
        Assert.Equal(RecordWorth.Degraded, record.With(record.Signatures[..2]).Verify(previous, nodes).Worth);
    }

    [Fact]
    public void A_skipped_link_degrades_and_too_many_are_refused()
    {
        Ready(1, 2);
        var closing = Freeze();
        var node = Node(1);
        var chain = Some.Beacon(1);
        Assert.Null(closing.Take(closing.Frozen.Sign(Some.Key(1), chain.Reveal(node.Revealed + 3))));
        Assert.Null(closing.Take(closing.Frozen.Sign(Some.Key(2), Some.Beacon(2).Reveal(Node(2).Revealed + 1))));
        var record = closing.Reveal();
        var verdict = record.With([.. new[] { 1, 2 }.Select(n => record.Sign(Some.Key(n))).OrderBy(s => s.Node)]).Verify(_state.Record, _state.Nodes);
        Assert.Equal((RecordWorth.Degraded, $"{node.Id} skipped 2 links."), (verdict.Worth, verdict.Why));
        Assert.Null(EpochRecord.Place(node, Some.Beacon(1, EpochRecord.MaxSkip * 2).Reveal(EpochRecord.MaxSkip + 50)));
    }

    [Fact]
    public void What_is_no_link_for_this_freeze_is_refused()
    {
        Ready(1, 2);
        var closing = Freeze();
        var (chain, next) = (Some.Beacon(1), Node(1).Revealed + 1);
        var good = closing.Frozen.Sign(Some.Key(1), chain.Reveal(next));
        Refused("not a later link", closing.Frozen.Sign(Some.Key(1), chain.Reveal(next - 1)));
        Refused("not a later link", closing.Frozen.Sign(Some.Key(1), chain.Reveal(next) with { Link = Some.Hash(9) }));
        Refused("not a later link", closing.Frozen.Sign(Some.Key(1), chain.Reveal(next) with { Index = next + 1 }));
        Refused("nobody is committed", closing.Frozen.Sign(Some.Key(1), Some.Beacon(9).Reveal(1)));
        Refused("not signed", closing.Frozen.Sign(Some.Key(2), chain.Reveal(next)));
        Refused("not signed", (closing.Frozen with { TasksRoot = Some.Hash(9) }).Sign(Some.Key(1), chain.Reveal(next)));
        Assert.Null(closing.Take(good));
        Assert.Null(closing.Take(good)); // said again
        Refused("two links", closing.Frozen.Sign(Some.Key(1), chain.Reveal(next + 1)));
        var record = closing.Reveal();
        Refused("too late", good);
        Assert.Contains("another record", closing.Take(record.Sign(Some.Key(2)) with { Node = Some.Key(1).NodeId }), StringComparison.Ordinal);
        Assert.Contains("not committed", closing.Take(record.Sign(Some.Key(9))), StringComparison.Ordinal);

        void Refused(string why, SignedReveal reveal) => Assert.Contains(why, closing.Take(reveal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_forged_record_is_wrong_whatever_is_forged()
    {
        Ready(1, 2, 3);
        var (previous, nodes) = (_state.Record!, _state.Nodes);
        var record = Next();
        var frozen = record.Frozen;
        Wrong("does not follow", Remade(frozen with { Number = frozen.Number.Next }));
        Wrong("not the hash", Remade(frozen with { Previous = Some.Hash(9) }));
        foreach (var other in new[]
        {
            frozen with { Rules = Some.Hash(9) }, frozen with { RosterRoot = Some.Hash(9) }, frozen with { NodesRoot = Some.Hash(9) },
            frozen with { TasksRoot = Some.Hash(9) }, frozen with { HeadsRoot = Some.Hash(9) }, frozen with { TrustRoot = Some.Hash(9) },
        })
        {
            Wrong("not signed by it", Remade(other));
        }
        Wrong("nobody was committed", new EpochRecord(frozen, [frozen.Sign(Some.Key(9), Some.Beacon(9).Reveal(1))]));
        Wrong("was not committed", record.With([record.Sign(Some.Key(9))]));
        Wrong("not by", record.With([record.Signatures[0] with { Signature = record.Signatures[1].Signature }]));

        EpochRecord Remade(EpochFreeze freeze) => new(freeze, record.Shown);
        void Wrong(string why, EpochRecord forged)
        {
            var verdict = forged.Verify(previous, nodes);
            Assert.Equal(RecordWorth.Wrong, verdict.Worth);
            Assert.Contains(why, verdict.Why, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Two_records_of_one_epoch_prove_a_fork_and_nothing_else_does()
    {
        var (one, other, later) = (Signed(Some.Freeze(7), 1), Signed(Some.Freeze(7, Some.Hash(9)), 1), Signed(Some.Freeze(8), 1));
        var proof = RecordFork.Of(Some.Key(1).Public, one, other);
        Assert.Equal(proof, RecordFork.Of(Some.Key(1).Public, other, one));
        Assert.NotNull(proof);
        Assert.Null(RecordFork.Of(Some.Key(1).Public, one, one.With([one.Sign(Some.Key(1))])));
        Assert.Null(RecordFork.Of(Some.Key(1).Public, one, later));
        Assert.Null(RecordFork.Of(Some.Key(2).Public, one, other));
        Assert.Null(RecordFork.Of(Some.Key(1).Public, one, other.With([one.Signatures[0]])));

        static EpochRecord Signed(EpochFreeze freeze, int key)
        {
            var record = new EpochRecord(freeze, []);
            return record.With([record.Sign(Some.Key(key))]);
        }
    }

    [Fact]
    public void A_node_in_the_table_can_be_proven()
    {
        Ready(1, 2, 3, 4, 5);
        var before = _state.Nodes;
        Assert.All([1, 2, 3, 4, 5], number =>
        {
            var proof = before.Prove(Some.Key(number).NodeId)!;
            Assert.True(proof.Verify(before.Root, Node(number).ToLeaf()));
            Assert.False(proof.Verify(before.Root, Node(number).Missed(_state.Epoch).ToLeaf()));
        });
        Assert.Null(before.Prove(Some.Key(9).NodeId));
    }

    [Fact]
    public void A_node_that_moved_is_the_same_and_a_copied_chain_is_refused()
    {
        Ready(1, 2);
        var moved = new NodeInfo(Some.Address(7), 2, Some.Key(2).Public, Some.Beacon(2).Anchor);
        Assert.Equal(RosterVerdict.Accepted, _state.Announce(moved, [Some.Member(1_002, 7)]).Verdict);
        var revealed = Node(2).Revealed;
        Next();
        Assert.Equal((moved, revealed + 1), (Node(2).Info, Node(2).Revealed));
        Assert.Equal([Some.Address(1), Some.Address(7)], _state.KnownNodes);

        var copied = new NodeInfo(Some.Address(8), 2, Some.Key(8).Public, Some.Beacon(1).Anchor);
        Assert.Equal(RosterVerdict.ForeignChain, _state.Announce(copied, [Some.Member(1_008, 8)]).Verdict);
    }

    [Fact]
    public void A_new_chain_takes_over_in_the_epoch_after_its_announcement()
    {
        Ready(1, 2);
        _state.Announce(new NodeInfo(Some.Address(1), 2, Some.Key(1).Public, Some.Beacon(11).Anchor), [Some.Member(1_001, 1)]);
        var closing = Freeze();
        Assert.Contains(closing.Committed, node => node.Info!.Anchor == Some.Beacon(1).Anchor); // as the record before has it
        var closed = Next();
        Assert.True(closed.RevealOf(Some.Beacon(1).Anchor) is not null);
        Assert.Equal((Some.Beacon(11).Anchor, 0u, Some.Beacon(11).Anchor), (Node(1).Info!.Anchor, Node(1).Revealed, Node(1).Link));
    }

    private void Join(params int[] nodes)
    {
        foreach (var number in nodes)
            _state.Announce(Some.Node(number), [Some.Member(1_000 + number, number)]);
    }

    /// <summary>Up to where all nodes are committed.</summary>
    private void Ready(params int[] nodes)
    {
        Join(nodes);
        _state.Close();
        _state.Close();
    }

    private EpochClosing Freeze()
    {
        _state.Enter(Some.Request(++_member));
        return _state.Freeze(Some.Hash(0))!;
    }

    private EpochRecord Next(params int[] silent)
    {
        _state.Enter(Some.Request(++_member));
        return _state.Close(silent).Record;
    }

    private RecordVerdict Verdict(params int[] silent)
    {
        var (previous, nodes) = (_state.Record, _state.Nodes);
        return Next(silent).Verify(previous, nodes);
    }

    private CommittedNode Node(int number) => _state.Nodes.Find(Some.Key(number).NodeId)!;
}
