namespace AkkaCompute.Domain.Roster;

/// <summary>That a Job holds a page of tasks, fixed before the beacon that draws it.</summary>
/// <param name="Id">Names the page within its job: the same page has the same id when it is sent again.</param>
/// <param name="PageRoot">The root over its tasks.</param>
public readonly record struct PageEntry(Hash256 Id, Hash256 PageRoot)
{
    /// <summary>The leaf in an epoch's root of tasks: H(0 ‖ id ‖ page root).</summary>
    public Hash256 ToLeaf()
    {
        Span<byte> data = stackalloc byte[2 * Hash256.Size];
        Id.CopyTo(data);
        PageRoot.CopyTo(data[Hash256.Size..]);
        return MerkleTree.Leaf(data);
    }

    /// <summary>The root over entries, which are taken in the order of their ids.</summary>
    public static Hash256 Root(IEnumerable<PageEntry> entries) =>
        MerkleTree.Root([.. entries.OrderBy(entry => entry.Id).Select(entry => entry.ToLeaf())]);
}
