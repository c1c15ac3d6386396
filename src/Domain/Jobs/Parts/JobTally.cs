using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>What came of a job's tasks so far, and of each worker's work on them: counts, for people.</summary>
internal sealed class JobTally : IJobPart
{
    private readonly Dictionary<NodeId, WorkerTally> _workers = [];

    /// <summary>Tasks that have an outcome.</summary>
    public long Decided { get; private set; }

    /// <summary>Those of them that did not succeed.</summary>
    public long Failed { get; private set; }

    /// <summary>How often tasks were executed for them.</summary>
    public long Executions { get; private set; }

    /// <summary>Those who did the most of it.</summary>
    public WorkerTally[] Busiest =>
    [
        .. _workers.Values.OrderByDescending(tally => tally.Accepted + tally.Rejected).ThenBy(tally => tally.Worker)
            .Take(JobProgress.MaxWorkers),
    ];

    public void Register(JobEvents events) => events.On<Decided>(decided =>
    {
        foreach (var decision in decided.Decisions)
            Add(decision);
    });

    private void Add(Decision decision)
    {
        Decided += decision.Outcomes.Count;
        Failed += decision.Outcomes.Count(outcome => !outcome.Succeeded);
        Executions += (long)decision.Outcomes.Count * decision.Verdicts.Count;
        foreach (var verdict in decision.Verdicts)
        {
            var tally = _workers.GetValueOrDefault(verdict.Worker, new WorkerTally(verdict.Worker, 0, 0));
            _workers[verdict.Worker] = tally with
            {
                Accepted = tally.Accepted + verdict.Accepted,
                Rejected = tally.Rejected + verdict.Rejected,
            };
        }
    }
}
