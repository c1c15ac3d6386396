using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>Reads the fields of a line whose first field's name is that of its kind.</summary>
internal delegate ExportLine ReadLine(ref ClaimReader reader);

/// <summary>A kind of line: what it is called, how it is read, and what of a journal makes such lines.</summary>
public sealed class LineKind
{
    internal LineKind(string name, ReadLine? read) => (Name, First, Read) = (name, name, read);

    /// <summary>A name for people, in lower-case letters.</summary>
    public string Name { get; }

    /// <summary>The name of the first field.</summary>
    internal string First { get; init; }

    /// <summary>Null where the text is not JSON: an entry's.</summary>
    internal ReadLine? Read { get; }

    /// <summary>Whether it belongs to an epoch; else it begins one, or the file.</summary>
    internal bool IsOfEpoch { get; init; } = true;

    /// <summary>Makes the lines of this kind, and of those that come with it; null where another kind's source does.</summary>
    internal Func<ILineSource>? Source { get; private init; }

    /// <summary>A kind whose lines an epoch's delta has, in the order of the export.</summary>
    internal static LineKind OfDelta(
        string name, ReadLine read, Func<RosterDelta, IEnumerable<ExportLine>> lines, bool isOfEpoch = true) =>
        new(name, read) { Source = () => new DeltaSource(lines), IsOfEpoch = isOfEpoch };

    /// <summary>A kind with a source that keeps something from one epoch to the next.</summary>
    internal static LineKind OfSource(string name, ReadLine? read, Func<ILineSource> source) => new(name, read) { Source = source };

    private sealed class DeltaSource(Func<RosterDelta, IEnumerable<ExportLine>> lines) : ILineSource
    {
        public IEnumerable<ExportLine> Close(RosterDelta delta) => lines(delta);
    }
}

/// <summary>Makes lines out of a journal's events.</summary>
internal interface ILineSource
{
    /// <summary>Entries that no epoch has covered yet.</summary>
    long Held => 0;

    /// <summary>An event of any actor. What is not for these lines is passed over.</summary>
    /// <exception cref="InvalidDataException">The journal is damaged: an entry that can't be read.</exception>
    void Take(object @event)
    {
    }

    /// <summary>The lines of an epoch that ends, in their order.</summary>
    /// <exception cref="InvalidDataException">The journal is damaged: an entry is missing.</exception>
    IEnumerable<ExportLine> Close(RosterDelta delta);
}
