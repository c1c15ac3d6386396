using Akka.Actor;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>The leases that a session has: who wants their results, and how they are called off.</summary>
internal sealed class Leases
{
    private readonly Dictionary<(JobId Job, long Bundle, int Attempt), Lease> _held = [];
    private readonly HashSet<JobId> _faulted = [];

    /// <summary>
    /// A lease more. Null where it is held already: a job that came back on another node has asked again, and gets what was begun
    /// for it before.
    /// </summary>
    /// <param name="asker">Who has the results from now on.</param>
    public Lease? Hold(JobProtocol.Assign assign, IActorRef asker)
    {
        if (_held.TryGetValue(Key(assign), out var known) && !known.Cancelled.IsCancellationRequested)
        {
            if ((known.Assign.Check is null) == (assign.Check is null))
            {
                known.Asker = asker;
                return null;
            }
            known.Cancel(); // some steps were wanted, and now all of the task, or the other way round
        }
        return _held[Key(assign)] = new Lease(assign, asker);
    }

    /// <summary>A lease less.</summary>
    public void Drop(Lease lease)
    {
        var key = Key(lease.Assign);
        if (_held.GetValueOrDefault(key) == lease)
            _held.Remove(key);
        if (_faulted.Contains(key.Job) && !_held.Keys.Any(other => other.Job == key.Job))
            _faulted.Remove(key.Job);
    }

    /// <summary>The job wants no results any more.</summary>
    public void Release(JobId job)
    {
        foreach (var (_, lease) in _held.Where(held => held.Key.Job == job))
            lease.Cancel();
    }

    /// <summary>What is held is not wanted any more: the node leaves, or the c-node changes its key.</summary>
    public void ReleaseAll()
    {
        foreach (var lease in _held.Values)
            lease.Cancel();
    }

    /// <summary>All that are held.</summary>
    public IEnumerable<Lease> Held => _held.Values;

    /// <summary>True once, while there are leases of the job.</summary>
    public bool IsFirstFault(JobId job) => _faulted.Add(job);

    private static (JobId Job, long Bundle, int Attempt) Key(JobProtocol.Assign assign) => (assign.JobId, assign.Bundle, assign.Attempt);
}

/// <summary>One lease.</summary>
public sealed class Lease(JobProtocol.Assign assign, IActorRef asker)
{
    private readonly CancellationTokenSource _cancel = new();

    public JobProtocol.Assign Assign => assign;

    /// <summary>The job, as it asked last.</summary>
    public IActorRef Asker { get; internal set; } = asker;

    /// <summary>Cancelled when its results are not wanted any more.</summary>
    public CancellationToken Cancelled => _cancel.Token;

    internal void Cancel() => _cancel.Cancel();
}
