using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>
/// The checks of a job under <see cref="Policy.ByChecks"/>: which results are committed, checked, final by the word of their worker, or to
/// be done again. It holds the results of bundles that are not decided: with w workers some w·K/q bundles.
/// </summary>
public sealed class JobChecks : IJobPart
{
    private readonly JobOrigin _origin;
    private readonly SortedDictionary<long, CheckedBundle> _bundles = [];
    private readonly SortedSet<long> _final = [];
    private readonly Dictionary<NodeId, Worker> _workers = [];

    internal JobChecks(JobOrigin origin) => _origin = origin;

    /// <summary>Bundles that are committed and not decided.</summary>
    public int Count => _bundles.Count;

    /// <summary>Their tasks.</summary>
    public long Tasks { get; private set; }

    /// <summary>Those of them whose outcome is known, and not yet on record.</summary>
    public IReadOnlyCollection<long> Final => _final;

    /// <summary>Workers that were found to have lied.</summary>
    public IEnumerable<NodeId> Caught => _workers.Where(worker => worker.Value.Checks.IsCaught).Select(worker => worker.Key).Order();

    /// <summary>Checks that have passed.</summary>
    public long Passed { get; private set; }

    /// <summary>Called with each bundle that comes to another stage, from now on.</summary>
    public Action<long>? Moved { get; set; }

    public IEnumerable<CheckedBundle> Bundles => _bundles.Values;

    public CheckedBundle? Find(long bundle) => _bundles.GetValueOrDefault(bundle);

    public void Register(JobEvents events)
    {
        ArgumentNullException.ThrowIfNull(events);
        events.On<Committed>(Commit).On<Requested>(Ask).On<Redrawn>(Redraw).On<ChecksDrawn>(Draw).On<ChecksMade>(Make)
            .On<Closing>(Close).On<Redoing>(Redo).On<Decided>(Decide);
    }

    /// <summary>
    /// When every bundle of a job that takes no more is committed or decided: the workers whose results wait, and for no check that is
    /// drawn.
    /// </summary>
    public IEnumerable<NodeId> Waiting() =>
        _workers.Where(worker => worker.Value is { Underway: 0, Waiting: > 0 }).Select(worker => worker.Key).Order();

    /// <summary>A worker's results that wait.</summary>
    public long[] WaitingOf(NodeId worker) =>
        [.. _workers[worker].Bundles.Where(bundle => _bundles[bundle].Stage == CheckStage.Waiting)];

    /// <summary>
    /// Whether a closing draw is the way for a worker's results that wait: it has had none, and they weigh as much as the checks that they
    /// lack. Else the trusted do them again.
    /// </summary>
    public bool CanClose(NodeId worker) =>
        _workers[worker] is { IsClosed: false } known
            && known.Checks.Missing() is > 0 and var missing
            && missing <= known.Checks.OpenWeight;

    /// <summary>How much of a worker's closing draw is due.</summary>
    public long MissingOf(NodeId worker) => _workers[worker].Missing;

    /// <summary>A worker's results in its closing draw.</summary>
    public long[] ClosingOf(NodeId worker) =>
        [.. _workers[worker].Bundles.Where(bundle => _bundles[bundle].Stage == CheckStage.Closing)];

    private Worker Of(NodeId id)
    {
        if (!_workers.TryGetValue(id, out var worker))
        {
            var spec = _origin.Spec!;
            var checks = (long)((Policy.ByChecks)spec.Policy).Checks * spec.BundleSize;
            _workers.Add(id, worker = new Worker(new WorkerChecks(checks)));
        }
        return worker;
    }

    private void Commit(Committed committed)
    {
        foreach (var result in committed.Results)
        {
            var (bundle, worker) = (new CheckedBundle(result), Of(result.Place.Worker));
            _bundles.Add(result.Bundle, bundle);
            worker.Bundles.Add(result.Bundle);
            worker.Underway++;
            Tasks += result.Results.Count;
            if (result.HasGap || worker.Checks.IsCaught)
                Set(bundle, CheckStage.Redo);
        }
    }

    private void Ask(Requested requested)
    {
        foreach (var request in requested.Requests)
        {
            for (var i = 0; i < request.Count; i++)
            {
                if (Find(request.FirstBundle + i) is { Stage: CheckStage.Committed } bundle)
                    Set(bundle, CheckStage.Asked);
            }
        }
    }

    /// <summary>
    /// A draw is lost, unless it was of a degraded epoch, which says nothing. Of what is due or done again only the verifiers are others.
    /// </summary>
    private void Redraw(Redrawn redrawn)
    {
        foreach (var bundle in redrawn.Bundles.Select(Find).OfType<CheckedBundle>())
        {
            if (bundle.Stage == CheckStage.Asked)
            {
                bundle.IsForced |= !redrawn.IsDegraded;
                Set(bundle, CheckStage.Committed);
            }
            else if (bundle.Stage == CheckStage.Closing && !redrawn.IsDegraded)
                Redo(bundle);
        }
    }

