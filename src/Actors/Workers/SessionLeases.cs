using Akka.Actor;
using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Actors.Workers;

/// <summary>The leases that a session has: who wants their results, and how they are called off.</summary>
internal sealed class SessionLeases : IDisposable
{
    private readonly Dictionary<JobId, Job> _jobs = [];

    /// <summary>
    /// A lease more. Null where it is held already: a job that came back on another node has asked again, and gets what was begun
    /// for it before.
    /// </summary>
    /// <param name="asker">Who has the results from now on.</param>
    public CancellationToken? Hold(JobProtocol.Assign lease, IActorRef asker)
    {
        if (!_jobs.TryGetValue(lease.JobId, out var job))
            _jobs[lease.JobId] = job = new Job();
        var isNew = !job.Held.ContainsKey(Key(lease));
        job.Held[Key(lease)] = asker;
        return isNew ? job.Cancel.Token : null;
    }

    /// <summary>A lease less; returns who wants its results.</summary>
    public IActorRef Drop(JobProtocol.Assign lease)
    {
        var job = _jobs[lease.JobId];
        job.Held.Remove(Key(lease), out var asker);
        if (job.Held.Count == 0)
        {
            _jobs.Remove(lease.JobId);
            job.Cancel.Dispose();
        }
        return asker!;
    }

    /// <summary>The job wants no results any more.</summary>
    public void Release(JobId job)
    {
        if (_jobs.TryGetValue(job, out var known))
            known.Cancel.Cancel();
    }

    /// <summary>Nothing is wanted any more: the node leaves.</summary>
    public void ReleaseAll()
    {
        foreach (var job in _jobs.Values)
            job.Cancel.Cancel();
    }

    /// <summary>True once, while there are leases of the job.</summary>
    public bool IsFirstFault(JobId job)
    {
        var known = _jobs[job];
        return !known.HasFault && (known.HasFault = true);
    }

    public void Dispose() => ReleaseAll();

    private static (long Bundle, int Attempt) Key(JobProtocol.Assign lease) => (lease.Bundle, lease.Attempt);

    private sealed class Job
    {
        public CancellationTokenSource Cancel { get; } = new();

        public Dictionary<(long Bundle, int Attempt), IActorRef> Held { get; } = [];

        public bool HasFault { get; set; }
    }
}
