using Akka.Actor;
using AkkaCompute.Actors.Jobs;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Entries.ChainProtocol;

namespace AkkaCompute.Actors.Chains;

/// <summary>Reads an author's entries back from the journal, a few events at a time. For any thread.</summary>
internal sealed class ChainJournal(ActorSystem system, string persistenceId, NodeId author)
{
    private const int EventsPerRead = 2 * EntryIndex.Stride;

    private const int PageBytes = 64 * 1024;

    private readonly EventReader _reader = new(system);

    /// <summary>A page of entries.</summary>
    /// <param name="from">The index of the first; one that is there.</param>
    /// <param name="end">How many entries there are.</param>
    /// <param name="last">The number of the last event.</param>
    public async Task<EntryPage> ReadAsync(EntryIndex index, long from, int count, long end, long last)
    {
        var mark = index.Find(from) ?? throw new InvalidOperationException($"No event of {persistenceId} has entry {from}.");
        var (at, sequence, bytes) = (mark.Index, mark.Sequence, 0);
        var page = new List<ReadOnlyMemory<byte>>();
        while (sequence <= last)
        {
            var events = await _reader.ReadAsync(persistenceId, sequence, Math.Min(last, sequence + EventsPerRead - 1)).ConfigureAwait(false);
            foreach (var entry in events.Select(row => row.Event).OfType<EntriesAppended>().SelectMany(appended => appended.Entries))
            {
                if (at++ < from)
                    continue;
                if (page.Count == count || (page.Count > 0 && bytes + entry.Length > PageBytes))
                    return new EntryPage(author, from, page, false);
                page.Add(entry);
                bytes += entry.Length;
            }
            sequence += EventsPerRead;
        }
        return new EntryPage(author, from, page, from + page.Count >= end);
    }

    /// <summary>The entry that is kept in this place; read from the end on, as it is most likely a late one.</summary>
    public async Task<(Entry Entry, Epoch In)> FindAsync(EntryIndex index, EntryPlace place, long last)
    {
        for (var to = last; to > 0;)
        {
            var from = index.Before(to)?.Sequence ?? 1;
            foreach (var (_, row) in (await _reader.ReadAsync(persistenceId, from, to).ConfigureAwait(false)).Reverse())
            {
                if (row is EntriesAppended appended && Find(appended, place) is { } entry)
                    return (entry, appended.Epoch);
            }
            to = from - 1;
        }
        throw new InvalidOperationException($"No event of {persistenceId} has entry {place.Sub}/{place.Seq}, though its chain is past it.");
    }

    private static Entry? Find(EntriesAppended appended, EntryPlace place)
    {
        foreach (var bytes in appended.Entries)
        {
            if (Entry.TryParse(bytes.Span, out var entry, out _) && entry.Place.Sub == place.Sub && entry.Place.Seq == place.Seq)
                return entry;
        }
        return null;
    }
}
