using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Draw;

public sealed class CloseGroupTests
{
    private static readonly string[] _capabilities = ["wasm", "wasm kernel:noop@1", "kernel:noop@1", "kernel:noop@2", ""];
    private static readonly Epoch _epoch = new(10);

    private static readonly Gen<Member[]> _members = Gen.Select(
            Gen.Int[0, 1_000_000], Gen.Int[0, 4], Gen.Enum<Standing>(), Gen.Frequency((4, Gen.Const(0UL)), (1, Gen.ULong[7, 11])))
        .Array[0, 200]
        .Select(drawn => drawn.DistinctBy(member => member.Item1)
            .Select(member => new Member(
                Some.Id(member.Item1), Some.Address(1), CapabilitySet.Of(_capabilities[member.Item2].Split(' ', StringSplitOptions.RemoveEmptyEntries)),
                null, new Epoch(member.Item4), member.Item3)).ToArray());

    private static EpochRoster Frozen(Member[] members) => new(_epoch, Some.Hash(7), members, [Some.Node(1)]);

    /// <summary>By the words of the rule: place by place, whoever of the wanted standing is nearest and not placed yet.</summary>
    private static List<Member> Naive(EpochRoster roster, Hash256 target, int k, string capability, NodeId? excluded)
    {
        var able = roster.Members
            .Where(member => member.Capabilities.Contains(capability) && member.Id != excluded
                && member.Standing != Standing.Banned && member.Declared.Number + 2 <= _epoch.Number)
            .OrderBy(member => Ring.Position(roster.Beacon, member.Id).Xor(target)).ToList();
        var group = new List<Member>();
        while (group.Count < k)
        {
            var newcomer = group.Count is 0 or 1 || group.Count % 2 == 1 ? null : able.Find(member => member.Standing == Standing.Newcomer);
            if ((newcomer ?? able.Find(member => member.Standing != Standing.Newcomer)) is not { } next)
                break;
            able.Remove(next);
            group.Add(next);
        }
        return group;
    }

    [Fact]
    public void Is_the_nearest_eligible_place_by_place() => Gen.Select(_members, Gen.Int, Gen.Int[0, 12], Gen.Int[-1, 199])
        .Sample((members, target, k, boss) =>
        {
            var roster = Frozen(members);
            var excluded = boss >= 0 && boss < members.Length ? members[boss].Id : Some.Id(-boss - 1);
            var eligible = new Eligibility("kernel:noop@1", excluded);
            Assert.Equal(Naive(roster, Some.Hash(target), k, eligible.Capability, excluded), CloseGroup.Select(roster, Some.Hash(target), k, eligible));
            Assert.Equal(
                Naive(roster, Some.Hash(target), members.Length, eligible.Capability, excluded).Count, CloseGroup.Size(roster, eligible));
        }, iter: 400);

    [Fact]
    public void A_smaller_group_is_the_beginning_of_a_larger_one_and_more_than_half_is_trusted() => Gen.Select(_members, Gen.Int).Sample((members, target) =>
    {
        var roster = Frozen(members);
        var all = CloseGroup.Select(roster, Some.Hash(target), members.Length, new Eligibility("wasm"));
        Assert.Equal(CloseGroup.Size(roster, new Eligibility("wasm")), all.Length);
        for (var k = 0; k <= all.Length + 1; k++)
        {
            var group = CloseGroup.Select(roster, Some.Hash(target), k, new Eligibility("wasm"));
            Assert.Equal(all.Take(k), group);
            Assert.True(group.Length == 0 || 2 * group.Count(member => member.Standing is Standing.Trusted or Standing.First) > group.Length);
        }
    }, iter: 30);

    [Fact]
    public void Where_only_the_trusted_are_wanted_there_are_no_others() => Gen.Select(_members, Gen.Int, Gen.Int[0, 12]).Sample((members, target, k) =>
    {
        var roster = Frozen(members);
        var eligible = new Eligibility("wasm", members.FirstOrDefault()?.Id, TrustedOnly: true);
        var trusted = Frozen([.. members.Where(member => member.Standing is Standing.Trusted or Standing.First)]);
        Assert.Equal(CloseGroup.Select(trusted, Some.Hash(target), k, eligible), CloseGroup.Select(roster, Some.Hash(target), k, eligible));
        Assert.Equal(CloseGroup.Size(trusted, eligible), CloseGroup.Size(roster, eligible));
    }, iter: 100);

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
            drawn[CloseGroup.Select(roster, Ring.Target(roster.Beacon, Some.Hash(1), 0, 0), 1, new Eligibility("wasm"))[0].Id]++;
        }
        var expected = Epochs / 10.0;
        Assert.InRange(drawn.Values.Sum(count => (count - expected) * (count - expected) / expected), 0, 47.0);
    }

    [Fact]
    public void Threads_that_ask_first_share_one_index()
    {
        var roster = Some.Roster([.. Some.Members(5_000), .. Enumerable.Range(5_000, 5_000).Select(n => Some.Member(n, 1, "kernel:noop@1"))]);
        var indexes = new DrawIndex[8];
        Parallel.For(0, indexes.Length, i => indexes[i] = roster.IndexOf("kernel:noop@1"));
        Assert.All(indexes, index => Assert.Same(indexes[0], index));
        Assert.Equal(5_000, indexes[0].Trusted.Count);
    }

    [Fact]
    public void The_same_bytes_in_every_language()
    {
        // Computed with Python's hashlib from the byte layouts in the documentation.
        var (beacon, job) = (Hash256.Of("beacon"u8), Hash256.Of("job"u8));
        Assert.Equal("7ede5dafad0f251c4f91326dd4df937b3d047783acc47850e798248ffbdcf497", Ring.Position(beacon, new(Hash256.Of("node"u8))).ToString());
        Assert.Equal("55eef1cc986b775a419b19246ce100ee6b2cc2f1fe7284a22fc3809030020fd8", Ring.Target(beacon, job, 258, 3).ToString());
    }
}
