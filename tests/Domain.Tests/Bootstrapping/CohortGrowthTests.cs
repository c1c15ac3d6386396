using AkkaCompute.Domain.Bootstrapping;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Domain.Tests.Bootstrapping;

/// <summary>Volunteers beside four first c-nodes, in small: <c>sim cohort</c> plays two hundred, and Sybils, for longer.</summary>
public sealed class CohortGrowthTests
{
    private const int First = 4, Volunteers = 24, Periods = 12, Jobs = 24, Tasks = 16;
    private const ulong PeriodEpochs = 32;

    private readonly TrustRules _rules = new() { HalfLife = 8 * PeriodEpochs, PeriodEpochs = PeriodEpochs };
    private readonly HashSet<int> _trusted = [];

    [Fact]
    public void With_a_cohort_there_are_trusted_ones_where_without_nobody_is()
    {
        Play(withCohort: false);
        Assert.Empty(_trusted);
        Play(withCohort: true);
        Assert.NotEmpty(_trusted);
    }

    private void Play(bool withCohort)
    {
        var reputation = new RollingReputation(_rules.Decay, _rules.Prior);
        NodeId[] first = [.. Enumerable.Range(0, First).Select(Some.Id)];
        for (var period = 1UL; period <= Periods; period++)
        {
            for (var job = 1UL; job <= Jobs; job++)
                PlayJob(reputation, ((period - 1) * PeriodEpochs) + job + Member.EpochsToDraw, first[job % First], withCohort);
            var trust = EigenTrust.Compute(reputation.Graph(period * PeriodEpochs), first, _rules.BackPermille, _rules.Rounds);
            var trusted = First + _trusted.Count;
            foreach (var number in Enumerable.Range(First, Volunteers))
            {
                var before = _trusted.Contains(number) ? Standing.Trusted : Standing.Newcomer;
                if (_rules.Standing.Next(before, trust.Of(Some.Id(number)), trusted, first: false) == Standing.Trusted)
                    _trusted.Add(number);
                else
                    _trusted.Remove(number);
            }
        }
    }

    private void PlayJob(RollingReputation reputation, ulong epoch, NodeId boss, bool withCohort)
    {
        var roster = new EpochRoster(
            new Epoch(epoch), Some.Hash((int)epoch),
            [
                .. Some.Members(First + Volunteers).Select((member, number) => member with
                {
                    Standing = number < First ? Standing.First : _trusted.Contains(number) ? Standing.Trusted : Standing.Newcomer,
                }),
            ],
            [Some.Node(1)]);
        var season = _rules.SeasonOf(new Epoch(epoch));
        var eligible = new Eligibility("wasm", boss) { Cohort = withCohort ? new Cohort(season, Some.Hash((int)season.Number)) : null };
        var (m, able) = (BootstrapPlan.Policy.M, roster.CountTrusted("wasm", boss));
        reputation.Add(new DrawnWork(boss, epoch, Tasks * m));
        for (var bundle = 0UL; bundle < Tasks; bundle++)
        {
            var group = CloseGroup.Select(roster, Domain.Draw.Ring.Target(roster.Beacon, Some.Hash(1), bundle, 0), m, eligible);
            foreach (var (rank, member) in group.Index())
                reputation.Add(new WorkEntry(boss, member.Id, epoch, 1, 0, new DrawnPlace(0, rank, m, able, roster.TotalTrusted, true)));
        }
    }
}
