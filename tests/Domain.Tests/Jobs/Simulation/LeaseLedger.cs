using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>What a stranger who only sees the messages knows of a job's leases: a second book, to compare with.</summary>
internal sealed class LeaseLedger(JobSpec spec)
{
    private readonly Dictionary<(long Bundle, NodeId Worker), (int Attempt, string Node, DateTimeOffset Deadline)> _leases = [];
    private readonly HashSet<(long Bundle, NodeId Worker)> _given = [];
    private readonly HashSet<long> _decided = [];

    public int Count => _leases.Count;

    public void Lent(string node, JobProtocol.Assign assign, DateTimeOffset now)
    {
        var key = (assign.Bundle, assign.Worker);
        Assert.NotEqual(spec.Boss, assign.Worker);
        Assert.DoesNotContain(assign.Bundle, _decided);
        Assert.DoesNotContain(key, _given);
        _leases.Add(key, (assign.Attempt, node, now + assign.LeaseTime)); // throws where it is lent twice at once
        var executions = _given.Count(given => given.Bundle == assign.Bundle) + _leases.Keys.Count(lease => lease.Bundle == assign.Bundle);
        Assert.InRange(executions, 1, spec.Policy.Most);
    }

    /// <summary>A worker's results were complete.</summary>
    public void Given(JobProtocol.BundleResult result)
    {
        Assert.True(_leases.Remove((result.Bundle, result.Worker), out var lease), "A result was taken that nobody had asked for.");
        Assert.Equal(lease.Attempt, result.Attempt);
        Assert.True(_given.Add((result.Bundle, result.Worker)));
    }

    public void Decided(long bundle)
    {
        Assert.True(_decided.Add(bundle), $"Bundle {bundle} was decided twice.");
        Remove(lease => lease.Bundle == bundle);
    }

    public void Declined(JobProtocol.Decline decline)
    {
        if (_leases.TryGetValue((decline.Bundle, decline.Worker), out var lease) && lease.Attempt == decline.Attempt)
            _leases.Remove((decline.Bundle, decline.Worker));
    }

    public int Expired(DateTimeOffset now) => Remove(lease => _leases[lease].Deadline <= now);

    public int NodeLeft(string node) => Remove(lease => _leases[lease].Node == node);

    public void Cleared() => _leases.Clear();

    private int Remove(Func<(long Bundle, NodeId Worker), bool> which)
    {
        var gone = _leases.Keys.Where(which).ToArray();
        foreach (var lease in gone)
            _leases.Remove(lease);
        return gone.Length;
    }
}
