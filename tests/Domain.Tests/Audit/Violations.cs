using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>What somebody may write into a history that holds otherwise: each is found, named, and counts for nothing.</summary>
internal static class Violations
{
    internal static AuditFinding Found(Network network, string what, FindingKind kind = FindingKind.Misconduct)
    {
        var report = network.Audit();
        Assert.Equal(kind == FindingKind.Misconduct ? AuditVerdict.Consistent : AuditVerdict.Violated, report.Verdict);
        Assert.Equal(kind == FindingKind.Broken, report.IsBroken);
        var first = report.Findings[0];
        Assert.Contains(what, first.Why, StringComparison.Ordinal);
        Assert.Equal(kind, first.Kind);
        return first;
    }

    internal static (Network Network, PlayedJob Job) Opened(int bundles = 1, string policy = "quorum(2, 4)", Epoch? last = null, long budget = 100)
    {
        var network = new Network();
        var job = new PlayedJob(network, network.Boss, 1, bundles, policy);
        job.Open(last, budget);
        return (network, job);
    }

    internal static PlayedJob.Given[] Results(Network network, PlayedJob job, params Author[] workers)
    {
        PlayedJob.Given[] results = [.. workers.Select(worker => job.Result(worker, 0))];
        network.Close();
        job.Decide(0, results);
        return results;
    }
}
