using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Jobs whose bundles have one worker each, and what the records say of their checks.</summary>
public sealed class CheckAuditTests
{
    private const int Bundles = 300;

    private static readonly Policy.Checked _policy = new(0.05m, 0.1m, 0.3m, 1);

    private readonly Network _network = new(first: 12, newcomers: 6);

    [Fact]
    public void Who_has_passed_enough_checks_is_believed_and_the_audit_agrees()
    {
        var job = new CheckedJob(_network, 1, _policy, Bundles);
        job.Run(Right);
        Assert.Empty(_network.Audit().Findings);
        Assert.Empty(job.Checks.Caught);
        var executions = job.Decided.Sum(decision => decision.Verdicts.Count);
        Assert.InRange(executions, Bundles * 13 / 10, Bundles * 2); // q, and a closing draw each
        var byNewcomers = job.Decided.Count(decision => decision.Verdicts[0].Newcomer);
        Assert.InRange(byNewcomers, Bundles / 5, Bundles / 2); // six of seventeen
        Assert.All(job.Decided.SelectMany(decision => decision.Verdicts.Skip(1)), verdict => Assert.False(verdict.Newcomer));
    }

    [Fact]
    public void A_newcomer_that_lies_is_caught_and_all_that_it_did_is_done_again()
    {
        var liar = _network.Authors[^1].Id;
        var job = new CheckedJob(_network, 1, _policy, Bundles);
        job.Run(assign => assign.Worker == liar ? Lie(assign) : Right(assign));
        Assert.Empty(_network.Audit().Findings);
        Assert.Equal([liar], job.Checks.Caught);
        var outcomes = job.Decided.SelectMany(decision => decision.Outcomes);
        Assert.All(outcomes, outcome => Assert.Equal(Output(outcome.Task), outcome.Output.ToArray()));
        var lied = job.Decided.Where(decision => decision.Verdicts[0].Worker == liar).ToArray();
        Assert.NotEmpty(lied);
        Assert.All(lied, decision => Assert.Equal(CheckedJob.Size, decision.Verdicts[0].Rejected));
        Assert.All(lied, decision => Assert.True(decision.Verdicts.Count > _policy.Otherwise.Lead));
    }

    [Fact]
    public void A_due_check_that_was_left_out_is_named()
    {
        long? left = null;
        var job = new CheckedJob(_network, 1, _policy, Bundles)
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
    public void Another_choice_in_the_closing_draw_is_named()
    {
        var (closing, left) = (new HashSet<long>(), -1L);
        var job = new CheckedJob(_network, 1, _policy, Bundles)
        {
            Change = written =>
            {
                if (written is Closing draw)
                    closing.UnionWith(draw.Bundles);
                if (left >= 0 || written is not ChecksDrawn { Due.Count: > 0 } drawn || drawn.Bundles.Count == drawn.Due.Count)
                    return written;
                if (!drawn.Bundles.All(closing.Contains))
                    return written;
                left = drawn.Due[0];
                return drawn with { Due = [.. drawn.Bundles.Except(drawn.Due).Take(1).Concat(drawn.Due.Skip(1)).Order()] };
            },
        };
        job.Run(Right);
        Assert.True(left >= 0);
        Assert.Contains(_network.Audit().Findings, finding => finding.Why.StartsWith($"bundle {left} of ", StringComparison.Ordinal)
            && finding.Why.Contains("was due in the closing draw of epoch", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_is_believed_after_fewer_checks_than_were_stated_is_named()
    {
        var (run, stated) = (new Policy.Checked(0.2m, 0.1m, 0.3m, 1), new Policy.Checked(0.02m, 0.1m, 0.3m, 1));
        var job = new CheckedJob(_network, 1, run, Bundles, stated);
        job.Run(Right);
        var findings = _network.Audit().Findings;
        Assert.NotEmpty(findings);
        Assert.Contains(findings, finding => finding.Why.Contains("is believed, but has passed", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_does_too_little_for_so_many_checks_goes_by_the_lead_of_the_trusted()
    {
        var job = new CheckedJob(_network, 1, _policy, 20);
        job.Run(Right);
        Assert.Empty(_network.Audit().Findings);
        Assert.All(job.Decided, decision => Assert.True(decision.Verdicts.Count > _policy.Otherwise.Lead));
    }

    private static TaskResult[] Right(Assign assign) =>
        [.. Enumerable.Range(0, assign.Inputs.Count).Select(i => Exit(Output(assign.FirstTask + i)))];

    private static TaskResult[] Lie(Assign assign) => [.. Enumerable.Range(0, assign.Inputs.Count).Select(_ => Exit([7, 7]))];

    private static byte[] Output(long task) => [(byte)(task % 200), 1];

    private static TaskResult Exit(byte[] output) => TaskResult.Exit(0, output, default, 1, TimeSpan.Zero);
}
