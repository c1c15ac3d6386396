namespace AkkaCompute.Actors.Roster;

/// <summary>
/// What is said again where not all of it can be: of three ranks the first has most of the room, and each goes on where its last turn
/// ended.
/// </summary>
/// <param name="most">What one turn has room for.</param>
internal sealed class Turns(int most)
{
    private const int Ranks = 3;

    private readonly int[] _from = new int[Ranks];

    /// <param name="rank">0, 1 or 2.</param>
    public IReadOnlyCollection<T> Next<T>(IReadOnlyCollection<T> all, Func<T, int> rank)
    {
        if (all.Count <= most)
            return all;
        var ranked = new List<T>[Ranks];
        for (var i = 0; i < Ranks; i++)
            ranked[i] = [];
        foreach (var one in all)
            ranked[rank(one)].Add(one);
        var some = new List<T>(most);
        for (var i = 0; i < Ranks; i++)
        {
            var left = most - some.Count;
            var count = Math.Min(ranked[i].Count, i switch { 0 => left - left / 4, 1 => left / 2, _ => left });
            for (var turn = 0; turn < count; turn++)
                some.Add(ranked[i][(_from[i] + turn) % ranked[i].Count]);
            _from[i] = count == 0 ? 0 : (_from[i] + count) % ranked[i].Count;
        }
        return some;
    }
}
