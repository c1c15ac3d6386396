using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Work;
using AkkaCompute.Domain.Workers;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Bench.Map;

/// <summary>The pure part of a map on one thread: the same pages and batches, no actors, no bytes, no disk.</summary>
internal static class DomainPath
{
    /// <summary>Leases that are out at once, as a Job actor has.</summary>
    private const int InFlight = 16;

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    public static void RunJob(
        Created created, Delegated delegated, IReadOnlyList<PageAdded> pages, IReadOnlyList<Decided> batches, EpochRoster roster)
    {
        var state = new JobState(JobLimits.Default);
        state.Apply(created);
        state.Apply(delegated);
        var spec = created.Spec;
        var dispatch = new Dispatch(spec, new DispatchOptions(), _ => null); // signatures are measured by themselves
        var sizes = new Queue<int>(batches.Select(batch => batch.Decisions.Count));
        var waiting = new List<Decision>();
        foreach (var page in pages)
        {
            var (added, refused) = state.Process(new AddTasks(spec.Id, page.Page, page.Inputs, page.Last, page.Submit), page.BundleSize);
            state.Apply(added ?? throw new InvalidOperationException($"The page was refused: {refused}"));
            dispatch.Place(dispatch.Load(state, state.Pages[^1], page.Inputs), roster);
            while (dispatch.Lend(Now, InFlight) is { Count: > 0 } leases)
            {
                foreach (var (_, assign) in leases)
                {
                    if (dispatch.Receive(ResultOf(assign)) is { } decision)
                        waiting.Add(decision);
                }
                while (sizes.TryPeek(out var size) && waiting.Count >= size)
                {
                    state.Apply(new Decided(spec.Id, waiting[..sizes.Dequeue()]));
                    waiting.RemoveRange(0, size);
                }
            }
        }
        if (waiting.Count > 0)
            state.Apply(new Decided(spec.Id, waiting));
        var arrived = state.Outbox.Owed.Select(worker => new Delivery(worker, state.Outbox.Last(worker))).ToArray();
        state.Apply(new Delivered(spec.Id, arrived));
        if (!state.CanSettle)
            throw new InvalidOperationException($"The replayed job is not at its end: {state.Progress()}");
    }

    /// <summary>What the reputations and the workers decide about the same vouches.</summary>
    public static void RunVouches(IEnumerable<IWire> events)
    {
        var reputations = new Dictionary<NodeId, ReputationState>();
        var workers = new Dictionary<NodeId, WorkerState>();
        foreach (var @event in events)
        {
            switch (@event)
            {
                case VouchRecorded { Vouch: var vouch }:
                    var reputation = reputations.GetValueOrDefault(vouch.About) ?? ReputationState.Empty(vouch.About);
                    reputations[vouch.About] = reputation.Apply(reputation.Process(new Record(vouch)).Event!);
                    break;
                case SettlementTaken { Vouch: var settled }:
                    var worker = workers.GetValueOrDefault(settled.About) ?? WorkerState.Empty(settled.About);
                    workers[settled.About] = worker.Apply(worker.Process(new Settle(settled)).Event!);
                    break;
            }
        }
    }

    private static BundleResult ResultOf(Assign assign)
    {
        var results = new TaskResult[assign.Inputs.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = TaskResult.Exit(0, default, default, 0, TimeSpan.Zero);
        return new BundleResult(assign.JobId, assign.Bundle, assign.Attempt, assign.Worker, 0, 1, results, null);
    }
}
