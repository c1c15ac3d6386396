namespace AkkaCompute.Tests.Layering;

/// <summary>Which room knows which, and by what: a room is a namespace of one assembly, or an assembly.</summary>
public sealed class RoomGraph
{
    private readonly SortedDictionary<string, SortedDictionary<string, Use>> _edges = new(StringComparer.Ordinal);

    /// <param name="uses">Uses of types.</param>
    /// <param name="room">The room of a type; null for one that is of no concern.</param>
    public RoomGraph(IEnumerable<Use> uses, Func<TypeName, string?> room)
    {
        foreach (var use in uses.OrderBy(use => use.ToString(), StringComparer.Ordinal))
        {
            if (room(use.From) is not { } from || room(use.To) is not { } to || from == to)
                continue;
            if (!_edges.TryGetValue(from, out var known))
                _edges[from] = known = new(StringComparer.Ordinal);
            known.TryAdd(to, use);
            _edges.TryAdd(to, new(StringComparer.Ordinal));
        }
    }

    public IEnumerable<string> Rooms => _edges.Keys;

    /// <summary>The rooms that this one knows, each with one use.</summary>
    public IReadOnlyDictionary<string, Use> Known(string room) => _edges[room];

    /// <summary>One of the shortest circles through each room that is in one, as text; empty where there is none.</summary>
    public IReadOnlyList<string> Circles() =>
        [.. Rooms.Select(CircleThrough).OfType<string[]>().DistinctBy(circle => string.Join(' ', circle.Order())).Select(Print)];

    /// <summary>All rooms that are in a circle.</summary>
    public IReadOnlyList<string> InCircles() => [.. Rooms.Where(room => CircleThrough(room) is not null)];

    private string[]? CircleThrough(string start)
    {
        var before = new Dictionary<string, string>();
        var queue = new Queue<string>([start]);
        while (queue.TryDequeue(out var room))
        {
            foreach (var next in _edges[room].Keys.Where(next => before.TryAdd(next, room)))
            {
                if (next != start)
                {
                    queue.Enqueue(next);
                    continue;
                }
                var circle = new List<string> { start };
                for (var at = before[start]; at != start; at = before[at])
                    circle.Insert(1, at);
                return [.. circle];
            }
        }
        return null;
    }

    private string Print(string[] circle) => string.Join('\n', circle.Select((room, i) =>
        $"  {room} -> {circle[(i + 1) % circle.Length]}: {_edges[room][circle[(i + 1) % circle.Length]] switch { var use => $"{use.From} uses {use.To}" }}"));
}
