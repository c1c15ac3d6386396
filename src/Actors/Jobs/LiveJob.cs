using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>An event to write, and what follows when it is durable.</summary>
internal readonly record struct JobWrite(IEvent Event, Action Durable);

/// <summary>
/// All that a job has in memory until it is finished: its run, its chains, its deliveries, its ending. It says what is to be written
/// next; the actor writes it.
/// </summary>
internal sealed class LiveJob(JobState state, JobNode node, JobReaders readers, JobSight sight, string persistenceId, IActorRef self, ILoggingAdapter log)
{
    /// <summary>Entries of some 900 bytes: they fit a frame.</summary>
    private const int UnjudgedPerMessage = 64;

    private static readonly Action _nothing = () => { };

    private readonly JobIdle _idle = new(state, node.Options, node.Time);
    private readonly ResultsOnRecord _results = new();
    private JobRun? _run;
    private JobWriters? _writers;
    private long _lost;

    public JobDeliveries Deliveries { get; } = new(state, node.Options, node, self);

    public JobEnding Ending { get; } = new(state, node, node.Options, self);

    /// <summary>Bundles that workers have now.</summary>
    public int Leases => _run?.Leases ?? 0;

    /// <summary>The bundle size that the measured task time suggests; 1 as long as nothing was measured.</summary>
    public int MeasuredBundle => _run?.MeasuredBundle ?? 1;

    /// <summary>What the boss does not get back if the job ends now.</summary>
    public Credits Forfeit() => _run?.Forfeit() ?? Credits.Zero;

    /// <summary>Why the job is to end: its boss has gone away. Null: it has not.</summary>
    public string? Abandoned => _idle.Check();

    /// <summary>The job is authorized: its entries go into its boss's chains, and its tasks to workers.</summary>
    public void StartChains()
    {
        foreach (var (entry, named) in state.Verdicts!.Waiting.Where(waiting => waiting.Entry.Claims is Accept or Reject))
            _results.Add(named, entry.Claims is Reject, node.Time.GetUtcNow());
        _writers = new JobWriters(state, node, self, log);
        _writers.Flush();
        if (!state.Complete)
            _run = new JobRun(state, node, _writers, persistenceId, self, log);
    }

    /// <summary>A step of the run; false where there is none.</summary>
    public bool Run(Action<JobRun> step)
    {
        if (_run is not { } run)
            return false;
        step(run);
        return true;
    }

    /// <summary>A step of the chains; false where there are none.</summary>
    public bool Chain(Action<JobWriters> step)
    {
        if (_writers is not { } writers)
            return false;
        step(writers);
        Deliveries.OnReceipts(writers.Verdicts);
        return true;
    }

    /// <summary>The keeper of a worker's chains has results of this job.</summary>
    public void OnAppended(ChainProtocol.Appended appended) => _results.OnAppended(appended);

    /// <summary>The keeper of a worker's chains does not take a result.</summary>
    public void OnRefused(ChainProtocol.AppendRefused refused)
    {
        _results.OnRefused(refused);
        if (_results.Lost == _lost)
            return;
        if (_lost == 0) // once a job says it
            log.Warning("A result of {0} that job {1} has decided on is in no chain: {2}: {3}", refused.NodeId, state.Spec!.Id, refused.Reason, refused.Message);
        node.Metrics.OnLostResults(_results.Lost - _lost);
        _lost = _results.Lost;
    }

    /// <summary>What has come together since the last write. What is signed is written in the order of signing.</summary>
    public void Collect(List<JobWrite> writes)
    {
        var ended = state.HasChainEnded ? null : _writers?.Ended;
        var pagesEnded = state.HavePagesEnded ? null : _writers?.PagesEnded;
        if ((ended ?? pagesEnded) is null && _run is not null)
            Collect(_run, writes);
        if (Deliveries.NextArrived() is { } delivered)
            writes.Add(new(delivered, sight.OnDelivered));
        if (!state.HasChainEnded && _writers?.NextReceipted() is { } receipted)
            writes.Add(new(receipted, _nothing));
        // After the last receipts: what has none is given up.
        if (ended is not null)
        {
            var (unreceipted, byBoss) = (_writers!.Unreceipted().ToArray(), _writers.IsEndedByBoss);
            writes.Add(new(new ChainEnded(state.Spec!.Id, ended), () => Drop(unreceipted, byBoss)));
        }
        else if (pagesEnded is not null)
        {
            writes.Add(new(new PagesEnded(state.Spec!.Id, pagesEnded, Forfeit()), Drop));
        }
    }

    /// <summary>How the job ends, where nothing else is to be written: how the budget was used, and then its last event.</summary>
    /// <param name="finished">What follows on that.</param>
    public JobWrite? Last(Action finished) =>
        !_results.IsEmpty ? null // what comes in after the settlement comes too late for an audit
        : state.CanSettle ? new(_writers!.Signer.Settle(state.Escrow), _nothing)
        : state.CanFinish && Ending.Next() is { } last ? new(last, finished)
        : null;

    /// <summary>Lends what can be lent, and sends what is signed.</summary>
    public void Advance()
    {
        _run?.Advance();
        _writers?.Flush();
        if (state.Complete)
            BringIn();
    }

    /// <summary>Time has passed.</summary>
    public void Tick()
    {
        Deliveries.ResendOld();
        _run?.Expire();
        BringIn();
    }

    private void BringIn()
    {
        foreach (var batch in _results.Next(node.Time.GetUtcNow(), atOnce: state.Complete))
            node.Chain.Tell(batch, self);
    }

    /// <summary>The boss has cancelled it: nothing more is to be executed.</summary>
    public void Drop() => Drop([], true);

    private void Drop(IEnumerable<(NodeId Worker, ReadOnlyMemory<byte> Result)> accepted, bool byBoss)
    {
        if (byBoss)
            TellUnjudged(accepted.Concat(_run?.InHand() ?? []));
        _run?.Release();
        _run = null;
    }

    /// <summary>Once, and only to who has a session: it is the worker's word, and nothing waits for it.</summary>
    private void TellUnjudged(IEnumerable<(NodeId Worker, ReadOnlyMemory<byte> Result)> results)
    {
        foreach (var worker in results.GroupBy(result => result.Worker))
        {
            if (node.Rosters.Current.Find(worker.Key) is not { } member)
                continue;
            foreach (var some in worker.Select(result => result.Result).Chunk(UnjudgedPerMessage))
                node.Neighbours.Sessions(member.NodeAddress).Tell(new Unjudged(state.Spec!.Id, worker.Key, state.Spec.Boss, some), self);
        }
    }

    private void Collect(JobRun run, List<JobWrite> writes)
    {
        if (run.NextDrawn() is { } drawn)
            writes.Add(new(drawn, _nothing));
        if (run.NextRedraw() is { } redrawn)
            writes.Add(new(redrawn, () => _run?.OnRedrawn(redrawn)));
        if (run.NextRequested() is { } requested)
            writes.Add(new(requested, () => _run?.OnRequested(requested)));
        if (run.NextPassedOver() is { } passed)
            writes.Add(new(passed, () => _run?.OnPassedOver(passed)));
        if (run.NextBatch() is { } decided)
            writes.Add(new(decided, () => OnDecided(decided)));
    }

    private void OnDecided(Decided decided)
    {
        _run?.OnWritten();
        foreach (var verdict in decided.Decisions.SelectMany(decision => decision.Verdicts))
            _results.Add(verdict.Result, verdict.Rejected > 0, node.Time.GetUtcNow());
        readers.OnDecided(decided);
        Deliveries.Send(decided);
        sight.OnDecided(decided);
    }
}
