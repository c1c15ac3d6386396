using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Execution;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using static AkkaCompute.Domain.Jobs.JobProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// A c-node at work, on the node that has the slots: takes leases, has them executed, sends the results back to the job.
/// It keeps nothing: what is lost with it, others do again.
/// </summary>
public sealed class WorkerSession : ReceiveActor
{
    /// <summary>Bytes of results in one message, so that it fits a frame of 128 KB whatever the last one adds.</summary>
    private const int PartBytes = 60 * 1024;

    private readonly Dictionary<JobId, CancellationTokenSource> _jobs = [];
    private readonly Dictionary<JobId, int> _held = [];
    private readonly HashSet<JobId> _faulted = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="id">The c-node that this session works as.</param>
    /// <param name="sandbox">What executes.</param>
    /// <param name="slots">Where it executes.</param>
    public WorkerSession(NodeId id, ISandbox sandbox, SlotPool slots)
    {
        Receive<Assign>(assign =>
        {
            var (self, job) = (Self, Sender);
            slots.Run(new BundleWork(sandbox, assign, work => self.Tell(work, job), Hold(assign.JobId)));
        });
        Receive<BundleWork>(work =>
        {
            Answer(id, work);
            Drop(work.Assign.JobId);
        });
        Receive<Release>(release =>
        {
            if (_jobs.TryGetValue(release.JobId, out var cancel))
                cancel.Cancel();
        });
    }

    protected override void PostStop()
    {
        foreach (var cancel in _jobs.Values)
            cancel.Cancel();
    }

    private CancellationToken Hold(JobId job)
    {
        if (!_jobs.TryGetValue(job, out var cancel))
            _jobs[job] = cancel = new CancellationTokenSource();
        _held[job] = _held.GetValueOrDefault(job) + 1;
        return cancel.Token;
    }

    private void Answer(NodeId id, BundleWork work)
    {
        var assign = work.Assign;
        if (work.Results.Count < assign.Inputs.Count)
        {
            Sender.Tell(new Decline(assign.JobId, assign.Bundle, assign.Attempt, id, "The lease ran out before a slot was free.", default));
            return;
        }
        if (work.Results.FirstOrDefault(result => result.Reason == NoResultReason.WorkerFault) is { } fault)
        {
            var why = System.Text.Encoding.UTF8.GetString(fault.Stderr.Span);
            if (_faulted.Add(assign.JobId)) // a broken machine fails at every bundle: once a job says it
                _log.Error("Worker {0} could not execute bundle {1} of job {2}: {3}", id, assign.Bundle, assign.JobId, why);
            Sender.Tell(new Decline(assign.JobId, assign.Bundle, assign.Attempt, id, why, default));
            return;
        }
        var parts = Cut(work.Results);
        for (var part = 0; part < parts.Count; part++)
            Sender.Tell(new BundleResult(assign.JobId, assign.Bundle, assign.Attempt, id, part, parts.Count, parts[part], null));
    }

    private void Drop(JobId job)
    {
        if (--_held[job] > 0)
            return;
        _held.Remove(job);
        _faulted.Remove(job);
        _jobs.Remove(job, out var cancel);
        cancel!.Dispose();
    }

    private static List<IReadOnlyList<TaskResult>> Cut(IReadOnlyList<TaskResult> results)
    {
        var parts = new List<IReadOnlyList<TaskResult>>();
        var part = new List<TaskResult>();
        var bytes = 0;
        foreach (var result in results)
        {
            var size = result.Output.Length + result.Stderr.Length + 32;
            if (part.Count > 0 && bytes + size > PartBytes)
            {
                parts.Add(part);
                part = [];
                bytes = 0;
            }
            part.Add(result);
            bytes += size;
        }
        parts.Add(part);
        return parts;
    }
}
