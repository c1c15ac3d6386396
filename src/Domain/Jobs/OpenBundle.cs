using AkkaCompute.Domain.Execution;
using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Domain.Jobs;

/// <summary>A bundle that is not decided yet: its group, its leases, and the results so far. Lives in memory only.</summary>
internal sealed class OpenBundle(long index, long firstTask, IReadOnlyList<ReadOnlyMemory<byte>> inputs, int attempt)
{
    private readonly Dictionary<NodeId, Lease> _leases = [];
    private readonly List<WorkerResults> _results = [];
    private readonly HashSet<NodeId> _passed = [];
    private HashSet<NodeId>? _late; // whose leases have ended without a result
    private Place? _aside; // a rank that another was preferred to
    private int? _needed; // executions that the results so far ask for; null before there is any

    public long Index => index;
    public long FirstTask => firstTask;
    public IReadOnlyList<ReadOnlyMemory<byte>> Inputs => inputs;
    public int Attempt { get; private set; } = attempt;

    /// <summary>The ranked members that this attempt was drawn from; null while the draw is awaited.</summary>
    public Group? Group { get; private set; }

    public IReadOnlyDictionary<NodeId, Lease> Leases => _leases;

    /// <summary>Leases that ended without a result: the next ranks are asked when that is on record.</summary>
    public int Passing { get; private set; }

