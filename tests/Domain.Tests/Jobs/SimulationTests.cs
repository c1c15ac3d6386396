using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Tests.Jobs.Simulation;
using AkkaCompute.Domain.Verification;
using CsCheck;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>Whole jobs under crash, loss, duplication and reordering. What is checked on the way is in the simulation.</summary>
public sealed class SimulationTests
{
    [Fact]
    public void Whatever_happens_a_job_ends_with_right_outcomes_and_vouches() =>
        Scenario.Any.Sample(scenario => { Check(scenario); }, iter: 250, print: scenario => scenario.ToString());

    /// <summary>The same of jobs whose bundles have one worker each: checks come and go, workers are caught, epochs are degraded.</summary>
    [Fact]
    public void Whatever_happens_nobody_is_believed_without_checks()
    {
        var (byWord, caught) = (0, 0);
        Scenario.Checked.Sample(scenario =>
        {
            var oracle = Check(scenario)!;
            Interlocked.Add(ref byWord, oracle.ByWord);
            Interlocked.Add(ref caught, oracle.Caught);
        }, iter: 150, print: scenario => scenario.ToString());
        Assert.True(byWord > 10 && caught > 10, $"{byWord} bundles were believed, {caught} workers were caught: the scenarios show nothing.");
    }

    private static CheckOracle? Check(Scenario scenario)
    {
        var world = new World(scenario);
        Assert.True(world.Run(Compare), $"Not finished after {World.MostSteps} steps.");
        Compare(world);
        CheckLog(world, scenario);
        CheckVouches(world, scenario);
        CheckChain(world);
        CheckEscrow(world, scenario);
        if (scenario.Policy is not Policy.ByChecks)
            return null;
        var oracle = new CheckOracle(world, scenario);
        oracle.Check(world.Job.Log);
        return oracle;
    }

    /// <summary>The log alone gives the state that there is.</summary>
    private static void Compare(World world)
    {
        var (live, rebuilt) = (world.Job.State, world.Job.Rebuild());
        Assert.Equal(live.Version, rebuilt.Version);
        Assert.Equal(live.Batches, rebuilt.Batches);
        Assert.Equal(live.Pages, rebuilt.Pages);
        Assert.Equal(live.CanFinish, rebuilt.CanFinish);
        Assert.Equal(live.Outbox.Owed.Order(), rebuilt.Outbox.Owed.Order());
        Assert.All(live.Outbox.Owed, worker => Assert.Equal(Owed(live, worker), Owed(rebuilt, worker)));
        for (long bundle = 0; bundle < live.Pages.Sum(page => page.Bundles); bundle++)
        {
            Assert.Equal(live.IsOpen(bundle), rebuilt.IsOpen(bundle));
            Assert.Equal(live.Attempt(bundle), rebuilt.Attempt(bundle));
            Assert.Equal(live.Checks.Find(bundle)?.Stage, rebuilt.Checks.Find(bundle)?.Stage);
        }
        if (live.Spec is not null)
            Assert.Equivalent(live.Progress(), rebuilt.Progress(), strict: true);
    }

    private static IEnumerable<(long, NodeId, ulong, int, int, string)> Owed(JobState state, NodeId worker) =>
        state.Outbox.From(worker, 0, long.MaxValue, state.Spec!.Boss, state.Spec.Id)
            .Select(vouch => (vouch.Number, vouch.About, vouch.Epoch, vouch.Accepted, vouch.Rejected, string.Join(' ', vouch.Entries.Select(entry => Hash256.Of(entry.Span)))));

    private static void CheckLog(World world, Scenario scenario)
    {
        var state = world.Job.State;
        var decisions = world.Job.Log.OfType<Decided>().SelectMany(decided => decided.Decisions).ToArray();
        Assert.Equal(decisions.DistinctBy(decision => decision.Bundle).Count(), decisions.Length);
        foreach (var decision in decisions)
        {
            var page = state.PageOfBundle(decision.Bundle);
            var (offset, count) = page.TasksOf(decision.Bundle);
            Oracle.Check(decision, page.FirstTask + offset, count, world, scenario);
        }
        if (!world.Job.Log.OfType<Cancelled>().Any())
        {
            var tasks = decisions.SelectMany(decision => decision.Outcomes.Select(outcome => outcome.Task)).Order();
            Assert.Equal(Enumerable.Range(0, (int)state.Tasks).Select(task => (long)task), tasks);
            Assert.Equal(scenario.Pages.SkipLast(1).Sum(count => Math.Max(1, count)) + scenario.Pages[^1], state.Tasks);
        }
        Assert.Equal(decisions.Sum(decision => decision.Outcomes.Count), state.Progress().Decided);
        Assert.Equal(decisions.Sum(decision => decision.Outcomes.Count * decision.Verdicts.Count), state.Progress().Executions);
    }

