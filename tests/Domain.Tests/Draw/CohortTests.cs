using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Tests.Jobs;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Tests.Draw;

/// <summary>Which newcomers have the places of a job that says so: the draw, what is signed of it, and the seasons.</summary>
public sealed class CohortTests
{
    private const int Trusted = 40;
    private static readonly Epoch _now = new(1_000);
    private static readonly Cohort _cohort = new(new Epoch(500), Some.Hash(11));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 1)]
    [InlineData(31, 1)]
    [InlineData(32, 2)]
    [InlineData(1_000, 62)]
    public void There_is_one_for_sixteen_trusted_and_always_one(int trusted, int size) => Assert.Equal(size, Cohort.Size(trusted));

    [Fact]
    public void It_has_the_lowest_lots_of_those_who_were_there_when_its_beacon_was_drawn()
    {
        var roster = Roster(Newcomers(30, declared: 498));
        var lots = Enumerable.Range(Trusted, 30).Select(Some.Id).OrderBy(_cohort.LotOf).Take(2);
        Assert.Equal(lots.ToHashSet(), In(roster, _cohort));
        Assert.Equal((Trusted, 2), roster.Count(Of(_cohort)));
        Assert.NotEqual(In(roster, _cohort), In(roster, _cohort with { Beacon = Some.Hash(12) }));
    }

    /// <summary>Whoever declares himself when the beacon is known can have made keys until one had a low lot.</summary>
    [Fact]
    public void Who_came_later_has_no_lot_and_follows_in_the_order_of_coming()
    {
        var late = Newcomers(30, declared: 499, from: 300); // too late by one epoch
        var early = Newcomers(30, declared: 498).MaxBy(member => _cohort.LotOf(member.Id))!; // the worst lot of thirty
        var lowest = late.MinBy(member => _cohort.LotOf(member.Id))!;
        Assert.Equal(new HashSet<NodeId> { early.Id, lowest.Id }, In(Roster([early, .. late]), _cohort));
        var later = Newcomers(30, declared: 500, from: 400).MinBy(member => _cohort.LotOf(member.Id))!; // the best one
        Assert.DoesNotContain(later.Id, In(Roster([.. late[..2], later]), _cohort));
    }

    [Fact]
    public void Who_becomes_trusted_or_leaves_makes_room_for_the_next_one()
    {
        var newcomers = Newcomers(30).OrderBy(member => _cohort.LotOf(member.Id)).ToArray();
        Assert.Equal(new HashSet<NodeId> { newcomers[0].Id, newcomers[1].Id }, In(Roster(newcomers), _cohort));
        Assert.Equal(new HashSet<NodeId> { newcomers[1].Id, newcomers[2].Id }, In(Roster(newcomers[1..]), _cohort));
        Member[] promoted = [newcomers[0] with { Standing = Standing.Trusted }, .. newcomers[1..]];
        Assert.Equal(new HashSet<NodeId> { newcomers[1].Id, newcomers[2].Id }, In(Roster(promoted), _cohort));
        Member[] banned = [newcomers[0] with { Standing = Standing.Banned }, .. newcomers[1..]];
        Assert.Equal(new HashSet<NodeId> { newcomers[1].Id, newcomers[2].Id }, In(Roster(banned), _cohort));
    }

    [Fact]
    public void Only_its_members_have_newcomers_places_and_the_trusted_have_theirs_as_ever()
    {
        var roster = Roster(Newcomers(30));
        var inside = In(roster, _cohort);
        for (var bundle = 0UL; bundle < 50; bundle++)
        {
            var target = Domain.Draw.Ring.Target(roster.Beacon, Some.Hash(1), bundle, 0);
            var (group, all) = (CloseGroup.Select(roster, target, 7, Of(_cohort)), CloseGroup.Select(roster, target, 7, Of(null)));
            Assert.Equal([false, false, true, false, true, false, false], group.Select(IsNewcomer)); // two are in: the trusted fill in
            Assert.Equal([false, false, true, false, true, false, true], all.Select(IsNewcomer));
            Assert.All(group.Where(IsNewcomer), member => Assert.Contains(member.Id, inside));
            Assert.Equal(all.Where(member => !IsNewcomer(member)), group.Where(member => !IsNewcomer(member)).Take(4));
            Assert.Equal(group[..3], CloseGroup.Select(roster, target, 3, Of(_cohort)));
        }
        Assert.Equal(0, roster.Count(Of(_cohort) with { TrustedOnly = true }).Newcomers);
        Assert.Equal(30, roster.Count(Of(_cohort) with { OfAnyStanding = true }).Newcomers);
        Assert.Equal((0, 0), roster.Count(new Eligibility("kernel:none@1") { Cohort = _cohort }));
    }

    /// <summary>A boss may name what it likes: what is remembered of it is bounded, and the draw is the same.</summary>
    [Fact]
    public void Many_cohorts_are_drawn_and_not_all_are_remembered()
    {
        var (roster, other) = (Roster(Newcomers(30)), Roster(Newcomers(30)));
        for (var number = 0; number < 3 * EpochRoster.MostCohorts; number++)
        {
            var cohort = _cohort with { Beacon = Some.Hash(number) };
            Assert.Equal(In(roster, cohort), In(other, cohort));
            Assert.Equal(In(roster, cohort), In(roster, cohort));
        }
        Assert.Equal(EpochRoster.MostCohorts, roster.CachedCohorts);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(199, 1)]
    [InlineData(200, 200)]
    [InlineData(399, 200)]
    [InlineData(1_000_001, 1_000_000)]
    public void A_season_is_two_half_lives_and_the_first_begins_with_the_first_record(ulong epoch, ulong season) =>
        Assert.Equal(new Epoch(season), new TrustRules { HalfLife = 100 }.SeasonOf(new Epoch(epoch)));

    /// <summary>So long pages of its job are taken, and the audit counts them.</summary>
    [Theory]
    [InlineData(1, 399, true)] // the first season begins with epoch 1, and ends as if with 0
    [InlineData(1, 400, false)]
    [InlineData(200, 599, true)]
    [InlineData(200, 600, false)]
    public void A_season_is_open_until_the_next_one_is_over(ulong season, ulong epoch, bool open) =>
        Assert.Equal(open, new TrustRules { HalfLife = 100 }.IsOpen(new Epoch(season), new Epoch(epoch)));

    [Fact]
    public void It_is_signed_with_each_page_and_in_the_digest_and_travels_as_JSON()
    {
        var (spec, other) = (SomeJob.Spec() with { Cohort = _cohort }, SomeJob.Spec() with { Cohort = _cohort with { Season = new Epoch(501) } });
        Assert.Equal(3, new[] { spec, other, SomeJob.Spec() }.Select(PageClaims.DigestOf).Distinct().Count());
        Assert.Equal(_cohort, PageClaims.Of(spec, 0, 0, 0, 1, SomeJob.Inputs(1)).Cohort);
        Assert.Equal(_cohort, spec.Eligible.Cohort);
        Assert.Null(PageClaims.Of(SomeJob.Spec(), 0, 0, 0, 1, SomeJob.Inputs(1)).Cohort);
        var json = JsonText.Of(writer => SpecJson.Write(writer, spec));
        Assert.Equal(spec, SpecJson.Read(JsonFields.Parse(json, "spec")));
    }

    [Fact]
    public void It_goes_with_no_job_in_which_newcomers_have_no_places_of_their_own()
    {
        var spec = SomeJob.Spec() with { Cohort = _cohort, Policy = new Policy.Quorum(3, 5), Draw = DrawMode.Next };
        Assert.Null(spec.Check());
        Assert.Contains("Cohort: with the audience Trusted", Why(spec with { Audience = Audience.Trusted }), StringComparison.Ordinal);
        Assert.Contains("drawn Now", Why(spec with { Draw = DrawMode.Now }), StringComparison.Ordinal);
        Assert.Contains("under credibility", Why(spec with { Policy = new Policy.Credibility(0.001m, 0.2m, 0.9m, 64) }), StringComparison.Ordinal);
        Assert.Contains("Cohort: season 0", Why(spec with { Cohort = default(Cohort) }), StringComparison.Ordinal);
        Assert.Contains(
            "to 9007199254740991", Why(spec with { Cohort = _cohort with { Season = new Epoch(ulong.MaxValue) } }), StringComparison.Ordinal);
    }

    private static string Why(Domain.Work.JobSpec spec) => Assert.IsType<Refused>(spec.Check()).Message;

    private static Eligibility Of(Cohort? cohort) => new("wasm") { Cohort = cohort };

    private static bool IsNewcomer(Member member) => member.Standing == Standing.Newcomer;

    private static HashSet<NodeId> In(EpochRoster roster, Cohort cohort) =>
        [.. CloseGroup.Select(roster, Some.Hash(1), 200, Of(cohort)).Where(IsNewcomer).Select(member => member.Id)];

    private static Member[] Newcomers(int count, ulong declared = 0, int from = Trusted) =>
        [.. Enumerable.Range(from, count).Select(number => new Member(
            Some.Id(number), Some.Address(1), CapabilitySet.Of("wasm"), declared: new Epoch(declared)))];

    private static EpochRoster Roster(Member[] newcomers) => new(
        _now, Some.Hash(7), [.. Some.Members(Trusted).Select(member => member with { Standing = Standing.Trusted }), .. newcomers],
        [Some.Node(1)]);
}
