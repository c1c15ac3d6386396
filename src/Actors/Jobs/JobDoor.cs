using Akka.Actor;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// Takes what boss programs say to jobs to those that are there. Sharding remembers every job that it is asked for, and writes that down:
/// so a job that nobody knows is looked for in the journal first, and its name goes no further. Belongs to one actor.
/// </summary>
internal sealed class JobDoor(IActorRef jobs, ActorSystem system, IActorRef self)
{
    /// <summary>Jobs that are remembered as there; at most twice as many.</summary>
    private const int Generation = 16_384;

    /// <summary>Messages that wait for the journal's answer; whoever sends more is told to come again.</summary>
    private const int MostWaiting = 256;

    private readonly EventReader _reader = new(system);
    private readonly Dictionary<JobId, List<(IWithJobId Message, IActorRef Sender)>> _waiting = [];
    private HashSet<JobId> _young = [], _old = [];
    private int _waits;

    /// <summary>What the journal says of a job.</summary>
    internal sealed record Looked(JobId JobId, bool Exists, Exception? Failure);

    /// <summary>Passes it on, or answers it. Messages for one job keep their order.</summary>
    public void Pass(IWithJobId message, IActorRef sender)
    {
        var job = message.JobId;
        if (_waiting.TryGetValue(job, out var others))
            Wait(others, message, sender);
        else if (IsKnown(job))
            jobs.Tell(message, sender);
        else if (Wait([], message, sender) is { Count: > 0 } first)
        {
            _waiting.Add(job, first);
            _reader.HasAnyAsync(JobActor.PersistenceIdOf(job)).PipeTo(
                self, success: exists => new Looked(job, exists, null), failure: failure => new Looked(job, false, failure));
        }
    }

    public void On(Looked looked)
    {
        if (!_waiting.Remove(looked.JobId, out var messages))
            return;
        _waits -= messages.Count;
        if (looked.Exists)
            Know(looked.JobId);
        foreach (var (message, sender) in messages)
        {
            if (looked.Exists)
                jobs.Tell(message, sender);
            else
                sender.Tell(looked.Failure is { } failure
                    ? new Refused(
                        RefusalReason.Unavailable, $"The journal does not say whether there is a job {looked.JobId}: {failure.Message}")
                    : JobState.Unknown(looked.JobId));
        }
    }

    private List<(IWithJobId, IActorRef)> Wait(List<(IWithJobId, IActorRef)> others, IWithJobId message, IActorRef sender)
    {
        if (_waits >= MostWaiting)
        {
            sender.Tell(new Refused(RefusalReason.Unavailable, $"{_waits} questions about jobs wait for the journal: come again."));
            return others;
        }
        _waits++;
        others.Add((message, sender));
        return others;
    }

    private bool IsKnown(JobId job)
    {
        if (_young.Contains(job))
            return true;
        if (!_old.Contains(job))
            return false;
        Know(job);
        return true;
    }

    private void Know(JobId job)
    {
        if (_young.Add(job) && _young.Count == Generation)
            (_old, _young) = (_young, []);
    }
}
