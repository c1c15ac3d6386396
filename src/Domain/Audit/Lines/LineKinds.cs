namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>Kinds of lines, in their order within an export.</summary>
public sealed class LineKinds
{
    private readonly Dictionary<LineKind, int> _places = [];
    private readonly Dictionary<string, LineKind> _byFirst = new(StringComparer.Ordinal);

    /// <param name="order">Kinds that alternate have one place.</param>
    /// <exception cref="ArgumentException">Two kinds begin with the same name.</exception>
    public LineKinds(params IReadOnlyList<IReadOnlyList<LineKind>> order)
    {
        ArgumentNullException.ThrowIfNull(order);
        Order = order;
        for (var place = 0; place < order.Count; place++)
        {
            foreach (var kind in order[place])
            {
                _places.Add(kind, place);
                _byFirst.Add(kind.First, kind);
            }
        }
    }

    /// <summary>Those of this version. A new kind is a line here, and comes last, or old files are out of order.</summary>
    public static LineKinds Known { get; } = new(
        [HeaderLine.Its],
        [EpochLine.Its],
        [JoinedLine.Its],
        [LeftLine.Its],
        [StandingLine.Its],
        [BanLine.Its],
        [NodeLine.Its],
        [GoneLine.Its],
        [DrawLine.Its],
        [HeadLine.Its],
        [DecidedLine.Its, OpenedLine.Its],
        [EntryLine.Its]);

    /// <summary>The places, each with its kinds.</summary>
    public IReadOnlyList<IReadOnlyList<LineKind>> Order { get; }

    /// <summary>Null where no kind begins so.</summary>
    internal LineKind? Beginning(string first) => _byFirst.GetValueOrDefault(first);

    /// <summary>The place of a kind in the order; null where it is none of these.</summary>
    internal int? PlaceOf(LineKind kind) => _places.TryGetValue(kind, out var place) ? place : null;

    /// <summary>What makes lines of these kinds, in their order; new ones.</summary>
    internal ILineSource[] Sources() => [.. Order.SelectMany(kinds => kinds).Select(kind => kind.Source?.Invoke()).OfType<ILineSource>()];
}
