using System.Collections.Immutable;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// Pages that wait for the next epoch, and those of the last 64 epochs, so that a Job that asks again (it crashed, or
/// the answer was lost) is told the same epoch and does not get a second draw.
/// </summary>
internal sealed class EnteredPages
{
    private readonly Dictionary<Hash256, Entered> _waiting = [];
    private readonly Dictionary<Hash256, Entered> _known = [];
    private readonly Queue<(Epoch Epoch, ImmutableArray<PageEntry> Entries)> _epochs = new();

    private readonly record struct Entered(Hash256 PageRoot, Epoch Epoch);

    public int Waiting => _waiting.Count;

    /// <summary>Epochs that are remembered, oldest first.</summary>
    public IEnumerable<(Epoch Epoch, ImmutableArray<PageEntry> Entries)> Epochs => _epochs;

    public RosterReply Enter(PageEntry entry)
    {
        if (_known.TryGetValue(entry.Id, out var known))
        {
            return known.PageRoot == entry.PageRoot
                ? new RosterReply(RosterVerdict.AlreadyEntered, known.Epoch)
                : new RosterReply(RosterVerdict.EntryConflict, known.Epoch, $"entry {entry.Id}: entered in epoch {known.Epoch} with another root.");
        }
        if (_waiting.TryGetValue(entry.Id, out known))
        {
            return known.PageRoot == entry.PageRoot
                ? new RosterReply(RosterVerdict.Unchanged)
                : new RosterReply(RosterVerdict.EntryConflict, Why: $"entry {entry.Id}: waits with another root.");
        }
        if (_waiting.Count >= RosterState.MaxEntriesPerEpoch)
            return new RosterReply(RosterVerdict.EpochFull, Why: $"{RosterState.MaxEntriesPerEpoch} pages wait: enter it again after the epoch.");
        _waiting.Add(entry.Id, new Entered(entry.PageRoot, Epoch.None));
        return new RosterReply(RosterVerdict.Accepted);
    }

    /// <summary>What waits, in the order of the ids.</summary>
    public ImmutableArray<PageEntry> ToEnter() =>
        [.. _waiting.OrderBy(entry => entry.Key).Select(entry => new PageEntry(entry.Key, entry.Value.PageRoot))];

    public void Apply(Epoch epoch, ImmutableArray<PageEntry> entries)
    {
        foreach (var entry in entries)
        {
            _waiting.Remove(entry.Id);
            _known[entry.Id] = new Entered(entry.PageRoot, epoch);
        }
        _epochs.Enqueue((epoch, entries));
        if (_epochs.Count <= RosterState.RememberedEpochs)
            return;
        foreach (var entry in _epochs.Dequeue().Entries)
            _known.Remove(entry.Id);
    }
}
