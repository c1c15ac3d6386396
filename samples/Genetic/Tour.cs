namespace AkkaCompute.Genetic;

/// <summary>A tour in the one order that stands for it: from city 0 towards the lower-numbered of its two neighbours.</summary>
/// <param name="Length">Its length, closed.</param>
/// <param name="Cities">City numbers, counted from 0.</param>
public sealed record Tour(long Length, IReadOnlyList<int> Cities)
{
    /// <summary>Shorter first, then by the cities: a total order, so that nothing depends on who came first.</summary>
    public static int Compare(Tour a, Tour b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var order = a.Length.CompareTo(b.Length);
        for (var i = 0; order == 0 && i < Math.Min(a.Cities.Count, b.Cities.Count); i++)
            order = a.Cities[i].CompareTo(b.Cities[i]);
        return order;
    }
}
