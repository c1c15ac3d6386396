using Akka.Actor;
using AkkaCompute.Domain.Chains;

namespace AkkaCompute.Actors.Roster;

/// <summary>Jobs that wait until a record covers an entry.</summary>
internal sealed class Covering
{
    private readonly Dictionary<ChainName, Dictionary<IActorRef, ChainHead>> _waiting = [];

    /// <summary>A job waits for this head of a chain; for a later one, if it waited for one of this chain before.</summary>
    public void Add(ChainHead head, IActorRef job)
    {
        if (!_waiting.TryGetValue(head.Chain, out var jobs))
            _waiting.Add(head.Chain, jobs = []);
        if (!jobs.TryGetValue(job, out var known) || known.Seq < head.Seq)
            jobs[job] = head;
    }

    /// <summary>
    /// Records cover these: who waits for one of them, and how far it is covered. A job that waits for more goes on waiting.
    /// </summary>
    public IReadOnlyList<(IActorRef Job, ChainHead Head)> Take(IEnumerable<ChainHead> covered)
    {
        var told = new List<(IActorRef, ChainHead)>();
        if (_waiting.Count == 0)
            return told;
        foreach (var head in covered)
        {
            if (!_waiting.TryGetValue(head.Chain, out var jobs))
                continue;
            foreach (var (job, wanted) in jobs.ToArray())
            {
                told.Add((job, head));
                if (wanted.Seq <= head.Seq)
                    jobs.Remove(job);
            }
            if (jobs.Count == 0)
                _waiting.Remove(head.Chain);
        }
        return told;
    }

    /// <summary>A job is gone.</summary>
    public void Forget(IActorRef job)
    {
        foreach (var (chain, jobs) in _waiting.ToArray())
        {
            if (jobs.Remove(job) && jobs.Count == 0)
                _waiting.Remove(chain);
        }
    }
}
