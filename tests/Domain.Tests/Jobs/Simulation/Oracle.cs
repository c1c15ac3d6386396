using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>What must be in a job's log, computed in the plainest way from who gave results.</summary>
internal static class Oracle
{
    public static void Check(Decision decision, long firstTask, int count, World world, Scenario scenario)
    {
        if (scenario.Policy is Policy.ByChecks)
            return; // CheckOracle has it
        var policy = scenario.Policy;
        var workers = decision.Verdicts.Select(verdict => world.WorkerOf(verdict.Worker)).ToArray();
        Assert.Equal(workers.Distinct(), workers);
        Assert.InRange(workers.Length, 1, policy.Most);
        Assert.Equal(count, decision.Outcomes.Count);
        var (accepted, rejected) = (new int[workers.Length], new int[workers.Length]);
        for (var i = 0; i < count; i++)
        {
            var task = firstTask + i;
            var given = workers.Select(worker => Truth.Of(scenario.Workers[worker], worker, task)).ToArray();
            var results = given.Where(result => result.Kind != ResultKind.NoResult).ToArray(); // the others are no votes
            var largest = results.GroupBy(Key).MaxBy(same => same.Count());
            var outcome = decision.Outcomes[i];
            Assert.Equal(task, outcome.Task);
            var (lead, unsure) = policy is Policy.Credibility
                ? ((2 * (largest?.Count() ?? 0)) - results.Length, OutcomeStatus.Unsure)
                : (largest?.Count() ?? 0, OutcomeStatus.NoAgreement);
            if (lead < policy.First)
            {
                Assert.Equal(largest is null ? OutcomeStatus.NoResult : unsure, outcome.Status);
                if (largest is null)
                    Assert.InRange(workers.Length, policy.First, policy.Most); // nobody else was there, or could be asked
                else
                    Assert.True(lead + policy.Most - workers.Length < policy.First, "More executions could have agreed.");
                continue;
            }
            if (policy.First > 1) // no two liars lie alike
                Assert.Equal(Key(Truth.Result(task)), Key(largest!.First()));
            Assert.Equal(Key(largest!.First()), Key(outcome));
            for (var w = 0; w < workers.Length; w++)
            {
                accepted[w] += Key(given[w]) == largest!.Key ? 1 : 0;
                rejected[w] += Key(given[w]) != largest.Key && given[w].Kind != ResultKind.NoResult ? 1 : 0;
            }
        }
        Assert.Equal(accepted, decision.Verdicts.Select(verdict => verdict.Accepted));
        Assert.Equal(rejected, decision.Verdicts.Select(verdict => verdict.Rejected));
    }

    private static string Key(TaskResult result) => $"{(int)result.Kind} {result.ExitCode} {result.Trap} {Convert.ToHexString(result.Output.Span)}";

    private static string Key(Outcome outcome) => $"{(int)outcome.Status} {outcome.ExitCode} {outcome.Trap} {Convert.ToHexString(outcome.Output.Span)}";
}
