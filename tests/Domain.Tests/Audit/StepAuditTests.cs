using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Jobs whose tasks go from state to state: who is asked for which steps, and what the records say of it.</summary>
public sealed class StepAuditTests
{
    private const int Tasks = 200, Steps = 8;

    private static readonly Policy.Steps _policy = new(3, 0.25m, 0.05m, 0.1m, 1);
    private static readonly Payload.Steps _payload = new(new Payload.Wasm(Some.Hash(1)), Steps, 1);

    private readonly Network _network = new(first: 12, newcomers: 6, capabilities: "wasm steps:wasm");
    private readonly List<Assign> _checks = [];

    private CheckedJob Job() => new(_network, 1, _policy, Tasks, payload: _payload, size: 1);

    [Fact]
    public void Each_result_is_checked_by_the_steps_that_a_later_beacon_draws()
    {
        var job = Job();
        job.Run(Right);
        Assert.Empty(_network.Audit().Findings);
        Assert.Equal(Tasks, _checks.Count);
        Assert.InRange(_checks.Count(check => check.Check!.All), Tasks / 8, Tasks / 2);
        Assert.All(job.Decided, decision => Assert.Equal(2, decision.Verdicts.Count));
        foreach (var check in _checks)
        {
            var verdicts = job.Decided.Single(decision => decision.Bundle == check.Bundle).Verdicts;
            Assert.Equal((verdicts[0].Worker, verdicts[1].Worker), (check.Check!.Worker, check.Worker));
            Assert.Equal(3, check.Check.Steps.Count);
            var drawn = StepDraw.Steps(_network.BeaconOf(check.Epoch), check.JobId, check.FirstTask, check.Check.Worker, Steps, 3);
            Assert.Equal(drawn, check.Check.Steps);
            Assert.Equal(
                StepDraw.IsAll(_network.BeaconOf(check.Epoch), check.JobId, check.FirstTask, check.Check.Worker, _policy.WholeParts), check.Check.All);
            Assert.Equal(TraceOf(check.FirstTask, -1).ToBytes(), check.Check.Trace.ToArray());
        }
    }

    /// <summary>A step that was drawn shows the lie; then the trusted decide, and do all of the liar's other tasks again.</summary>
    [Fact]
    public void A_worker_with_a_wrong_step_is_caught_where_the_step_is_drawn()
    {
        var liar = _network.Authors[^1].Id;
        var found = new HashSet<long>();
        var job = Job();
        job.Run(assign =>
        {
            if (assign.Check is not { } check)
                return Whole(assign, assign.Worker == liar ? 5 : -1);
            if (check.Worker != liar || !(check.All || check.Steps.Contains(5)))
                return [Claimed(assign)];
            found.Add(assign.FirstTask);
            return Whole(assign, -1);
        });
        Assert.Empty(_network.Audit().Findings);
        Assert.NotEmpty(found);
        Assert.Equal([liar], job.Checks.Caught);
        var outcomes = job.Decided.SelectMany(decision => decision.Outcomes).ToDictionary(outcome => outcome.Task);
        Assert.All(found, task => Assert.Equal(TraceOf(task, -1).ToListing(), outcomes[task].Listing.ToArray()));
        var lied = job.Decided.Where(decision => decision.Verdicts[0].Worker == liar).ToArray();
        // What had passed before, as its steps were right, is wrong and final: that is what steps(c, p) lets through.
        Assert.All(lied, decision => Assert.True(
            decision.Verdicts[0].Accepted + decision.Verdicts[0].Rejected == 1
            && (decision.Verdicts[0].Rejected == 0 || decision.Verdicts.Count > _policy.Otherwise.Lead)));
        Assert.Contains(lied, decision => decision.Verdicts[0].Rejected == 1);
    }

    [Fact]
    public void A_due_check_that_was_left_out_is_named()
    {
        long? left = null;
        var job = new CheckedJob(_network, 1, _policy, Tasks, payload: _payload, size: 1)
        {
            Change = written =>
            {
                if (left is not null || written is not ChecksDrawn { Due.Count: > 0 } drawn)
                    return written;
                left = drawn.Due[0];
                return drawn with { Due = [.. drawn.Due.Skip(1)] };
            },
        };
        job.Run(Right);
        var finding = Assert.Single(
            _network.Audit().Findings, finding => finding.Why.StartsWith($"bundle {left} of ", StringComparison.Ordinal));
        Assert.Contains("was due by the beacon of epoch", finding.Why, StringComparison.Ordinal);
        Assert.Contains("none was made", finding.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_has_nothing_checked_at_all_is_named()
    {
        new CheckedJob(_network, 1, new Policy.None(), Tasks, _policy, _payload, size: 1).Run(assign => Whole(assign, -1));
        Assert.Contains(
            _network.Audit().Findings, finding => finding.Why.EndsWith("is believed, and no check of its result was drawn.", StringComparison.Ordinal));
    }

    /// <summary>A task that did not end well has no trace: the verifier runs all of it.</summary>
    [Fact]
    public void What_has_no_trace_is_checked_by_running_all_of_it()
    {
        var job = Job();
        job.Run(_ => [TaskResult.Trapped(TrapKind.Unreachable, default, default, 1, TimeSpan.Zero)]);
        Assert.Empty(_network.Audit().Findings);
        Assert.Empty(_checks);
        Assert.All(job.Decided, decision => Assert.Equal(2, decision.Verdicts.Count));
    }

    private TaskResult[] Right(Assign assign)
    {
        if (assign.Check is null)
            return Whole(assign, -1);
        _checks.Add(assign);
        return [Claimed(assign)];
    }

    private static TaskResult[] Whole(Assign assign, int wrong) => [Exit(TraceOf(assign.FirstTask, wrong), assign.FirstTask)];

    /// <summary>What a verifier gives that finds nothing wrong.</summary>
    private static TaskResult Claimed(Assign assign) => Exit(TraceFile.Read(assign.Check!.Trace.Span)!, assign.FirstTask);

    private static TaskResult Exit(TraceFile trace, long task) =>
        TaskResult.Exit(0, new[] { (byte)task }, default, 1, TimeSpan.Zero) with { Listing = trace.ToListing() };

    private static TraceFile TraceOf(long task, int wrong)
    {
        Hash256[] states = [.. Enumerable.Range(0, Steps + 1).Select(step => Hash256.Of([(byte)task, (byte)step, (byte)(step == wrong + 1 && wrong >= 0 ? 1 : 0)]))];
        return new TraceFile(new StepTrace(states).Commitment, 1, new BlobRef(states[wrong + 1], 1));
    }
}
