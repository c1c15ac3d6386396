using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Tests.Audit;
using AkkaCompute.Domain.Tests.Jobs;

namespace AkkaCompute.Domain.Tests.Draw;

/// <summary>Who may see a job: the draw, what its boss signs, and what the audit makes of it.</summary>
public sealed class AudienceTests
{
    private static readonly EpochRoster _roster = new(
        new Epoch(9), Some.Hash(7),
        [.. Some.Members(60).Select((member, i) => member with { Standing = i < 5 ? Standing.First : i < 20 ? Standing.Trusted : Standing.Newcomer })],
        [Some.Node(1)]);

    [Theory]
    [InlineData(Audience.Anyone, 20, 40, 39)]
    [InlineData(Audience.Trusted, 20, 0, 20)]
    [InlineData(Audience.Cluster, 5, 0, 5)]
    public void A_group_has_whom_the_audience_has_and_nobody_else(Audience audience, int trusted, int newcomers, int size)
    {
        var eligible = new Eligibility("wasm") { Audience = audience };
        Assert.Equal((trusted, newcomers), _roster.Count(eligible));
        Assert.Equal(size, CloseGroup.Size(_roster, eligible));
        for (var bundle = 0UL; bundle < 50; bundle++)
        {
            var target = Domain.Draw.Ring.Target(_roster.Beacon, Some.Hash(1), bundle, 0);
            var group = CloseGroup.Select(_roster, target, 100, eligible);
            Assert.Equal(size, group.Length);
            Assert.All(group, member => Assert.True(audience == Audience.Anyone || member.Standing == Standing.First
                || (audience == Audience.Trusted && member.Standing == Standing.Trusted)));
            // Who is left is in the order that the draw gives all of them.
            var all = CloseGroup.Select(_roster, target, 100, new Eligibility("wasm", TrustedOnly: true)).Where(member => group.Contains(member));
            Assert.Equal(all, group.Where(member => member.Standing != Standing.Newcomer));
            Assert.Equal(group[..3], CloseGroup.Select(_roster, target, 3, eligible));
        }
    }

    [Fact]
    public void Nobody_works_for_himself_and_what_nobody_announces_has_nobody()
    {
        var own = new Eligibility("wasm", Some.Id(2)) { Audience = Audience.Cluster };
        Assert.Equal((4, 0), _roster.Count(own));
        Assert.DoesNotContain(Some.Id(2), CloseGroup.Select(_roster, Some.Hash(3), 9, own).Select(member => member.Id));
        Assert.Equal((5, 0), _roster.Count(own with { Excluded = Some.Id(30) })); // not among them
        Assert.Equal((0, 0), _roster.Count(new Eligibility("kernel:none@1") { Audience = Audience.Trusted }));
        var any = new Eligibility("wasm", OfAnyStanding: true) { Audience = Audience.Trusted };
        Assert.All(CloseGroup.Select(_roster, Some.Hash(3), 60, any), member => Assert.NotEqual(Standing.Newcomer, member.Standing));
        Assert.Equal(20, CloseGroup.Size(_roster, any));
    }

    [Fact]
    public void It_is_signed_with_each_page_and_in_the_digest()
    {
        var specs = Enum.GetValues<Audience>().Select(audience => SomeJob.Spec() with { Audience = audience }).ToArray();
        Assert.Equal(3, specs.Select(PageClaims.DigestOf).Distinct().Count());
        Assert.All(specs, spec => Assert.Equal(spec.Audience, PageClaims.Of(spec, 0, 0, 0, 1, SomeJob.Inputs(1)).Audience));
        Assert.All(specs, spec => Assert.Null(spec.Check()));
        Assert.Contains("Audience: 7", (SomeJob.Spec() with { Audience = (Audience)7 }).Check()!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Audience.Anyone)]
    [InlineData(Audience.Trusted)]
    [InlineData(Audience.Cluster)]
    public void It_travels_as_JSON(Audience audience)
    {
        var spec = SomeJob.Spec() with { Audience = audience };
        var json = JsonText.Of(writer => SpecJson.Write(writer, spec));
        Assert.Equal(spec, SpecJson.Read(JsonFields.Parse(json, "spec")));
        Assert.Equal(audience != Audience.Anyone, System.Text.Encoding.UTF8.GetString(json.Span).Contains("audience", StringComparison.Ordinal));
    }

    [Fact]
    public void The_audit_draws_from_the_audience_alone()
    {
        var network = new Network();
        var job = new PlayedJob(network, network.Boss, 1, 1) { Audience = Audience.Trusted };
        job.Play();
        Assert.Empty(network.Audit().Findings);
        Assert.Equal(2, network.Audit().Vouches);
    }

    [Fact]
    public void A_result_of_who_is_not_in_the_audience_is_named()
    {
        var network = new Network();
        var job = new PlayedJob(network, network.Boss, 1, 1) { Audience = Audience.Trusted };
        job.Open();
        var newcomer = network.Authors[^1];
        Violations.Results(network, job, job.Group(0, 1)[0], newcomer);
        network.Close();
        Violations.Found(network, "did not draw its author");
    }
}
