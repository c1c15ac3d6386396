using AkkaCompute.Domain.Execution;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Jobs.JobProtocol;

namespace AkkaCompute.Domain.Jobs;

/// <summary>How long and how much a job lends.</summary>
public sealed record DispatchOptions
{
    /// <summary>Added to the time that the tasks may take: for queues and the network.</summary>
    public TimeSpan LeaseSlack { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>No lease is longer: a worker that vanishes silently delays its bundle by no more.</summary>
    public TimeSpan LongestLease { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>
/// Which worker has which bundle of a job. Nothing here is durable: a job that comes back from its journal draws its open
/// bundles anew. Deterministic: time and rosters are arguments.
/// </summary>
public sealed class Dispatch(JobSpec spec, DispatchOptions options)
{
    private const int DeadlineSlack = 1_024;

    private readonly Dictionary<long, OpenBundle> _open = [];
    private readonly Queue<long> _ready = new();
    private readonly HashSet<long> _usedUp = [];
    private readonly PriorityQueue<(long Bundle, NodeId Worker), DateTimeOffset> _deadlines = new();

    /// <summary>Leases that are out.</summary>
    public int InFlight { get; private set; }

    /// <summary>Bundles that are loaded and not decided.</summary>
    public int Open => _open.Count;

    /// <summary>Bundles whose group is used up: they wait to be drawn anew.</summary>
    public IReadOnlyCollection<long> UsedUp => _usedUp;

    /// <summary>Loads a page's open bundles, so that they can be drawn.</summary>
    public IReadOnlyList<long> Load(JobState state, PageInfo page, IReadOnlyList<ReadOnlyMemory<byte>> inputs)
    {
        var loaded = new List<long>();
        for (var bundle = page.FirstBundle; bundle < page.EndBundle; bundle++)
        {
            if (!state.IsOpen(bundle) || _open.ContainsKey(bundle))
                continue;
            var (offset, count) = page.TasksOf(bundle);
            _open.Add(bundle, new OpenBundle(
                bundle, page.FirstTask + offset, [.. inputs.Skip(offset).Take(count)], state.Attempt(bundle)));
            loaded.Add(bundle);
        }
        return loaded;
    }

    /// <summary>The beacon is there: these bundles have their groups.</summary>
    public void Place(IEnumerable<long> bundles, EpochRoster roster)
    {
        foreach (var index in bundles)
        {
            if (!_open.TryGetValue(index, out var bundle) || bundle.Group is not null)
                continue;
            bundle.Place(new Group(roster, spec, index, bundle.Attempt));
            _ready.Enqueue(index);
        }
    }

    /// <summary>Lends bundles until <paramref name="capacity"/> leases are out.</summary>
    /// <param name="isGone">Whether a cluster node has left since the group was drawn: its ranks are passed over. Null: none has.</param>
    /// <returns>The leases to send, with the address of the cluster node of each worker.</returns>
    public IReadOnlyList<(string Node, Assign Assign)> Lend(DateTimeOffset now, int capacity, Func<string, bool>? isGone = null)
    {
        var leases = new List<(string, Assign)>();
        while (InFlight < capacity && _ready.TryPeek(out var index))
        {
            if (!_open.TryGetValue(index, out var bundle) || bundle.Group is null || bundle.Wanted(spec.Policy) == 0)
            {
                _ready.Dequeue();
                continue;
            }
            if (bundle.NextRank() is not { } member)
            {
                _ready.Dequeue();
                if (bundle.Leases.Count == 0)
                    _usedUp.Add(index);
                continue;
            }
            if (isGone?.Invoke(member.NodeAddress) != true)
                leases.Add((member.NodeAddress, Lease(bundle, member, now)));
        }
        return leases;
    }

    /// <summary>A worker's results, or a part of them. What nobody was asked for, or came too late, is passed over.</summary>
    /// <returns>The decision, if these results make one.</returns>
    public Decision? Receive(BundleResult result)
    {
        if (!TryFind(result.Bundle, result.Attempt, out var bundle))
            return null;
        if (result.Results.Any(IsTooLarge))
        {
            PassOver(bundle, result.Worker); // no sandbox of ours gives more than the limits say
            return null;
        }
        if (!bundle.Add(result.Worker, result.Results, result.Part, result.Parts))
            return null;
        InFlight--;
        var decision = bundle.Evaluate(spec.Policy, bundle.Group!.Epoch.Number);
        if (decision is null)
            _ready.Enqueue(result.Bundle);
        else
            Close(bundle);
        return decision;
    }

    /// <summary>A worker passes.</summary>
    public void Decline(Decline decline)
    {
        if (TryFind(decline.Bundle, decline.Attempt, out var bundle))
            PassOver(bundle, decline.Worker);
    }

    /// <summary>Takes back the leases that ran out; returns how many.</summary>
    public int Expire(DateTimeOffset now)
    {
        var expired = 0;
        while (_deadlines.TryPeek(out var lease, out var deadline) && deadline <= now)
        {
            _deadlines.Dequeue();
            if (_open.TryGetValue(lease.Bundle, out var bundle)
                && bundle.Leases.TryGetValue(lease.Worker, out var held) && held.Deadline == deadline
                && PassOver(bundle, lease.Worker))
                expired++;
        }
        return expired;
    }

    /// <summary>A cluster node is gone, and its sessions with it.</summary>
    public int NodeLeft(string node)
    {
        var lost = 0;
        foreach (var bundle in _open.Values)
        {
            foreach (var worker in bundle.Leases.Where(lease => lease.Value.Node == node).Select(lease => lease.Key).ToArray())
                lost += PassOver(bundle, worker) ? 1 : 0;
        }
        return lost;
    }

    /// <summary>These bundles will be drawn anew, by the next beacon that includes them.</summary>
    public void Redraw(IEnumerable<long> bundles, JobState state)
    {
        foreach (var index in bundles)
        {
            _usedUp.Remove(index);
            _open[index].Redraw(state.Attempt(index));
        }
    }

    /// <summary>The workers and nodes that hold leases now.</summary>
    public IReadOnlyCollection<(string Node, NodeId Worker)> Holders() =>
        _open.Values.SelectMany(bundle => bundle.Leases.Select(lease => (lease.Value.Node, lease.Key))).ToHashSet();

    /// <summary>The job was cancelled: nothing is wanted any more.</summary>
    public void Clear()
    {
        _open.Clear();
        _ready.Clear();
        _usedUp.Clear();
        _deadlines.Clear();
        InFlight = 0;
    }

    private Assign Lease(OpenBundle bundle, Member member, DateTimeOffset now)
    {
        var time = options.LeaseSlack + (spec.Limits.WallClock * bundle.Inputs.Count);
        if (time > options.LongestLease)
            time = options.LongestLease;
        bundle.Lend(member, now + time);
        InFlight++;
        if (_deadlines.Count > (2 * InFlight) + DeadlineSlack)
            DropAnswered();
        _deadlines.Enqueue((bundle.Index, member.Id), now + time);
        return new Assign(
            spec.Id, bundle.Index, bundle.Attempt, bundle.Group!.Epoch, member.Id, spec.Payload, spec.Limits, bundle.FirstTask, bundle.Inputs, time);
    }

    /// <summary>Forgets the deadlines of leases that were answered: else a fast job would keep one for each, as long as a lease lasts.</summary>
    private void DropAnswered()
    {
        _deadlines.Clear();
        foreach (var bundle in _open.Values)
        {
            foreach (var (worker, lease) in bundle.Leases)
                _deadlines.Enqueue((bundle.Index, worker), lease.Deadline);
        }
    }

    // The sandbox's own sentence about a limit may be longer than a task's standard error.
    private bool IsTooLarge(TaskResult result) =>
        result.Output.Length > spec.Limits.OutputBytes || result.Stderr.Length > Math.Max(spec.Limits.StderrBytes, JobSpec.MaxStderr);

    private bool PassOver(OpenBundle bundle, NodeId worker)
    {
        if (!bundle.TakeBack(worker))
            return false;
        InFlight--;
        _ready.Enqueue(bundle.Index);
        return true;
    }

    private bool TryFind(long index, int attempt, out OpenBundle bundle) =>
        _open.TryGetValue(index, out bundle!) && bundle.Attempt == attempt && bundle.Group is not null;

    private void Close(OpenBundle bundle)
    {
        InFlight -= bundle.Leases.Count;
        _open.Remove(bundle.Index);
    }
}
