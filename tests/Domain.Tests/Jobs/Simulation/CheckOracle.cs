using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>What must be in the log of a job whose bundles have one worker each: said from the log alone, in the plainest way.</summary>
internal sealed class CheckOracle(World world, Scenario scenario)
{
    private readonly Policy.ByChecks _policy = (Policy.ByChecks)scenario.Policy;
    private readonly Dictionary<long, CommittedResult> _committed = [];
    private readonly List<(NodeId Worker, long Bundle, Epoch Drawn)> _due = [];
    private readonly Dictionary<long, List<int>> _madeAt = []; // places in the log
    private readonly HashSet<NodeId> _caught = [];

    /// <summary>Bundles that were believed on their workers' word.</summary>
    public int ByWord { get; private set; }

    public int Caught => _caught.Count;

    public void Check(IReadOnlyList<IEvent> log)
    {
        for (var at = 0; at < log.Count; at++)
        {
            switch (log[at])
            {
                case Committed committed:
                    foreach (var result in committed.Results)
                        Assert.True(_committed.TryAdd(result.Bundle, result));
                    break;
                case ChecksDrawn drawn:
                    Assert.Subset(drawn.Bundles.ToHashSet(), drawn.Due.ToHashSet());
                    _due.AddRange(drawn.Due.Select(bundle => (_committed[bundle].Place.Worker, bundle, drawn.Epoch)));
                    break;
                case ChecksMade made:
                    foreach (var check in made.Checks)
                        Made(check.Bundle, at);
                    break;
                case Decided decided:
                    foreach (var decision in decided.Decisions)
                        Check(decision, at);
                    break;
            }
        }
    }

    private void Made(long bundle, int at)
    {
        if (!_madeAt.TryGetValue(bundle, out var places))
            _madeAt.Add(bundle, places = []);
        places.Add(at);
    }

    private void Check(Decision decision, int at)
    {
        Assert.True(_committed.TryGetValue(decision.Bundle, out var alone), $"Bundle {decision.Bundle} was decided without a committed result.");
        Assert.Equal(alone.Place.Worker, decision.Verdicts[0].Worker);
        var others = decision.Verdicts.Skip(1).Select(verdict => world.WorkerOf(verdict.Worker)).ToArray();
        Assert.All(others, worker => Assert.Equal(Standing.Trusted, scenario.StandingOf(worker)));
        var byWord = false;
        for (var i = 0; i < decision.Outcomes.Count; i++)
        {
            var outcome = decision.Outcomes[i];
            var votes = others.Select(worker => Truth.Of(scenario.Workers[worker], worker, outcome.Task))
                .Where(result => result.Digest() is not null).ToArray();
            var largest = votes.GroupBy(vote => vote.Digest()).MaxBy(same => same.Count());
            var lead = (2 * (largest?.Count() ?? 0)) - votes.Length;
            if (lead >= _policy.Otherwise.Lead)
                Assert.Equal(largest!.Key, outcome.Digest());
            else if (outcome.Digest() is { } digest)
            {
                byWord = true;
                Assert.Equal(alone.Results[i].Digest(), digest);
                Assert.All(votes, vote => Assert.Equal(digest, vote.Digest()));
            }
            else
                Assert.InRange(others.Length, 1, _policy.Verifiers);
        }
        if (byWord)
            CheckWord(alone, at);
        if (decision.Verdicts[0].Rejected > 0)
            _caught.Add(alone.Place.Worker);
        else
            Made(decision.Bundle, at);
    }

    /// <summary>So many checks of this worker were drawn after a record had its result, and made before it was decided; all of its own among them.</summary>
    private void CheckWord(CommittedResult alone, int at)
    {
        ByWord++;
        var covered = world.Epochs.CoveredIn(alone.Bundle);
        var after = _due.Where(check => check.Worker == alone.Place.Worker && check.Drawn > covered).ToArray();
        var passed = after.Where(check => _madeAt.TryGetValue(check.Bundle, out var places) && places[0] < at)
            .Sum(check => _committed[check.Bundle].Results.Count);
        var needed = _policy.Checks * scenario.BundleSize;
        Assert.True(passed >= needed, $"{passed} of {needed} checks had passed of {alone.Place.Worker}.");
        Assert.All(after.Where(check => check.Bundle == alone.Bundle), check => Assert.True(_madeAt.ContainsKey(check.Bundle)));
    }
}
