using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Whoever audits draws the cohort again, from the records alone.</summary>
public sealed class CohortAuditTests
{
    private const int Season = 2 * 16;

    [Fact]
    public void A_job_of_the_seasons_cohort_holds_and_its_newcomer_earns()
    {
        var (network, job) = Opened(network => CohortOf(network, 1));
        var group = job.Group(0, 3);
        Assert.Equal(In(network, job), group[2]);
        Play(network, job, group);
        Assert.Empty(network.Audit().Findings);
        Assert.Equal(3, network.Audit().Vouches);
    }

    [Fact]
    public void A_newcomer_that_is_not_in_it_was_not_drawn()
    {
        var (network, job) = Opened(network => CohortOf(network, 1));
        var other = network.Authors[network.First..].Single(author => author != In(network, job));
        Violations.Results(network, job, [.. job.Group(0, 2), other]);
        network.Close();
        Violations.Found(network, "did not draw its author");
    }

    [Fact]
    public void A_cohort_that_no_season_has_counts_for_nothing()
    {
        var (network, job) = Opened(_ => new Cohort(new Epoch(1), Some.Hash(5)));
        Play(network, job, job.Group(0, 3));
        Violations.Found(network, "is not that of the season of epoch");
        Assert.Equal(0, network.Audit().Vouches);
    }

    [Theory]
    [InlineData(1, Season - 8, true)]
    [InlineData(2, Season - 8, false)] // no season begins with this epoch
    [InlineData(1, Season + 2, true)] // handed in just when it ended
    [InlineData(Season, Season + 2, true)]
    [InlineData(Season, (2 * Season) + 2, true)]
    [InlineData(1, (2 * Season) + 2, false)] // two ago: its boss would choose between them
    public void It_is_of_the_season_or_of_the_one_before(ulong season, int epochs, bool holds)
    {
        var network = new Network(rules: new TrustRules { AdmissionBits = 4, PeriodEpochs = 4, HalfLife = 16, Prior = 0, Rounds = 10 });
        while (network.Roster.Epoch.Number < (ulong)epochs)
            network.Close();
        var (_, job) = Opened(network => CohortOf(network, season), network);
        Play(network, job, job.Group(0, 3));
        if (holds)
            Assert.Empty(network.Audit().Findings);
        else
            Violations.Found(network, "is not that of the season of epoch");
    }

    [Fact]
    public void It_is_the_same_on_all_pages()
    {
        var (network, job) = Opened(network => CohortOf(network, 1));
        network.Boss.Sign(job.Page(1, PlayedJob.Size, 1) with { Cohort = null }, network.Checkpoint, job.Sub);
        network.Close();
        Violations.Found(network, "audience or cohort than page 0");
    }

    private static (Network Network, PlayedJob Job) Opened(Func<Network, Cohort> cohort, Network? network = null)
    {
        network ??= new Network();
        var job = new PlayedJob(network, network.Boss, 1, 1, "quorum(3, 5)") { Cohort = cohort(network) };
        job.Open();
        return (network, job);
    }

    private static Cohort CohortOf(Network network, ulong season) => new(new Epoch(season), network.BeaconOf(new Epoch(season)));

    /// <summary>By the words of the rule: of two newcomers the one with the lower lot.</summary>
    private static Author In(Network network, PlayedJob job) =>
        network.Authors[network.First..].MinBy(author => job.Cohort!.Value.LotOf(author.Id))!;

    private static void Play(Network network, PlayedJob job, Author[] group)
    {
        var results = Violations.Results(network, job, group);
        foreach (var given in results)
            job.Reward(given, job.Accept(given, results));
        network.Close();
        job.Settle();
        network.Close();
        Assert.NotEqual(AuditVerdict.Violated, network.Audit().Verdict);
    }
}
