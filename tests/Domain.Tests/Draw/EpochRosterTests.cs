using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Draw;

public sealed class EpochRosterTests
{
    [Fact]
    public void Members_are_sorted_by_position_and_found_by_id() => Gen.Int[0, 500].Sample(count =>
    {
        var roster = Some.Roster(Some.Members(count));
        Assert.Equal(roster.Members.OrderBy(member => Ring.Position(roster.Beacon, member.Id)), roster.Members);
        Assert.All(Enumerable.Range(0, count), number => Assert.Equal(Some.Id(number), roster.Find(Some.Id(number))?.Id));
        Assert.Null(roster.Find(Some.Id(count)));
    }, iter: 50);

    [Fact]
    public void Large_rosters_are_hashed_on_several_threads_to_the_same_positions()
    {
        var members = Some.Members(20_000);
        var roster = Some.Roster(members);
        Assert.Equal(members.Select(member => member.Id).OrderBy(id => Ring.Position(roster.Beacon, id)), roster.Members.Select(member => member.Id));
    }

    /// <summary>No beacon gives such positions to fewer than four billion members; the order would still be one.</summary>
    [Fact]
    public void Positions_with_the_same_first_64_bits_are_sorted_too() => Gen.Select(Gen.Byte[0, 2], Gen.Byte).Array[0, 100].Sample(drawn =>
    {
        var positions = drawn.Select(draw =>
        {
            var bytes = new byte[32];
            (bytes[7], bytes[31]) = draw;
            return new Hash256(bytes);
        }).ToArray();
        Assert.Equal(positions.Order(), EpochRoster.Order(positions).Select(at => positions[at]));
    });

    [Fact]
    public void One_NodeId_twice_is_refused() =>
        Assert.Contains(Some.Id(3).ToString(), Assert.Throws<ArgumentException>(() => Some.Roster([.. Some.Members(9), Some.Member(3, 2)])).Message, StringComparison.Ordinal);

    [Fact]
    public void Slots_are_those_of_the_nodes()
    {
        var roster = new EpochRoster(new Epoch(1), Some.Hash(1), [Some.Member(1), Some.Member(2, 2)], [Some.Node(1, 4), Some.Node(2, 8)]);
        Assert.Equal(12, roster.TotalSlots);
        Assert.Equal(8, roster.SlotsByNode[Some.Address(2)]);
    }

    [Fact]
    public void What_nobody_announces_leaves_nothing_behind()
    {
        var roster = Some.Roster(Some.Members(10));
        var before = roster.IndexOf("nobody has this");
        Assert.All(Enumerable.Range(0, 1_000), number => Assert.Same(before, roster.IndexOf($"kernel:made-up@{number}")));
        Assert.Equal(0, roster.CachedIndexes);
        Assert.Equal(10, roster.CountEligible("wasm"));
        Assert.Equal(1, roster.CachedIndexes);
    }

    /// <summary>What is newer than one of its nodes is not said while that is there.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 1)]
    public void It_speaks_what_the_oldest_of_its_nodes_does(int one, int other, int all)
    {
        NodeInfo[] nodes = [Some.Node(1) with { Speaks = one }, Some.Node(2) with { Speaks = other }];
        Assert.Equal(all, new EpochRoster(new Epoch(3), Some.Hash(1), Some.Members(3), nodes).Speaks);
        Assert.Equal(0, EpochRoster.Empty.Speaks);
        Assert.Equal(new CommittedNode(Some.Node(1)).ToLeaf(), new CommittedNode(nodes[0]).ToLeaf()); // no root has it
        Assert.Throws<ArgumentException>(() => nodes[0] with { Speaks = -1 });
    }
}
