using System.Collections.Immutable;

namespace AkkaCompute.Domain.Chains;

/// <summary>Where an author's entries are in its journal: one mark for every <see cref="Stride"/> events. Never changes in place.</summary>
/// <param name="Marks">The sequence number of an event, and the index of its first entry; both rising.</param>
public sealed record EntryIndex(ImmutableList<EntryMark> Marks)
{
    /// <summary>Events between two marks: what is read in vain at most.</summary>
    public const int Stride = 32;

    public static EntryIndex Empty { get; } = new([]);

    /// <summary>An event with entries was written.</summary>
    public EntryIndex Add(EntryMark mark)
    {
        var last = Marks.IsEmpty ? (EntryMark?)null : Marks[^1];
        return last is null || mark.Sequence >= last.Value.Sequence + Stride ? new EntryIndex(Marks.Add(mark)) : this;
    }

    /// <summary>The last mark that is not after this entry; null where there is none.</summary>
    public EntryMark? Find(long index) => At(index, static (mark, wanted) => mark.Index <= wanted);

    /// <summary>The last mark before this event; null where there is none.</summary>
    public EntryMark? Before(long sequence) => At(sequence, static (mark, wanted) => mark.Sequence < wanted);

    private EntryMark? At(long wanted, Func<EntryMark, long, bool> fits)
    {
        var (low, high) = (0, Marks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (fits(Marks[middle], wanted))
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? null : Marks[low - 1];
    }
}

/// <summary>An event of the journal, and the index of its first entry among all of its author.</summary>
public readonly record struct EntryMark(long Sequence, long Index);
