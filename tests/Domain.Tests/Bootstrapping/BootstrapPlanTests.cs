using AkkaCompute.Domain.Bootstrapping;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Domain.Tests.Bootstrapping;

/// <summary>When a node's first c-nodes hand in work, who does, and which.</summary>
public sealed class BootstrapPlanTests
{
    private const string Both = "wasm kernel:mix@1", Kernel = "kernel:mix@1";

    private static readonly Payload _wasm = new Payload.Wasm(Some.Hash(1));
    private static readonly Payload[] _payloads = [_wasm, MixTask.Kernel];
    private static readonly NodeId[] _own = [Some.Id(0), Some.Id(1)];

    [Fact]
    public void Nothing_is_handed_in_where_nobody_is_a_newcomer_that_can_be_drawn()
    {
        Assert.Null(Next(EpochRoster.Empty));
        Assert.Null(Next(Roster(First(0), First(1), First(2), Trusted(3))));
        Assert.Null(Next(Roster(First(0), First(1), First(2), Newcomer(3, declared: 9)))); // can be drawn from epoch 11 on
        Assert.Null(Next(Roster(First(0), First(1), First(2), Newcomer(3, "kernel:noop@1"))));
        Assert.Null(Next(Roster(First(0), First(1), First(2), Of(3, Standing.Banned))));
        Assert.NotNull(Next(Roster(First(0), First(1), First(2), Newcomer(3, declared: 8))));
    }

    [Fact]
    public void Two_others_that_are_trusted_must_be_there_to_judge()
    {
        Assert.Null(Next(Roster(First(0), Newcomer(2), Newcomer(3))));
        Assert.Null(Next(Roster(First(0), First(1), Newcomer(2), Newcomer(3))));
        Assert.NotNull(Next(Roster(First(0), First(1), Trusted(4), Newcomer(2))));
        Assert.Null(Next(Roster(First(0), First(1), Trusted(4, "kernel:noop@1"), Newcomer(2))));
    }

    [Fact]
    public void Only_first_c_nodes_hand_in()
    {
        Assert.Null(Next(Roster(Trusted(0), Newcomer(1), First(2), First(3), Newcomer(4))));
        Assert.Null(Next(Roster(Of(0, Standing.Banned), First(2), First(3), First(4), Newcomer(5))));
    }

    [Fact]
    public void They_take_turns_and_who_can_not_is_passed_over()
    {
        var roster = Roster(First(0), First(1), First(2), Newcomer(3));
        Assert.Equal(
            [(0, 0), (1, 1), (0, 2), (1, 3)],
            Enumerable.Range(0, 4).Select(round => Next(roster, round)!).Select(turn => (Array.IndexOf(_own, turn.Boss), (int)turn.Round)));
        // Without the second one, which runs nothing of it itself, only one more is left to judge the first.
        var uneven = Roster(First(0), First(1, "kernel:noop@1"), First(2), Newcomer(3));
        Assert.All(Enumerable.Range(0, 4), round => Assert.Equal(_own[1], Next(uneven, round)!.Boss));
        Assert.Equal([1, 1, 3, 3], Enumerable.Range(0, 4).Select(round => Next(uneven, round)!.Round));
    }

    [Fact]
    public void A_newcomer_counts_for_the_first_payload_that_it_runs_and_each_payload_has_its_rounds()
    {
        Payload[] Run(params Member[] newcomers)
        {
            var roster = Roster([First(0), First(1), First(2), .. newcomers]);
            return [.. Enumerable.Range(0, 8).Select(round => Next(roster, round)!.Payload)];
        }
        Assert.All(Run(Newcomer(3)), payload => Assert.Equal(_wasm, payload));
        Assert.All(Run(Newcomer(3, Kernel)), payload => Assert.Equal(MixTask.Kernel, payload));
        // Both bosses for the one, then both for the other.
        Payload[] mixed = [_wasm, _wasm, MixTask.Kernel, MixTask.Kernel];
        Assert.Equal([.. mixed, .. mixed], Run(Newcomer(3), Newcomer(4, Kernel)));
        // Where nobody can judge wasm, who runs both counts for the other.
        var kernels = Roster(First(0, Kernel), First(1, Kernel), First(2, Kernel), Newcomer(3));
        Assert.Equal(MixTask.Kernel, Next(kernels)!.Payload);
    }

    /// <summary>What the plan promises is what the draw does: two places for the trusted, the third for a newcomer.</summary>
    [Fact]
    public void The_draw_gives_the_third_place_to_a_newcomer_and_none_to_the_boss()
    {
        var roster = Roster(First(0), First(1), Trusted(2), Newcomer(3), Newcomer(4));
        var turn = Next(roster)!;
        for (var target = 0; target < 50; target++)
        {
            var group = CloseGroup.Select(
                roster, Some.Hash(target), BootstrapPlan.Policy.M, new Eligibility(turn.Payload.Capability, turn.Boss));
            Assert.Equal([false, false, true], group.Select(member => member.Standing == Standing.Newcomer));
            Assert.DoesNotContain(group, member => member.Id == turn.Boss);
        }
    }

    private static BootstrapTurn? Next(EpochRoster roster, long round = 0) => BootstrapPlan.Next(roster, _own, _payloads, round);

    private static EpochRoster Roster(params Member[] members) => new(new Epoch(10), Some.Hash(7), members, [Some.Node(1)]);

    private static Member First(int number, string capabilities = Both) => Of(number, Standing.First, capabilities);

    private static Member Trusted(int number, string capabilities = Both) => Of(number, Standing.Trusted, capabilities);

    private static Member Newcomer(int number, string capabilities = Both, ulong declared = 0) => Of(number, Standing.Newcomer, capabilities, declared);

    private static Member Of(int number, Standing standing, string capabilities = Both, ulong declared = 0) => new(
        Some.Id(number), Some.Address(1), CapabilitySet.Of(capabilities.Split(' ')), declared: new Epoch(declared), standing: standing);
}