    /// <summary>The delegate's chain is what the log says, in its order; nothing is missing, and the settlement is the last.</summary>
    private static void CheckChain(World world)
    {
        var signed = world.Job.Log.SelectMany(@event => @event switch
        {
            PassedOver passed => passed.Ranks.Where(rank => rank.IsByDelegate).Select(rank => rank.Entry),
            Decided decided => decided.Decisions.SelectMany(decision => decision.Verdicts).SelectMany(verdict => verdict.Entries),
            Settling settling => [settling.Entry],
            _ => [],
        }).ToArray();
        Assert.Equal(signed.Select(bytes => Hash256.Of(bytes.Span)), world.Keeper.Verdicts.Select(entry => entry.Hash));
        if (world.Job.State.Submits is not null)
            Assert.IsType<Settlement>(world.Keeper.Verdicts.Last().Claims);
        foreach (var verdict in world.Job.Log.OfType<Decided>().SelectMany(decided => decided.Decisions).SelectMany(decision => decision.Verdicts))
            Assert.Equal((verdict.Accepted + verdict.Unsure > 0 ? 1 : 0) + (verdict.Rejected > 0 ? 1 : 0), verdict.Entries.Count);
    }

    /// <summary>What was decided is charged, and of what was not, what was drawn: no less than an epoch had drawn, no more than may be asked for.</summary>
    private static void CheckEscrow(World world, Scenario scenario)
    {
        var (log, escrow) = (world.Job.Log, world.Job.State.Escrow);
        var verdicts = log.OfType<Decided>().SelectMany(decided => decided.Decisions)
            .SelectMany(decision => decision.Verdicts.Select(verdict => (Tasks: decision.Outcomes.Count, verdict.Pay))).ToArray();
        var forfeit = log.OfType<Cancelled>().Aggregate(Credits.Zero, (sum, cancelled) => sum + cancelled.Forfeit);
        Assert.Equal((World.Price * verdicts.Sum(verdict => verdict.Tasks)) + forfeit, escrow.Charged);
        Assert.Equal(verdicts.Aggregate(Credits.Zero, (sum, verdict) => sum + verdict.Pay), escrow.Paid);
        if (!log.OfType<Cancelled>().Any())
            return;
        var before = new JobState(JobLimits.Default);
        foreach (var @event in log.TakeWhile(@event => @event is not Cancelled))
            before.Apply(@event);
        var open = Enumerable.Range(0, before.Pages.Sum(page => page.Bundles)).Select(bundle => (long)bundle).Where(before.IsOpen).ToArray();
        var drawn = open.Where(bundle => before.Draws.Of(bundle) is { Epoch: not null });
        Assert.InRange(forfeit.Amount, (World.Price * (Tasks(drawn) * scenario.Policy.First)).Amount, (World.Price * (Tasks(open) * scenario.Policy.Most)).Amount);

        long Tasks(IEnumerable<long> bundles) => bundles.Sum(bundle => (long)before.PageOfBundle(bundle).TasksOf(bundle).Count);
    }

    private static void CheckVouches(World world, Scenario scenario)
    {
        var batches = world.Job.Log.OfType<Decided>()
            .Select(decided => decided.Decisions.SelectMany(decision => decision.Verdicts).ToLookup(verdict => verdict.Worker)).ToArray();
        Assert.True(world.Job.State.Outbox.IsEmpty);
        for (var worker = 0; worker < scenario.Workers.Length; worker++)
        {
            var id = world.WorkerId(worker);
            var verdicts = batches.SelectMany(batch => batch[id]).ToArray();
            var score = world.Society.Reputation(id).Worker;
            Assert.Equal(verdicts.Sum(verdict => verdict.Accepted), score.Accepted);
            Assert.Equal(verdicts.Sum(verdict => verdict.Rejected), score.Rejected);
            Assert.Equal(batches.Count(batch => batch.Contains(id)), score.Vouches);
            Assert.Equal(0, world.Society.Reputation(id).Boss.Vouches);
        }
        var boss = world.Society.Reputation(world.Spec.Boss);
        Assert.Equal(batches.Sum(batch => batch.Sum(lines => lines.Sum(verdict => verdict.Accepted))), boss.Boss.Accepted);
        Assert.Equal(batches.Sum(batch => batch.Sum(lines => lines.Sum(verdict => verdict.Rejected))), boss.Boss.Rejected);
        Assert.Equal(batches.Sum(batch => batch.Count), boss.Boss.Vouches);
        Assert.Equal(0, boss.Worker.Vouches);
        Assert.Equal(2 * batches.Sum(batch => batch.Count), world.Job.State.Progress().Vouches);
    }
}