    private void Draw(ChecksDrawn drawn)
    {
        var due = drawn.Due.ToHashSet();
        foreach (var same in drawn.Bundles.Select(Find).OfType<CheckedBundle>()
            .Where(bundle => bundle.Stage is CheckStage.Asked or CheckStage.Closing).GroupBy(bundle => bundle.Result.Place.Worker))
        {
            var checks = Of(same.Key).Checks;
            // Epochs that come late, after a restart, are later than they were for a result, and count for nothing as checks.
            var isLate = drawn.Epoch < checks.LastDrawn;
            var epoch = isLate ? checks.LastDrawn : drawn.Epoch;
            var covered = new Epoch(Math.Max(epoch.Number, 1) - 1);
            CheckedBundle[] bundles = [.. same];
            foreach (var bundle in bundles.Where(bundle => bundle.Stage == CheckStage.Asked))
                checks.Commit(bundle.Result.Bundle, covered, bundle.Result.Results.Count);
            long[] now = [.. bundles.Select(bundle => bundle.Result.Bundle).Where(due.Contains)];
            checks.Draw(epoch, now, now.Where(bundle => isLate || _bundles[bundle].IsForced).ToHashSet());
            foreach (var bundle in bundles)
            {
                bundle.IsForced = false;
                Set(bundle, due.Contains(bundle.Result.Bundle) ? CheckStage.Due : CheckStage.Waiting);
            }
        }
    }

    private void Make(ChecksMade made)
    {
        foreach (var check in made.Checks)
        {
            if (Find(check.Bundle) is not { } bundle)
                continue;
            bundle.Add(check);
            if (_origin.Spec!.Policy is Policy.ByChecks { IsFinalByOwnCheck: true })
            {
                Conclude(bundle);
                continue;
            }
            if (bundle.Stage != CheckStage.Due)
                continue;
            Passed++;
            Set(bundle, CheckStage.Waiting);
            End(Of(bundle.Result.Place.Worker).Checks.Pass(check.Bundle));
        }
    }

    /// <summary>
    /// Some steps were run again: that is all the check that there is, also where the worker was caught meanwhile. It is no vote with those
    /// who run all of the task, so it is not left to them.
    /// </summary>
    private void Conclude(CheckedBundle bundle)
    {
        if (bundle.Stage == CheckStage.Final)
            return;
        Passed++;
        var others = Of(bundle.Result.Place.Worker).Checks.Settle(bundle.Result.Bundle, passed: true);
        End([bundle.Result.Bundle, .. others]);
    }

    private void Close(Closing closing)
    {
        var worker = Of(closing.Worker);
        (worker.IsClosed, worker.Missing) = (true, worker.Checks.Missing());
        foreach (var bundle in closing.Bundles.Select(Find).OfType<CheckedBundle>())
            Set(bundle, CheckStage.Closing);
    }

    private void Redo(Redoing redoing)
    {
        foreach (var bundle in redoing.Bundles.Select(Find).OfType<CheckedBundle>())
            Redo(bundle);
    }

    private void Redo(CheckedBundle bundle)
    {
        Set(bundle, CheckStage.Redo);
        End(Of(bundle.Result.Place.Worker).Checks.Settle(bundle.Result.Bundle, passed: false));
    }

    private void Decide(Decided decided)
    {
        foreach (var decision in decided.Decisions)
        {
            if (Find(decision.Bundle) is not { } bundle)
                continue;
            var worker = Of(bundle.Result.Place.Worker);
            var stage = bundle.Stage;
            Set(bundle, CheckStage.Final);
            _final.Remove(decision.Bundle);
            _bundles.Remove(decision.Bundle);
            worker.Bundles.Remove(decision.Bundle);
            Tasks -= bundle.Result.Results.Count;
            if (stage == CheckStage.Final)
                continue;
            var verdict = decision.Verdicts.First(verdict => verdict.Worker == bundle.Result.Place.Worker);
            if (verdict.Rejected > 0)
                Catch(worker);
            else
                End(worker.Checks.Settle(decision.Bundle, passed: verdict.Accepted == decision.Outcomes.Count));
        }
    }

    private void Catch(Worker worker)
    {
        worker.Checks.Fail();
        foreach (var bundle in worker.Bundles.Select(bundle => _bundles[bundle]))
        {
            if (bundle.Stage != CheckStage.Final)
                Set(bundle, CheckStage.Redo);
        }
    }

    private void End(IReadOnlyList<long> final)
    {
        foreach (var bundle in final)
        {
            Set(_bundles[bundle], CheckStage.Final);
            _final.Add(bundle);
        }
    }

    private void Set(CheckedBundle bundle, CheckStage stage)
    {
        var worker = Of(bundle.Result.Place.Worker);
        worker.Underway += (IsUnderway(stage) ? 1 : 0) - (IsUnderway(bundle.Stage) ? 1 : 0);
        worker.Waiting += (stage == CheckStage.Waiting ? 1 : 0) - (bundle.Stage == CheckStage.Waiting ? 1 : 0);
        bundle.Stage = stage;
        Moved?.Invoke(bundle.Result.Bundle);
    }

    private static bool IsUnderway(CheckStage stage) =>
        stage is CheckStage.Committed or CheckStage.Asked or CheckStage.Due or CheckStage.Closing;

    private sealed class Worker(WorkerChecks checks)
    {
        public WorkerChecks Checks => checks;

        /// <summary>Bundles that are not decided.</summary>
        public SortedSet<long> Bundles { get; } = [];

        /// <summary>How many of them wait for a draw or a check.</summary>
        public int Underway;

        /// <summary>How many of them wait for further checks of the worker.</summary>
        public int Waiting;

        /// <summary>It has had its closing draw.</summary>
        public bool IsClosed;

        /// <summary>What that draw was to add.</summary>
        public long Missing;
    }
}
