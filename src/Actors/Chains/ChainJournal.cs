using Akka.Actor;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Chains.ChainProtocol;

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
            var events = await _reader.ReadAsync(persistenceId, sequence, Math.Min(last, sequence + EventsPerRead - 1))
                .ConfigureAwait(false);
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

    /// <summary>
    /// The entries that are kept in these places, of which each is past; read from the end on, as they are most likely late ones.
    /// </summary>
    public async Task<IReadOnlyDictionary<(long Sub, long Seq), (Entry Entry, Epoch In)>> FindAsync(
        EntryIndex index, IReadOnlySet<(long Sub, long Seq)> places, long last)
    {
        var found = new Dictionary<(long Sub, long Seq), (Entry, Epoch)>();
        for (var to = last; to > 0 && found.Count < places.Count;)
        {
            var from = index.Before(to)?.Sequence ?? 1;
            foreach (var appended in (await _reader.ReadAsync(persistenceId, from, to).ConfigureAwait(false)).Select(row => row.Event)
                .OfType<EntriesAppended>())
            {
                foreach (var bytes in appended.Entries)
                {
                    if (Entry.TryParse(bytes.Span, out var entry, out _) && places.Contains((entry.Place.Sub, entry.Place.Seq)))
                        found[(entry.Place.Sub, entry.Place.Seq)] = (entry, appended.Epoch);
                }
            }
            to = from - 1;
        }
        return found.Count == places.Count ? found
            : throw new InvalidOperationException(
                $"No event of {persistenceId} has {places.First(place => !found.ContainsKey(place))}, though its chain is past it.");
    }
}
