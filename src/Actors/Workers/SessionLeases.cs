using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Actors.Workers;

/// <summary>The jobs that a session has leases of, and how each is called off.</summary>
internal sealed class SessionLeases : IDisposable
{
    private readonly Dictionary<JobId, (CancellationTokenSource Cancel, int Held)> _jobs = [];
    private readonly HashSet<JobId> _faulted = [];

    /// <summary>A lease more.</summary>
    public CancellationToken Hold(JobId job)
    {
        var (cancel, held) = _jobs.TryGetValue(job, out var known) ? known : (new CancellationTokenSource(), 0);
        if (cancel.IsCancellationRequested)
            cancel = new CancellationTokenSource(); // what was called off was the leases before this one
        _jobs[job] = (cancel, held + 1);
        return cancel.Token;
    }

    /// <summary>A lease less.</summary>
    public void Drop(JobId job)
    {
        var (cancel, held) = _jobs[job];
        if (held > 1)
        {
            _jobs[job] = (cancel, held - 1);
            return;
        }
        _faulted.Remove(job);
        _jobs.Remove(job);
        cancel.Dispose();
    }

    /// <summary>The job wants no results any more.</summary>
    public void Release(JobId job)
    {
        if (_jobs.TryGetValue(job, out var known))
            known.Cancel.Cancel();
    }

    /// <summary>What is held is not wanted any more: the node leaves, or the c-node changes its key.</summary>
    public void ReleaseAll()
    {
        foreach (var (cancel, _) in _jobs.Values)
            cancel.Cancel();
    }

    /// <summary>True once, while there are leases of the job.</summary>
    public bool IsFirstFault(JobId job) => _faulted.Add(job);

    public void Dispose() => ReleaseAll();
}
