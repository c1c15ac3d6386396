using AkkaCompute.Domain.Epochs;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>
/// The lines of one epoch, put together and in their order. Only this much of an export is held at once: what one epoch covers,
/// for the entries of an epoch may name each other in any order.
/// </summary>
internal sealed partial class EpochSection(EpochRecord record, long line, LineKinds kinds)
{
    private readonly Dictionary<Type, object> _lines = [];
    private ExportLine? _last;
    private int _place;

    internal EpochRecord Record => record;
    internal long Line { get; } = line;

    /// <summary>The last line of it so far.</summary>
    internal long LastLine { get; private set; } = line;

    /// <summary>The lines of a kind, with their numbers.</summary>
    internal List<(T Line, long Number)> Of<T>() where T : ExportLine =>
        _lines.TryGetValue(typeof(T), out var lines) ? (List<(T Line, long Number)>)lines : [];

    /// <summary>Takes a line; returns why it can't stand here, or null.</summary>
    internal string? Add(ExportLine next, long number)
    {
        if (kinds.PlaceOf(next.Kind) is not { } place)
            return $"a line '{next.Kind.Name}' is of no kind that is known here.";
        if (_last is { } last && (place < _place || (place == _place && !next.Follows(last))))
            return $"a line '{next.Kind.Name}' can't stand after the '{last.Kind.Name}' before it: "
                + "kinds, and lines of a kind, have one order.";
        if (next.FlawAfter(_last) is { } flaw)
            return flaw;
        (_last, _place, LastLine) = (next, place, number);
        if (!next.Kind.IsOfEpoch)
            return $"a line '{next.Kind.Name}' can't stand within an epoch.";
        next.AddTo(this, number);
        return null;
    }

    /// <summary>A line is in order.</summary>
    internal void Put<T>(T next, long number) where T : ExportLine
    {
        if (!_lines.TryGetValue(typeof(T), out var lines))
            _lines.Add(typeof(T), lines = new List<(T, long)>());
        ((List<(T, long)>)lines).Add((next, number));
    }
}
