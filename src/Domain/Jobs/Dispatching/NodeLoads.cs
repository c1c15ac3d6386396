namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>
/// How many leases of a job each cluster node has, against its slots. Of two random workers the one with less to do is asked, where nothing
/// hangs on who works: the longest queue is then a few leases over the average (Mitzenmacher 2001, "The power of two choices in randomized
/// load balancing"), and not several times as long, which is what a job would wait for in the end.
/// </summary>
internal sealed class NodeLoads
{
    private readonly Dictionary<string, int> _leases = new(StringComparer.Ordinal);

    public void Add(string node) => _leases[node] = _leases.GetValueOrDefault(node) + 1;

    public void Remove(string node) => _leases[node]--;

    public void Clear() => _leases.Clear();

    /// <summary>The one whose node has fewer leases a slot; the first of two equals.</summary>
    public Place Lighter(Place first, Place second, Group group) =>
        (long)Of(second) * group.SlotsOf(first) < (long)Of(first) * group.SlotsOf(second) ? second : first;

    private int Of(Place place) => _leases.GetValueOrDefault(place.Member.NodeAddress);
}
