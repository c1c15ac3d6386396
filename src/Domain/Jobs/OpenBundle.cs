using AkkaCompute.Domain.Execution;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Jobs;

/// <summary>A bundle that is not decided yet: its group, its leases, and the results so far. Lives in memory only.</summary>
internal sealed class OpenBundle(long index, long firstTask, IReadOnlyList<ReadOnlyMemory<byte>> inputs, int attempt)
{
    private readonly Dictionary<NodeId, Lease> _leases = [];
    private readonly List<WorkerResults> _results = [];
    private readonly HashSet<NodeId> _ranked = [];
    private int? _needed; // executions that the results so far ask for; null before there is any

    public long Index => index;
    public long FirstTask => firstTask;
    public IReadOnlyList<ReadOnlyMemory<byte>> Inputs => inputs;
    public int Attempt { get; private set; } = attempt;

    /// <summary>The ranked members that this attempt was drawn from; null while the draw is awaited.</summary>
    public Group? Group { get; private set; }

    public IReadOnlyDictionary<NodeId, Lease> Leases => _leases;

    public void Place(Group group)
    {
        Group = group;
        _ranked.Clear();
    }

    /// <summary>Draws anew: results stay, and so do their authors out of the next group.</summary>
    public void Redraw(int attempt)
    {
        Attempt = attempt;
        Group = null;
    }

    /// <summary>The next rank that has given no result yet; null where the group is used up.</summary>
    public Member? NextRank()
    {
        while (Group?.Next() is { } member)
        {
            if (_ranked.Add(member.Id) && !HasResultOf(member.Id))
                return member;
        }
        return null;
    }

    public void Lend(Member member, DateTimeOffset deadline) => _leases.Add(member.Id, new Lease(member.NodeAddress, deadline, []));

    /// <summary>Takes a lease back. False where there is none, because it ran out or was answered.</summary>
    public bool TakeBack(NodeId worker) => _leases.Remove(worker);

    /// <summary>Adds a part of a worker's results; true when they are complete.</summary>
    public bool Add(NodeId worker, IReadOnlyList<TaskResult> part, int index, int parts)
    {
        if (!_leases.TryGetValue(worker, out var lease))
            return false;
        var received = lease.Received;
        // Parts come in order on one connection; anything else is a repetition, or not from a session of ours.
        // Another number of parts is another cut: its parts do not fit to the ones that are here.
        if (index != lease.Parts || index >= parts || (index > 0 && parts != lease.Of)
            || received.Count + part.Count > inputs.Count)
            return false;
        received.AddRange(part);
        if (index + 1 < parts)
        {
            _leases[worker] = lease with { Parts = lease.Parts + 1, Of = parts };
            return false;
        }
        if (received.Count != inputs.Count)
        {
            _leases[worker] = new Lease(lease.Node, lease.Deadline, []); // parts of two cuts: none of them counts
            return false;
        }
        _leases.Remove(worker);
        _results.Add(new WorkerResults(worker, [.. received], [.. received.Select(result => result.Digest())]));
        return true;
    }

    /// <summary>How many further executions are wanted now.</summary>
    public int Wanted(Policy policy) => Math.Max(0, (_needed ?? policy.Agreement) - _leases.Count);

    /// <summary>The decision, if the results so far make one.</summary>
    public Decision? Evaluate(Policy policy, ulong epoch)
    {
        var left = policy.Cap - _results.Count;
        var wanted = 0;
        var agreed = new Outcome?[inputs.Count];
        var digests = new Hash256?[inputs.Count]; // of the results that were agreed on; null where there is none to compare with
        for (var i = 0; i < inputs.Count; i++)
        {
            var (best, index, different) = Best(i);
            if (best >= policy.Agreement)
                (agreed[i], digests[i]) = (Outcome.Of(firstTask + i, _results[index].Results[i]), _results[index].Digests[i]);
            else if (best + left < policy.Agreement)
                agreed[i] = Outcome.Disagreement(firstTask + i, _results.Count, different, policy);
            else
                wanted = Math.Max(wanted, policy.Agreement - best);
        }
        _needed = Math.Min(wanted, left);
        return wanted > 0
            ? null
            : new Decision(index, Attempt, epoch, agreed!, [.. _results.Select(results => Judge(results, digests))]);
    }

    private bool HasResultOf(NodeId worker) => _results.Exists(results => results.Worker == worker);

    /// <summary>
    /// The largest set of identical results of one task: its size, its first member, and how many sets there are. Having no
    /// result counts as one set, whatever the reason: limits are reached at different moments on different machines.
    /// </summary>
    private (int Size, int First, int Different) Best(int task)
    {
        int size = 0, first = -1, different = 0;
        for (var i = 0; i < _results.Count; i++)
        {
            var digest = _results[i].Digests[task];
            var seen = false;
            for (var j = 0; j < i && !seen; j++)
                seen = _results[j].Digests[task] == digest;
            if (seen)
                continue;
            different++;
            var same = 1;
            for (var j = i + 1; j < _results.Count; j++)
            {
                if (_results[j].Digests[task] == digest)
                    same++;
            }
            if (same > size)
                (size, first) = (same, i);
        }
        return (size, first, different);
    }

    /// <summary>Only a result that differs from an agreed result is rejected: no result is no evidence against a worker.</summary>
    private static Verdict Judge(WorkerResults results, Hash256?[] agreed)
    {
        int accepted = 0, rejected = 0;
        for (var i = 0; i < agreed.Length; i++)
        {
            if (agreed[i] is not { } right || results.Digests[i] is not { } digest)
                continue;
            if (digest == right)
                accepted++;
            else
                rejected++;
        }
        return new Verdict(results.Worker, accepted, rejected, 0, false, default, default, [], []);
    }

    private sealed record WorkerResults(NodeId Worker, TaskResult[] Results, Hash256?[] Digests);
}

/// <summary>A bundle lent to a worker.</summary>
/// <param name="Node">The cluster node that the worker's session is on.</param>
/// <param name="Parts">Parts of the result that have come.</param>
/// <param name="Of">How many parts there are, as the first one said.</param>
internal sealed record Lease(string Node, DateTimeOffset Deadline, List<TaskResult> Received, int Parts = 0, int Of = 0);