    /// <param name="group">Its group.</param>
    /// <param name="passed">Who was passed over in it before: on record.</param>
    public void Place(Group group, IReadOnlyList<NodeId> passed)
    {
        (Group, _aside) = (group, null);
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
    /// <param name="loads">Of the next two the lighter one; the other is the next to be asked. Null: in their order.</param>
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

    public void Lend(Place place, DateTimeOffset deadline) =>
        _leases.Add(place.Member.Id, new Lease(place, deadline, []));

    /// <summary>A lease ends without a result. False where there is none, because it ended before.</summary>
    public bool TakeBack(NodeId worker)
    {
        if (!_leases.Remove(worker))
            return false;
        (_late ??= []).Add(worker);
        Passing++;
        return true;
    }

    /// <summary>Whether a worker has or had a lease, as far as this knows: its result may be a late one, or come again.</summary>
    public bool WasAsked(NodeId worker) =>
        _leases.ContainsKey(worker) || _late?.Contains(worker) == true || _passed.Contains(worker) || HasResultOf(worker);

    /// <summary>That a rank was passed over is on record.</summary>
    public void OnPassed(NodeId worker)
    {
        Passing--;
        _passed.Add(worker);
    }

    /// <summary>Adds a part of a worker's results; the whole when they are complete: it counts when it is taken.</summary>
    public GivenResult? Add(JobSpec spec, JobProtocol.BundleResult result)
    {
        var (worker, part, index, parts) = (result.Worker, result.Results, result.Part, result.Parts);
        if (!_leases.TryGetValue(worker, out var lease))
            return null;
        var received = lease.Received;
        // Parts come in order on one connection; anything else is a repetition, or not from a session of ours.
        // Another number of parts is another cut: its parts do not fit to the ones that are here.
        if (index != lease.Parts || index >= parts || (index > 0 && parts != lease.Of)
            || received.Count + part.Count > inputs.Count)
            return null;
        received.AddRange(part);
        if (index + 1 < parts)
        {
            _leases[worker] = lease with { Parts = lease.Parts + 1, Of = parts };
            return null;
        }
        // Parts of two cuts, or refused: none of it counts, and the lease goes on.
        var whole = received.Count == inputs.Count;
        _leases[worker] = lease with { Received = [], Parts = 0, Of = 0, Whole = whole ? received : null };
        if (!whole)
            return null;
        return new GivenResult(
            spec.Id, Index, Attempt, Group!.Epoch, worker, lease.Place.Member.Key, firstTask, [.. received.Select(result => result.Digest())], result.Commitment);
    }

    /// <summary>The result that <see cref="Add"/> gave is good: it ends the lease.</summary>
    public void Take(GivenResult given)
    {
        _leases.Remove(given.Worker, out var lease);
        _results.Add(new WorkerResults(lease!.Place, [.. lease.Whole!], given.Digests, given.Commitment));
    }

    /// <summary>The signed results so far, with their workers.</summary>
    public IEnumerable<(NodeId Worker, ReadOnlyMemory<byte> Result)> InHand =>
        _results.Where(results => results.Commitment is not null).Select(results => (results.Place.Member.Id, results.Commitment!.Entry));

    /// <summary>Executions that were asked for, and gave a result or still may.</summary>
    public int Asked => _results.Count + _leases.Count;

    /// <summary>How many further executions are wanted now.</summary>
    public int Wanted(Policy policy) => Math.Max(0, (_needed ?? policy.Agreement) - _leases.Count - Passing);

    /// <summary>The decision, if the results so far make one.</summary>
    public Decision? Evaluate(Policy policy)
    {
        var left = policy.Cap - _results.Count;
        var wanted = 0;
        var agreed = new Outcome?[inputs.Count];
        for (var i = 0; i < inputs.Count; i++)
        {
            var (missing, first, different) = Best(i, policy);
            if (missing == 0)
                agreed[i] = Outcome.Of(firstTask + i, _results[first].Results[i]);
            else if (missing > left)
                agreed[i] = Outcome.Disagreement(firstTask + i, _results.Count, different, policy);
            else
                wanted = Math.Max(wanted, missing);
        }
        _needed = Math.Min(wanted, left);
        return wanted > 0
            ? null
            : new Decision(index, Attempt, Group!.Epoch.Number, agreed!, [.. _results.Select(results => Judge(results, agreed!))]);
    }

    private bool HasResultOf(NodeId worker) => _results.Exists(results => results.Place.Member.Id == worker);

    /// <summary>
    /// The set of identical results of one task that is nearest to an agreement, the largest of several: how many more it takes,
    /// its first member, and how many sets there are. More than half of those that agree are trusted. Having no result counts as
    /// one set, whatever the reason: limits are reached at different moments on different machines.
    /// </summary>
    private (int Missing, int First, int Different) Best(int task, Policy policy)
    {
        var (best, size, first, different) = (int.MaxValue, 0, -1, 0);
        for (var i = 0; i < _results.Count; i++)
        {
            var digest = _results[i].Digests[task];
            var seen = false;
            for (var j = 0; j < i && !seen; j++)
                seen = _results[j].Digests[task] == digest;
            if (seen)
                continue;
            different++;
            var (same, trusted) = (0, 0);
            for (var j = i; j < _results.Count; j++)
            {
                if (_results[j].Digests[task] != digest)
                    continue;
                same++;
                trusted += _results[j].Place.IsTrusted ? 1 : 0;
            }
            var missing = Math.Max(0, Math.Max(policy.Agreement - same, same - (2 * trusted) + 1));
            if (missing < best || (missing == best && same > size))
                (best, size, first) = (missing, same, i);
        }
        return (best, first, different);
    }

    /// <summary>Only a result that differs from an agreed result is rejected: no result is no evidence against a worker.</summary>
    private static Verdict Judge(WorkerResults results, Outcome[] agreed)
    {
        int accepted = 0, rejected = 0;
        var others = new List<OtherDigest>();
        for (var i = 0; i < agreed.Length; i++)
        {
            var (right, digest) = (agreed[i].Digest(), results.Digests[i]);
            if (right != digest)
                others.Add(new OtherDigest(i, digest));
            if (right is null || digest is null)
                continue;
            if (digest == right)
                accepted++;
            else
                rejected++;
        }
        var place = results.Place;
        return new Verdict(
            place.Member.Id, accepted, rejected, place.Rank, place.Counts,
            results.Commitment?.Entry ?? default, results.Commitment?.Salt ?? default, others, [])
        {
            Newcomer = !place.IsTrusted,
        };
    }

    private sealed record WorkerResults(Place Place, TaskResult[] Results, Hash256?[] Digests, Commitment? Commitment);
}

/// <summary>A bundle lent to a worker.</summary>
/// <param name="Parts">Parts of the result that have come.</param>
/// <param name="Of">How many parts there are, as the first one said.</param>
/// <param name="Whole">All results, while it is found out whether they are what the worker signed.</param>
internal sealed record Lease(
    Place Place, DateTimeOffset Deadline, List<TaskResult> Received, int Parts = 0, int Of = 0, List<TaskResult>? Whole = null)
{
    /// <summary>The cluster node that the worker's session is on.</summary>
    public string Node => Place.Member.NodeAddress;
}
