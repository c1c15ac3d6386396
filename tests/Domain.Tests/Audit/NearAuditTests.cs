using System.Text;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Jobs whose results are compared by their numbers: what comes of them, and what an audit can say of it.</summary>
public sealed class NearAuditTests
{
    private static readonly Policy _policy = new Policy.Near(NumberForm.Json, 0, 0.01m, new Policy.Quorum(3, 5));

    private readonly Network _network = new(first: 9, newcomers: 0);

    [Fact]
    public void Near_results_agree_and_who_lies_is_neither_paid_nor_rejected()
    {
        var job = new JudgedJob(_network, _network.Boss, 1, _policy);
        var given = 0;
        var decision = Assert.Single(job.Run(_ => Next(given++)));
        Assert.All(decision.Outcomes, outcome => Assert.Equal("[1.001]", Encoding.UTF8.GetString(outcome.Output.Span)[..7]));
        Assert.Equal([0, 3, 3, 3], decision.Verdicts.Select(verdict => verdict.Accepted));
        Assert.All(decision.Verdicts, verdict => Assert.Equal((0, 0, false), (verdict.Rejected, verdict.Unsure, verdict.Counts)));
        job.Write([decision]);
        var report = _network.Audit();
        Assert.Empty(report.Findings);
        Assert.Equal((1, 0), (report.Uncompared, report.Vouches));

        // A lie first, then three near results, of which the second has both others near.
        static TaskResult[] Next(int worker) => [.. Enumerable.Range(0, PlayedJob.Size).Select(_ => Exit(new[] { "[7]", "[1.0]", "[1.001]", "[1.01099]" }[worker]))];
    }

    [Fact]
    public void An_outcome_that_nobody_gave_and_more_accepted_tasks_than_there_are_are_named()
    {
        var job = new JudgedJob(_network, _network.Boss, 1, _policy, bundles: 2);
        var decisions = job.Run(assign => [.. Enumerable.Range(0, PlayedJob.Size).Select(_ => Exit("[1]"))]);
        Outcome[] invented = [.. decisions[0].Outcomes];
        invented[1] = Outcome.Of(invented[1].Task, Exit("[1.0001]"));
        var right = decisions[0].Outcomes[1].Digest();
        job.Write(
        [
            decisions[0] with { Outcomes = invented, Verdicts = [.. decisions[0].Verdicts.Select(verdict => verdict with { Others = [new OtherDigest(1, right)] })] },
            decisions[1] with { Verdicts = [.. decisions[1].Verdicts.Select(verdict => verdict with { Accepted = PlayedJob.Size - 1 })] },
        ]);
        var found = _network.Audit().Findings.Select(finding => finding.Why).ToArray();
        Assert.Contains(found, why => why.Contains("which is nobody's result", StringComparison.Ordinal));
        Assert.Contains(found, why => why.Contains($"tasks: {PlayedJob.Size - 1}, but the policy comes to {PlayedJob.Size}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[1]|[1", "no agreement")] // broken: by its bytes
    [InlineData("[1]|[1]!", "no agreement")] // another exit code
    [InlineData("x|x", "")]
    [InlineData("[1]|[ 1.0 ]", "")]
    public void What_has_no_numbers_is_compared_by_its_bytes(string results, string flaw)
    {
        var policy = new Policy.Near(NumberForm.Json, 0.5m, 0, new Policy.Quorum(2, 2));
        var job = new JudgedJob(_network, _network.Boss, 1, policy);
        var given = results.Split('|');
        var at = 0;
        var decision = Assert.Single(job.Run(_ => Answer(given[at++])));
        Assert.All(decision.Outcomes, outcome => Assert.Equal(flaw.Length == 0, outcome.Succeeded));
        Assert.All(decision.Outcomes, outcome => Assert.StartsWith(flaw, outcome.Explain(), StringComparison.Ordinal));

        static TaskResult[] Answer(string text) =>
            [.. Enumerable.Range(0, PlayedJob.Size).Select(_ => TaskResult.Exit(text.EndsWith('!') ? 1 : 0, Encoding.UTF8.GetBytes(text.TrimEnd('!')), default, 1, TimeSpan.Zero))];
    }

    private static TaskResult Exit(string output) => TaskResult.Exit(0, Encoding.UTF8.GetBytes(output), default, 1, TimeSpan.Zero);
}
