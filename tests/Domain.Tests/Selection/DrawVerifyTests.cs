using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Selection;
using AkkaCompute.Domain.Tests.Roster;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Selection;

/// <summary>Who was drawn, asked long after: from the frozen roster and what is on record.</summary>
public sealed class DrawVerifyTests
{
    private static readonly JobId _job = new(Some.Hash(77));
    private static readonly Epoch _epoch = new(9);

    private static EpochRoster Frozen(int trusted, int newcomers, bool counts = true) => new(_epoch, Some.Hash(7),
        [.. Enumerable.Range(0, trusted + newcomers).Select(number => Member(number, number < trusted ? Standing.Trusted : Standing.Newcomer))],
        [Some.Node(1)], counts: counts);

    private static Member Member(int number, Standing standing, ulong declared = 0, string capability = "wasm") =>
        new(Some.Id(number), Some.Address(1), CapabilitySet.Of(capability), null, new Epoch(declared), standing);

    private static Member[] Ranks(EpochRoster roster, long bundle = 3, int attempt = 0) =>
        CloseGroup.Select(roster, Draw.Target(roster.Beacon, _job.Hash, (ulong)bundle, (uint)attempt), 1_000, Eligible);

    private static Eligibility Eligible => new("wasm", Some.Id(1_000));

    private static DrawVerdict Verify(EpochRoster roster, NodeId worker, int k, params Member[] done) =>
        CloseGroup.Verify(roster, _job, 3, 0, Eligible, k, done.Select(member => member.Id).ToHashSet(), worker);

    [Fact]
    public void The_first_k_ranks_are_drawn_and_count() => Gen.Select(Gen.Int[2, 20], Gen.Int[0, 20], Gen.Int[2, 7]).Sample((trusted, newcomers, k) =>
    {
        var roster = Frozen(trusted, newcomers);
        var ranks = Ranks(roster);
        for (var rank = 0; rank < ranks.Length; rank++)
        {
            var verdict = Verify(roster, ranks[rank].Id, k);
            Assert.Equal(rank < k, verdict.Place is not null);
            if (rank < k)
                Assert.Equal(new DrawnPlace(0, rank, k, trusted, trusted, true), verdict.Place);
            Assert.Equal(rank < k, verdict.Counts);
        }
    }, iter: 100);

    [Fact]
    public void Later_ranks_need_as_many_before_them_that_passed_or_answered_and_never_count()
    {
        var roster = Frozen(9, 9);
        var ranks = Ranks(roster);
        Assert.NotNull(Verify(roster, ranks[2].Id, 2, ranks[0]).Place);
        Assert.NotNull(Verify(roster, ranks[2].Id, 2, ranks[1]).Place);
        Assert.False(Verify(roster, ranks[2].Id, 2, ranks[1]).Counts);
        Assert.Null(Verify(roster, ranks[3].Id, 2, ranks[1]).Place);
        Assert.NotNull(Verify(roster, ranks[3].Id, 2, ranks[1], ranks[2]).Place);
        Assert.Null(Verify(roster, ranks[2].Id, 2, ranks[3], ranks[4]).Place); // those after it are nothing to it
        Assert.NotNull(Verify(roster, ranks[16].Id, 2, ranks[1..16]).Place);
    }

    [Fact]
    public void Nobody_else_is_drawn()
    {
        Member[] members =
        [
            .. Enumerable.Range(0, 5).Select(number => Member(number, Standing.Trusted)),
            Member(100, Standing.Banned), Member(101, Standing.Trusted, declared: 8), Member(102, Standing.Trusted, capability: "kernel:noop@1"),
            Member(1_000, Standing.Trusted), .. Enumerable.Range(200, 9).Select(number => Member(number, Standing.Newcomer)),
        ];
        var roster = new EpochRoster(_epoch, Some.Hash(7), members, []);
        var all = members.Where(member => member.Id != Some.Id(1_000)).ToArray();
        foreach (var (number, why) in ((int, string)[])[(100, "banned"), (101, "too late"), (102, "did not announce"), (1_000, "the boss"), (5_555, "not in the roster")])
            Assert.Contains(why, Verify(roster, Some.Id(number), 31, all).Why, StringComparison.Ordinal);
        var placed = Ranks(roster).Select(member => member.Id).ToHashSet();
        Assert.Equal(9, placed.Count); // 5 trusted and 4 newcomers
        Assert.Contains("ends before", Verify(roster, members.First(member => member.Standing == Standing.Newcomer && !placed.Contains(member.Id)).Id, 31).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_attempt_0_of_an_epoch_that_counts_and_of_a_draw_by_the_next_beacon_earns()
    {
        var roster = Frozen(9, 0);
        var first = Ranks(roster)[0].Id;
        Assert.True(Verify(roster, first, 2).Counts);
        Assert.False(Verify(roster, first, 1).Counts);
        Assert.False(CloseGroup.Verify(roster, _job, 3, 0, Eligible, 2, new HashSet<NodeId>(), first, next: false).Counts);
        Assert.False(Verify(Frozen(9, 0, counts: false), first, 2).Counts);
        var later = CloseGroup.Verify(roster, _job, 3, 1, Eligible, 2, new HashSet<NodeId>(), Ranks(roster, attempt: 1)[0].Id);
        Assert.Equal((0, false), (later.Place!.Value.Rank, later.Counts));
        Assert.Null(CloseGroup.Verify(roster, _job, -1, 0, Eligible, 2, new HashSet<NodeId>(), first).Place);
    }
}
