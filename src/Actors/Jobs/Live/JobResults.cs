using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>Brings the results that a job has decided on into their workers' chains, where their sessions did not.</summary>
internal sealed class JobResults(JobState state, JobNode node, IActorRef self, ILoggingAdapter log) : ILivePart
{
    private readonly ResultsOnRecord _results = new();
    private long _lost;

    /// <summary>All are on record, or given up.</summary>
    public bool IsEmpty => _results.IsEmpty;

    /// <summary>The job comes back: verdicts without receipts may be on results that are in no chain.</summary>
    public void Begin()
    {
        foreach (var (entry, named) in state.Verdicts!.Waiting.Where(waiting => waiting.Entry.Claims is Accept or Reject))
            _results.Add(named, entry.Claims is Reject, node.Time.GetUtcNow());
    }

    public void Register(JobEvents events) => events.On<Decided>(decided =>
    {
        foreach (var verdict in decided.Decisions.SelectMany(decision => decision.Verdicts))
            _results.Add(verdict.Result, verdict.Rejected > 0, node.Time.GetUtcNow());
    });

    /// <summary>The keeper of a worker's chains has results of this job.</summary>
    public void OnAppended(ChainProtocol.Appended appended) => _results.OnAppended(appended);

    /// <summary>The keeper of a worker's chains does not take a result.</summary>
    public void OnRefused(ChainProtocol.AppendRefused refused)
    {
        _results.OnRefused(refused);
        if (_results.Lost == _lost)
            return;
        if (_lost == 0) // once a job says it
        {
            log.Warning(
                "A result of {0} that job {1} has decided on is in no chain: {2}: {3}",
                refused.NodeId, state.Spec!.Id, refused.Reason, refused.Message);
        }
        node.Metrics.OnLostResults(_results.Lost - _lost);
        _lost = _results.Lost;
    }

    public void Advance()
    {
        if (state.Complete)
            Tick();
    }

    public void Tick()
    {
        foreach (var batch in _results.Next(node.Time.GetUtcNow(), atOnce: state.Complete))
            node.Chain.Tell(batch, self);
    }
}
