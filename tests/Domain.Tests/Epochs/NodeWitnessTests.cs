using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster.Closing;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Epochs;

/// <summary>What a node owes to the history, against a singleton that asks for anything.</summary>
public sealed class NodeWitnessTests
{
    private readonly NodeWitness _witness = new(Some.Key(1));
    private readonly RosterState _state = new();

    public NodeWitnessTests()
    {
        _state.Announce(Some.Node(1), [Some.Member(1)]);
        _state.Close();
    }

    [Fact]
    public void A_second_freeze_of_an_epoch_gets_the_next_link_and_the_first_one_its_own_again()
    {
        var (one, other) = (Frozen(1), Frozen(2));
        Assert.Equal(1u, Reveal(one)!.Value.Reveal.Index);
        Assert.Equal(2u, Reveal(other)!.Value.Reveal.Index);
        Assert.Equal(1u, Reveal(one)!.Value.Reveal.Index);
        Assert.Equal(3u, Reveal(Frozen(3))!.Value.Reveal.Index);
    }

    [Fact]
    public void No_link_is_shown_for_two_freezes_whatever_is_asked() => Gen.Int[0, 12].Array[1, 40].Sample(asked =>
    {
        var witness = new NodeWitness(Some.Key(1));
        var shown = new Dictionary<uint, EpochFreeze>();
        foreach (var number in asked)
        {
            var freeze = Frozen(number);
            if (witness.Reveal(freeze, _state.Record, _state.Nodes, Chain, out _) is { } reveal)
                Assert.Equal(freeze, shown.TryGetValue(reveal.Reveal.Index, out var before) ? before : shown[reveal.Reveal.Index] = freeze);
        }
    }, iter: 100);

    [Fact]
    public void An_epoch_does_not_use_up_the_chain()
    {
        for (var i = 0; i < NodeWitness.MaxFreezes; i++)
            Assert.NotNull(Reveal(Frozen(i)));
        Assert.Null(Reveal(Frozen(1_000)));
        Assert.NotNull(Reveal(Frozen(3)));
    }

    [Fact]
    public void What_does_not_follow_on_the_nodes_own_history_gets_nothing()
    {
        Assert.Null(Reveal(Frozen(1) with { Number = new Epoch(1) }));
        Assert.Null(Reveal(Frozen(1) with { Number = new Epoch(3) }));
        Assert.Null(Reveal(Frozen(1) with { Previous = Some.Hash(9) }));
        Assert.Null(_witness.Reveal(Frozen(1), _state.Record, NodeSet.Empty, Chain, out var why));
        Assert.Contains("not committed", why, StringComparison.Ordinal);
        Assert.Null(_witness.Reveal(Frozen(1), _state.Record, _state.Nodes, _ => null, out why)); // a chain of an earlier run
        Assert.Contains("not one of this process", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_records_of_one_epoch_are_not_signed()
    {
        var first = new EpochRecord(Frozen(1), [Reveal(Frozen(1))!.Value]);
        var second = new EpochRecord(Frozen(2), [Reveal(Frozen(2))!.Value]);
        var signature = Sign(first);
        Assert.True(first.Verify(Some.Key(1).Public, signature!.Value));
        Assert.NotNull(Sign(first)); // the answer was lost
        Assert.Null(Sign(second));
        Assert.Null(Sign(new EpochRecord(Frozen(3), [])));
    }

    [Fact]
    public void A_process_that_started_again_signs_nothing_before_a_record_has_its_chain()
    {
        var record = new EpochRecord(Frozen(1), [Reveal(Frozen(1))!.Value]);
        Assert.NotNull(Sign(record));
        // It does not know that it has signed: the record of another freeze has no reveal of it, and is well formed.
        var again = new NodeWitness(Some.Key(1));
        Assert.Null(again.Sign(new EpochRecord(Frozen(2), []), _state.Record, _state.Nodes, _ => null, out var why));
        Assert.Contains("not one of this process", why, StringComparison.Ordinal);

        _state.Announce(new NodeInfo(Some.Address(1), 1, Some.Key(1).Public, Some.Beacon(11).Anchor), [Some.Member(1)]);
        _state.Apply(_state.Freeze(default)!.Finish());
        var next = new EpochRecord(Some.Freeze(3, _state.Record!.Hash), []);
        Assert.NotNull(again.Sign(next, _state.Record, _state.Nodes, anchor => anchor == Some.Beacon(11).Anchor ? Some.Beacon(11) : null, out why));
        Assert.Equal("", why);
    }

    [Fact]
    public void A_record_that_leaves_out_what_it_was_shown_or_is_forged_is_not_signed()
    {
        var shown = Reveal(Frozen(1))!.Value;
        Assert.Null(Sign(new EpochRecord(Frozen(1), [])));
        Assert.Null(Sign(new EpochRecord(Frozen(2), [shown])));
        Assert.Null(Sign(new EpochRecord(Frozen(1) with { Previous = default }, [shown])));
        Assert.NotNull(Sign(new EpochRecord(Frozen(1), [shown])));
    }

    [Fact]
    public void A_chain_that_has_ended_shows_nothing()
    {
        var chain = Some.Beacon(1, 2);
        var state = new RosterState();
        state.Announce(new NodeInfo(Some.Address(1), 1, Some.Key(1).Public, chain.Anchor), [Some.Member(1)]);
        var closed = state.Freeze(default)!.Finish();
        state.Apply(closed);
        Assert.NotNull(_witness.Reveal(Next(1), state.Record, state.Nodes, _ => chain, out _));
        Assert.NotNull(_witness.Reveal(Next(2), state.Record, state.Nodes, _ => chain, out _));
        Assert.Null(_witness.Reveal(Next(3), state.Record, state.Nodes, _ => chain, out var why));
        Assert.Contains("ended", why, StringComparison.Ordinal);

        EpochFreeze Next(int number) => Some.Freeze(2, state.Record!.Hash) with { TasksRoot = Some.Hash(number) };
    }

    private EpochFreeze Frozen(int number) => Some.Freeze(2, _state.Record!.Hash) with { TasksRoot = Some.Hash(number) };

    private SignedReveal? Reveal(EpochFreeze freeze) => _witness.Reveal(freeze, _state.Record, _state.Nodes, Chain, out _);

    private RecordSignature? Sign(EpochRecord record) => _witness.Sign(record, _state.Record, _state.Nodes, Chain, out _);

    private static HashChainBeacon? Chain(Hash256 anchor) => anchor == Some.Beacon(1).Anchor ? Some.Beacon(1) : null;
}
