using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>A bundle that is not decided yet: its group, its leases, and the results so far. Lives in memory only.</summary>
/// <param name="leases">Of all bundles of the job.</param>
internal sealed partial class OpenBundle(
    long index, long firstTask, IReadOnlyList<ReadOnlyMemory<byte>> inputs, int attempt, LeaseBook leases)
{
    private readonly List<WorkerResults> _results = []; // by attempt and rank
    private readonly HashSet<NodeId> _passed = [];
    private HashSet<NodeId>? _late; // whose leases have ended without a result
    private Place? _aside; // a rank that another was preferred to
    private bool _found; // whether this draw had anybody to ask
    private int _emptyDraws; // in a row, before which somebody was asked
    private int _gone; // workers of attempt 0 that are gone, as their gateways say on record
    private int? _needed; // executions that the results so far ask for; null before there is any

    public long Index => index;
    public long FirstTask => firstTask;
    public IReadOnlyList<ReadOnlyMemory<byte>> Inputs => inputs;

    /// <summary>Blobs are among the inputs.</summary>
    public bool HasBlobs { get; init; }

    public int Attempt { get; private set; } = attempt;

    /// <summary>The ranked members that this attempt was drawn from; null while the draw is awaited.</summary>
    public Group? Group { get; private set; }

    /// <summary>Who has it now.</summary>
    public IReadOnlyDictionary<NodeId, Lease> Leases => leases.Of(index);

    /// <summary>Leases that ended without a result: the next ranks are asked when that is on record.</summary>
    public int Passing { get; private set; }

    /// <param name="group">Its group.</param>
    /// <param name="passed">Who was passed over in it before: on record.</param>
    /// <param name="gone">How many were gone in attempt 0, where the job has come back.</param>
    public void Place(Group group, IReadOnlyList<NodeId> passed, int gone = 0)
    {
        (Group, _aside, _found, _gone) = (group, null, passed.Count > 0, Math.Max(_gone, gone));
        _passed.Clear();
        _passed.UnionWith(passed);
    }

    /// <summary>Draws anew: results stay, and so do their authors out of the next group.</summary>
    public void Redraw(int attempt)
    {
        Attempt = attempt;
        Group = null;
    }

    /// <summary>The next rank that has neither passed nor given a result yet; null where the group is used up.</summary>
    /// <param name="loads">Of the next two the lighter one; the other is the next to be asked. <c>null</c> means in their order.</param>
    public Place? NextRank(NodeLoads? loads = null)
    {
        var first = _aside ?? Next();
        _aside = null;
        if (loads is null || first is null || Next() is not { } second)
            return first;
        var lighter = loads.Lighter(first.Value, second, Group!);
        _aside = lighter == second ? first : second;
        return lighter;
    }

    private Place? Next()
    {
        while (Group?.Next() is { } place)
        {
            if (!_passed.Contains(place.Member.Id) && !HasResultOf(place.Member.Id))
                return place;
        }
        return null;
    }

    public void Lend(Place place, DateTimeOffset deadline)
    {
        leases.Lend(index, place, deadline);
        (_found, _emptyDraws) = (true, 0);
    }

    /// <summary>All of this draw's group were asked, or had given a result before.</summary>
    public void OnUsedUp() => _emptyDraws += _found ? 0 : 1;

    /// <summary>A lease ends without a result. Null where there is none, because it ended before.</summary>
    public Lease? TakeBack(NodeId worker)
    {
        if (leases.End(index, worker) is not { } lease)
            return null;
        (_late ??= []).Add(worker);
        Passing++;
        return lease;
    }

    /// <summary>Whether a worker has or had a lease, as far as this knows: its result may be a late one, or come again.</summary>
    public bool WasAsked(NodeId worker) =>
        Leases.ContainsKey(worker) || _late?.Contains(worker) == true || _passed.Contains(worker) || HasResultOf(worker);

    /// <summary>That a rank was passed over is on record.</summary>
    /// <param name="gone">In attempt 0, and its gateway says that it is gone.</param>
    public void OnPassed(NodeId worker, bool gone = false)
    {
        Passing--;
        _gone += _passed.Add(worker) && gone ? 1 : 0;
    }

    /// <summary>Adds a part of a worker's results; the whole when they are complete: it counts when it is taken.</summary>
    public GivenResult? Add(JobSpec spec, JobProtocol.BundleResult result) =>
        leases.Find(index, result.Worker) is { } lease && lease.Result.Add(result, inputs.Count) is { } whole
            ? new GivenResult(
                spec.Id, Index, Attempt, Group!.Epoch, result.Worker, lease.Place.Member.Key, firstTask,
                [.. whole.Select(task => task.Digest())], result.Commitment)
            : null;

    /// <summary>The result that <see cref="Add"/> gave is good: it ends the lease.</summary>
    public void Take(GivenResult given)
    {
        var lease = leases.End(index, given.Worker)!;
        var place = lease.Place;
        Insert(new WorkerResults(place, given.Attempt, [.. lease.Result.Whole!], given.Digests, given.Commitment)
        {
            Epoch = given.Epoch.Number,
        });
    }

    private void Insert(WorkerResults results)
    {
        var after = _results.FindIndex(other => (other.Attempt, other.Place.Rank).CompareTo((results.Attempt, results.Place.Rank)) > 0);
        _results.Insert(after < 0 ? _results.Count : after, results);
    }

    /// <summary>The signed results so far, with their workers.</summary>
    public IEnumerable<(NodeId Worker, ReadOnlyMemory<byte> Result)> InHand =>
        _results.Where(results => results.Commitment is not null).Select(results => (results.Place.Member.Id, results.Commitment!.Entry));

    /// <summary>Executions that were asked for, and gave a result or still may.</summary>
    public int Asked => _results.Count + Leases.Count;

    /// <summary>How many further executions are wanted now.</summary>
    public int Wanted(Policy policy) => IsResting ? 0 : Math.Max(0, (_needed ?? policy.First) - Leases.Count - Passing);

    /// <summary>The decision, if the policy rules on every task.</summary>
    /// <param name="patience">
    /// Draws in a row with nobody who was not asked, after which a task is given up for which the policy asks for more. A task that nobody
    /// could run is given up after one, if as many have tried as the policy asks for at first. <c>null</c> means that none is.
    /// </param>
    public Decision? Evaluate(Policy policy, int? patience = null)
    {
        var (wanted, open) = (0, false);
        var outcomes = new Outcome[inputs.Count];
        var votes = new Vote[_results.Count];
        var comparison = policy.Comparison;
        var nearby = comparison is null ? null : new bool[]?[inputs.Count];
        for (var i = 0; i < inputs.Count; i++)
        {
            for (var j = 0; j < votes.Length; j++)
                votes[j] = new Vote(_results[j].Digests[i], _results[j].Place.IsTrusted && _results[j] != _alone);
            var ruling = comparison is null ? Rule(policy, votes) : NearVotes.Rule(policy, votes, Nearness(comparison, i));
            if (ruling.Kind == RulingKind.Decided)
            {
                outcomes[i] = Outcome.Of(firstTask + i, _results[ruling.By].Results[i]);
                if (nearby is not null)
                    nearby[i] = NearVotes.Accepted(votes, ruling.By, Nearness(comparison!, i));
            }
            else if (ruling.Kind == RulingKind.Unsure || (patience is { } draws && IsGivenUp(votes, policy, draws)))
                outcomes[i] = Outcome.Unsure(firstTask + i, policy, [.. _results.Select(results => results.Results[i])]);
            else
                (wanted, open) = (Math.Max(wanted, ruling.More), true);
        }
        _needed = wanted;
        if (open)
            return null;
        var counts = Gone.MayCount(_gone, policy.Earning);
        return new Decision(
            index, Attempt, Group?.Epoch.Number ?? _results[^1].Epoch, outcomes,
            [.. _results.Select((results, place) => Judge(results, outcomes, counts, nearby is null ? null : (nearby, place)))]);
    }

    private bool IsGivenUp(Vote[] votes, Policy policy, int patience) => votes.Length >= FirstOf(policy)
        && _emptyDraws >= (Array.TrueForAll(votes, vote => vote.Digest is null) ? 1 : patience);

    private bool HasResultOf(NodeId worker) => _results.Exists(results => results.Place.Member.Id == worker);

    /// <summary>
    /// Only a result that differs from an agreed result is rejected: no result is no evidence against a worker. Where the task is unsure
    /// any result is paid, for nobody can say which is wrong. Where results are near and not equal, none is rejected.
    /// </summary>
    /// <param name="counts">Whether gateways have not taken too many out of the way.</param>
    /// <param name="near">
    /// By task, which workers' results are accepted, and the place of this one; <c>null</c> means those that are equal.
    /// </param>
    private static Verdict Judge(
        WorkerResults results, Outcome[] agreed, bool counts, (bool[]?[] Accepted, int Place)? near = null)
    {
        int accepted = 0, rejected = 0, unsure = 0;
        var others = new List<OtherDigest>();
        for (var i = 0; i < agreed.Length; i++)
        {
            var (right, digest) = (agreed[i].Digest(), results.Digests[i]);
            if (right != digest)
                others.Add(new OtherDigest(i, digest));
            unsure += digest is not null && agreed[i].Status == OutcomeStatus.Unsure ? 1 : 0;
            if (right is null || digest is null)
                continue;
            if (near is { } those ? those.Accepted[i]![those.Place] : digest == right)
                accepted++;
            else if (near is null)
                rejected++;
        }
        var place = results.Place;
        return new Verdict(
            place.Member.Id, accepted, rejected, place.Rank, place.Counts && counts,
            results.Commitment?.Entry ?? default, results.Commitment?.Salt ?? default, others, [])
        {
            Newcomer = !place.IsTrusted, Unsure = unsure,
        };
    }

    private sealed record WorkerResults(Place Place, int Attempt, TaskResult[] Results, Hash256?[] Digests, Commitment? Commitment)
    {
        private Numbers?[]? _numbers;

        /// <summary>Whose beacon drew it.</summary>
        public ulong Epoch { get; init; }

        /// <summary>The numbers of a task's output; null where it has others. Read once.</summary>
        public Numbers? NumbersOf(NumberForm form, int task)
        {
            _numbers ??= [.. Results.Select(result => Numbers.Read(form, result.Output.Span))];
            return _numbers[task];
        }
    }
}
