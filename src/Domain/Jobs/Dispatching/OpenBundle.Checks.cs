using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <content>A bundle whose one worker is checked: <see cref="Policy.ByChecks"/>.</content>
internal sealed partial class OpenBundle
{
    /// <summary>Of who gave results before a restart nothing else is needed any more.</summary>
    private const string NoAddress = "gone";

    private readonly HashSet<WorkerResults> _onRecord = []; // verifiers' that bear it out, and are durable
    private WorkerResults? _alone; // of its one worker
    private Seconds _seconds; // what is wanted of verifiers

    private enum Seconds
    {
        /// <summary>Nothing: it waits.</summary>
        None,

        /// <summary>One more that bears it out.</summary>
        One,

        /// <summary>That they decide by themselves.</summary>
        All,
    }

    /// <summary>Its one worker has given its results.</summary>
    public bool HasAlone => _alone is not null;

    /// <summary>It has, and nobody else is wanted now.</summary>
    public bool IsResting => _alone is not null && _seconds == Seconds.None;

    /// <summary>A verifier is asked whether it gets the same.</summary>
    public bool IsChecking => _seconds == Seconds.One;

    /// <summary>A verifier bears the one worker's results out.</summary>
    public bool IsBorneOut => _onRecord.Count > 0;

    /// <summary>The first results are those of the one worker: nobody else is asked before they are on record.</summary>
    public CommittedResult TakeAlone()
    {
        _alone = _results[0];
        return new CommittedResult(Index, PlaceOf(_alone), _alone.Results, _alone.Commitment!);
    }

    /// <summary>As it was when the job was here last.</summary>
    public void Restore(CheckedBundle known)
    {
        var result = known.Result;
        _alone = Restored(result.Place, [.. result.Results], result.Commitment);
        foreach (var check in known.Made)
        {
            TaskResult[] same = [.. result.Results];
            foreach (var index in check.Without)
                same[index] = TaskResult.None(NoResultReason.WorkerFault, "", 0, TimeSpan.Zero);
            _onRecord.Add(Restored(check.Place, same, check.Commitment));
        }
    }

    /// <summary>
    /// What a verifier is to look at, where it need not run all: the steps that its own draw's beacon chooses, which nobody knew when the
    /// worker committed itself.
    /// </summary>
    public JobProtocol.StepCheck? StepCheckOf(JobSpec spec)
    {
        if (!IsChecking || spec is not { Policy: Policy.Steps policy, Payload: Payload.Steps payload })
            return null;
        var (worker, beacon) = (_alone!.Place.Member.Id, Group!.Beacon);
        return TraceFile.Of(_alone.Results[0], payload) is { } trace
            ? new JobProtocol.StepCheck(
                worker, StepDraw.Steps(beacon, spec.Id, FirstTask, worker, payload.Length, policy.Count), trace.ToBytes(),
                _alone.Digests[0]!.Value, StepDraw.IsAll(beacon, spec.Id, FirstTask, worker, policy.WholeParts))
            : null;
    }

    /// <summary>One more verifier is asked; where there may be no more, those that there are decide.</summary>
    public Decision? AskOne(Policy.ByChecks policy)
    {
        if (_results.Count > policy.Verifiers)
            return AskAll(policy);
        (_seconds, _needed) = (Seconds.One, 1);
        return null;
    }

    /// <summary>The trusted decide. Their decision, if those that there are suffice.</summary>
    public Decision? AskAll(Policy policy)
    {
        _seconds = Seconds.All;
        return Evaluate(policy);
    }

    /// <summary>Nothing is wanted for now.</summary>
    public void Rest() => _seconds = Seconds.None;

    /// <summary>
    /// What bears the worker's results out and is not on record. Null where one is still missing, or one gainsays them: then all are asked.
    /// </summary>
    public IReadOnlyList<MadeCheck>? TakeMade(Policy.ByChecks policy)
    {
        var fresh = _results.FindAll(results => results != _alone && !_onRecord.Contains(results));
        var borneOut = true;
        for (var i = 0; i < inputs.Count; i++)
        {
            var said = _alone!.Digests[i];
            if (_results.Exists(results => results.Digests[i] is { } digest && digest != said))
            {
                _seconds = Seconds.All;
                return null;
            }
            borneOut &= fresh.Exists(results => results.Digests[i] == said);
        }
        if (!borneOut)
        {
            if (_results.Count > policy.Verifiers)
                _seconds = Seconds.All;
            return null;
        }
        _onRecord.UnionWith(fresh);
        return fresh.ConvertAll(results => new MadeCheck(
            Index, PlaceOf(results),
            [.. Enumerable.Range(0, inputs.Count).Where(i => results.Digests[i] is null)], results.Commitment!));
    }

    /// <summary>The worker's results are the outcome.</summary>
    public Decision ByAlone()
    {
        Outcome[] outcomes = [.. _alone!.Results.Select((result, i) => Outcome.Of(firstTask + i, result))];
        return new Decision(
            Index, _alone.Attempt, _alone.Epoch, outcomes, [.. _results.Select(results => Judge(results, outcomes, counts: true))]);
    }

    /// <summary>As <see cref="Evaluate"/>; a check that nobody is there for is given up for the decision of those who were asked.</summary>
    public Decision? GiveUp(Policy policy, int patience)
    {
        if (_seconds == Seconds.One && _emptyDraws >= patience)
            _seconds = Seconds.All;
        return IsResting ? null : Evaluate(policy, patience);
    }

    /// <summary>While a check is made one more is asked for each time: <see cref="TakeMade"/> says when that is enough.</summary>
    private Ruling Rule(Policy policy, ReadOnlySpan<Vote> votes) => policy is not Policy.ByChecks byChecks ? policy.Rule(votes)
        : _seconds == Seconds.All ? byChecks.Again(votes)
        : Ruling.AskMore(1);

    /// <summary>As many have to have tried before a task is given up: beside the one worker, those whom the lead asks for.</summary>
    private static int FirstOf(Policy policy) => policy is Policy.ByChecks byChecks ? byChecks.Otherwise.First + 1 : policy.First;

    private WorkerResults Restored(ResultPlace place, TaskResult[] results, Commitment commitment)
    {
        var member = new Member(
            place.Worker, NoAddress, CapabilitySet.Empty, standing: place.Newcomer ? Standing.Newcomer : Standing.Trusted);
        Hash256?[] digests = [.. results.Select(result => result.Digest())];
        var restored = new WorkerResults(new Place(member, place.Rank, Counts: false), place.Attempt, results, digests, commitment)
        {
            Epoch = place.Epoch,
        };
        Insert(restored);
        return restored;
    }

    private static ResultPlace PlaceOf(WorkerResults results) =>
        new(results.Place.Member.Id, results.Attempt, results.Epoch, results.Place.Rank, !results.Place.IsTrusted);
}
