using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.File;

/// <summary>Makes the lines of an export out of a journal's events, in the journal's order. Nothing secret is looked at.</summary>
/// <param name="kinds">The kinds of lines to make; <c>null</c> means <see cref="LineKinds.Known"/>.</param>
public sealed class ExportAssembler(LineKinds? kinds = null)
{
    private readonly ILineSource[] _sources = (kinds ?? LineKinds.Known).Sources();

    /// <summary>Entries that no epoch has covered yet.</summary>
    public long Held => _sources.Sum(source => source.Held);

    /// <summary>
    /// An event of any actor; returns the lines of an epoch when it is one's end. What is not for the export is passed over.
    /// </summary>
    /// <exception cref="InvalidDataException">The journal is damaged: an entry that can't be read, or one that is missing.</exception>
    public IReadOnlyList<ExportLine> Add(object @event)
    {
        foreach (var source in _sources)
            source.Take(@event);
        return @event is EpochClosed closed ? [.. _sources.SelectMany(source => source.Close(closed.Delta))] : [];
    }
}
