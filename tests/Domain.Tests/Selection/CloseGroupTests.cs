using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Selection;
using AkkaCompute.Domain.Tests.Roster;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Selection;

public sealed class CloseGroupTests
{
    private static readonly string[] _capabilities = ["wasm", "wasm kernel:noop@1", "kernel:noop@1", "kernel:noop@2", ""];

    private static readonly Gen<Member[]> _members = Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 4]).Array[0, 200]
        .Select(drawn => drawn.DistinctBy(member => member.Item1)
            .Select(member => Some.Member(member.Item1, 1, _capabilities[member.Item2])).ToArray());

    [Fact]
    public void Is_the_nearest_eligible_by_brute_force() => Gen.Select(_members, Gen.Int, Gen.Int[0, 12], Gen.Int[-1, 199])
        .Sample((members, target, k, boss) =>
        {
            var roster = Some.Roster(members);
            var excluded = boss >= 0 && boss < members.Length ? members[boss].Id : Some.Id(-boss - 1);
            var group = CloseGroup.Select(roster, Some.Hash(target), k, new Eligibility("kernel:noop@1", excluded));

            var expected = members.Where(member => member.Capabilities.Contains("kernel:noop@1") && member.Id != excluded)
                .OrderBy(member => Draw.Position(roster.Beacon, member.Id).Xor(Some.Hash(target))).ToArray();
            Assert.Equal(expected.Take(k), group);
            Assert.Equal(expected.Length, roster.CountEligible("kernel:noop@1", excluded));
        });

    [Fact]
    public void A_smaller_group_is_the_beginning_of_a_larger_one() => Gen.Select(_members, Gen.Int).Sample((members, target) =>
    {
        var roster = Some.Roster(members);
        var all = CloseGroup.Select(roster, Some.Hash(target), members.Length, new Eligibility("wasm"));
        Assert.Equal(roster.CountEligible("wasm"), all.Length);
        for (var k = 0; k <= all.Length + 1; k++)
            Assert.Equal(all.Take(k), CloseGroup.Select(roster, Some.Hash(target), k, new Eligibility("wasm")));
    }, iter: 30);

    [Fact]
    public void The_order_in_which_members_are_given_is_nothing() => _members.Sample(members =>
    {
        var shuffled = members.OrderBy(member => Hash256.Of(member.Id.Hash.ToBytes())).ToArray();
        Assert.Equal(Some.Roster(members).Members, Some.Roster(shuffled).Members);
    });

    [Fact]
    public void Nobody_is_drawn_from_an_empty_roster_or_for_what_nobody_runs()
    {
        Assert.Empty(CloseGroup.Select(EpochRoster.Empty, Some.Hash(1), 3, new Eligibility("wasm")));
        var roster = Some.Roster(Some.Members(10));
        Assert.Empty(CloseGroup.Select(roster, Some.Hash(1), 3, new Eligibility("kernel:noop@1", roster.Members[0].Id)));
        Assert.Equal(0, roster.CountEligible("kernel:noop@1", roster.Members[0].Id));
    }

    [Fact]
    public void Alone_nobody_works_for_himself()
    {
        var roster = Some.Roster([Some.Member(1)]);
        Assert.Single(CloseGroup.Select(roster, Some.Hash(1), 3, new Eligibility("wasm")));
        Assert.Empty(CloseGroup.Select(roster, Some.Hash(1), 3, new Eligibility("wasm", Some.Id(1))));
    }

    [Fact]
    public void A_new_beacon_draws_anew()
    {
        var members = Some.Members(1_000);
        var (one, other) = (Some.Roster(members, 1), Some.Roster(members, 2));
        var target = Some.Hash(5);
        Assert.Empty(CloseGroup.Select(one, target, 7, new Eligibility("wasm")).Intersect(CloseGroup.Select(other, target, 7, new Eligibility("wasm"))));
    }

    /// <summary>Each bundle's first place falls on each of 10 members as often as on another: chi squared, 9 degrees, p = 10⁻⁶.</summary>
    [Fact]
    public void Over_epochs_everybody_is_drawn_alike()
    {
        var members = Some.Members(10);
        var drawn = members.ToDictionary(member => member.Id, _ => 0);
        const int Epochs = 2_000;
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            var roster = Some.Roster(members, epoch);
            drawn[CloseGroup.Select(roster, Draw.Target(roster.Beacon, Some.Hash(1), 0, 0), 1, new Eligibility("wasm"))[0].Id]++;
        }
        var expected = Epochs / 10.0;
        Assert.InRange(drawn.Values.Sum(count => (count - expected) * (count - expected) / expected), 0, 47.0);
    }

    [Fact]
    public void Threads_that_ask_first_share_one_index()
    {
        var roster = Some.Roster([.. Some.Members(5_000), .. Enumerable.Range(5_000, 5_000).Select(n => Some.Member(n, 1, "kernel:noop@1"))]);
        var indexes = new PositionIndex[8];
        Parallel.For(0, indexes.Length, i => indexes[i] = roster.IndexOf("kernel:noop@1"));
        Assert.All(indexes, index => Assert.Same(indexes[0], index));
        Assert.Equal(5_000, indexes[0].Count);
    }

    [Fact]
    public void The_same_bytes_in_every_language()
    {
        // Computed with Python's hashlib from the byte layouts in the documentation.
        var (beacon, job) = (Hash256.Of("beacon"u8), Hash256.Of("job"u8));
        Assert.Equal("7ede5dafad0f251c4f91326dd4df937b3d047783acc47850e798248ffbdcf497", Draw.Position(beacon, new(Hash256.Of("node"u8))).ToString());
        Assert.Equal("55eef1cc986b775a419b19246ce100ee6b2cc2f1fe7284a22fc3809030020fd8", Draw.Target(beacon, job, 258, 3).ToString());
    }
}
