using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>What is left of forgotten jobs makes the same export, to the byte.</summary>
public sealed class ForgottenJobTests
{
    [Fact]
    public void The_export_of_forgotten_jobs_is_the_same()
    {
        var network = new Network();
        new PlayedJob(network, network.Boss, 1).Play();
        var second = new PlayedJob(network, network.Authors[1], 2);
        second.Open();
        second.PlayBundle(0, liar: true);
        second.PlayBundle(1);
        second.Settle();
        network.Close();
        var before = network.Lines();
        var judged = 0;
        for (var i = 0; i < network.Journal.Count; i++)
        {
            if (network.Journal[i] is not JobProtocol.Decided decided)
                continue;
            network.Journal[i] = new JobProtocol.Judged(decided.JobId, [.. decided.Decisions.Select(JudgedBundle.Of).OfType<JudgedBundle>()]);
            judged++;
        }
        Assert.Equal(4, judged);
        Assert.Equal(before.Select(Network.Text), network.Lines().Select(Network.Text));
        Assert.Contains(before, line => Network.Text(line).StartsWith("{\"opened\"", StringComparison.Ordinal) && !Network.Text(line).EndsWith("\"got\":[]}", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_them_the_audit_would_find_verdicts_on_nothing()
    {
        var network = new Network();
        new PlayedJob(network, network.Boss, 1).Play();
        network.Journal.RemoveAll(@event => @event is JobProtocol.Decided);
        Assert.Contains(network.Audit().Findings, found => found.Why.Contains("no decision on record has it", StringComparison.Ordinal));
    }
}
