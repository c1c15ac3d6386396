using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>Which worker has which bundle of a job, until when; and how many each cluster node has.</summary>
internal sealed class LeaseBook
{
    private const int DeadlineSlack = 1_024;
    private static readonly Dictionary<NodeId, Lease> _none = [];

    private readonly Dictionary<long, Dictionary<NodeId, Lease>> _ofBundle = [];
    private readonly PriorityQueue<(long Bundle, NodeId Worker), DateTimeOffset> _deadlines = new();

    /// <summary>Leases that are out.</summary>
    public int Count { get; private set; }

    /// <summary>Deadlines that are kept, those of leases that were answered among them.</summary>
    public int Deadlines => _deadlines.Count;

    /// <summary>How many each cluster node has.</summary>
    public NodeLoads Loads { get; } = new();

    /// <summary>Who has a bundle.</summary>
    public IReadOnlyDictionary<NodeId, Lease> Of(long bundle) => _ofBundle.GetValueOrDefault(bundle, _none);

    /// <summary>Null where the worker does not have it.</summary>
    public Lease? Find(long bundle, NodeId worker) => Of(bundle).GetValueOrDefault(worker);

    /// <summary>A worker has a bundle until then. At the most once at a time.</summary>
    public void Lend(long bundle, Place place, DateTimeOffset deadline)
    {
        if (!_ofBundle.TryGetValue(bundle, out var leases))
            _ofBundle.Add(bundle, leases = []);
        leases.Add(place.Member.Id, new Lease(place, deadline));
        Loads.Add(place.Member.NodeAddress);
        Count++;
        AddDeadline(bundle, place.Member.Id, deadline);
    }

    /// <summary>A lease ends later, if that is later than it would.</summary>
    /// <param name="most">By how much it may end after the deadline that it was lent with.</param>
    public void Extend(long bundle, NodeId worker, DateTimeOffset deadline, TimeSpan most)
    {
        if (Find(bundle, worker) is not { } lease)
            return;
        if (deadline > lease.First + most)
            deadline = lease.First + most;
        if (deadline <= lease.Deadline)
            return;
        _ofBundle[bundle][worker] = lease with { Deadline = deadline };
        AddDeadline(bundle, worker, deadline);
    }

    /// <summary>A worker has a bundle no longer. Returns <c>null</c> where it did not have it.</summary>
    public Lease? End(long bundle, NodeId worker)
    {
        if (!_ofBundle.TryGetValue(bundle, out var leases) || !leases.Remove(worker, out var lease))
            return null;
        if (leases.Count == 0)
            _ofBundle.Remove(bundle);
        Loads.Remove(lease.Node);
        Count--;
        return lease;
    }

    /// <summary>Nobody has a bundle any longer.</summary>
    public void EndAll(long bundle)
    {
        foreach (var worker in Of(bundle).Keys.ToArray())
            End(bundle, worker);
    }

    /// <summary>The leases that ran out since the last call; the caller ends each.</summary>
    public IEnumerable<(long Bundle, NodeId Worker)> Expired(DateTimeOffset now)
    {
        while (_deadlines.TryPeek(out var lease, out var deadline) && deadline <= now)
        {
            _deadlines.Dequeue();
            if (Find(lease.Bundle, lease.Worker)?.Deadline == deadline)
                yield return lease;
        }
    }

    /// <summary>The workers that have something, with their cluster nodes.</summary>
    public IReadOnlyCollection<(string Node, NodeId Worker)> Holders() =>
        _ofBundle.Values.SelectMany(leases => leases.Select(lease => (lease.Value.Node, lease.Key))).ToHashSet();

    /// <summary>Nobody has anything.</summary>
    public void Clear()
    {
        _ofBundle.Clear();
        _deadlines.Clear();
        Loads.Clear();
        Count = 0;
    }

    private void AddDeadline(long bundle, NodeId worker, DateTimeOffset deadline)
    {
        if (_deadlines.Count > (2 * Count) + DeadlineSlack)
            DropAnswered();
        _deadlines.Enqueue((bundle, worker), deadline);
    }

    /// <summary>
    /// Forgets the deadlines of leases that were answered: else a fast job would keep one for each, as long as a lease lasts.
    /// </summary>
    private void DropAnswered()
    {
        _deadlines.Clear();
        foreach (var (bundle, leases) in _ofBundle)
        {
            foreach (var (worker, lease) in leases)
                _deadlines.Enqueue((bundle, worker), lease.Deadline);
        }
    }
}

/// <summary>A bundle lent to a worker.</summary>
internal sealed record Lease(Place Place, DateTimeOffset Deadline)
{
    /// <summary>The deadline that it was lent with.</summary>
    public DateTimeOffset First { get; } = Deadline;

    /// <summary>The cluster node that the worker's session is on.</summary>
    public string Node => Place.Member.NodeAddress;

    /// <summary>The worker has said that it accepts it.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>What has come of its result.</summary>
    public ResultParts Result { get; } = new();
}
