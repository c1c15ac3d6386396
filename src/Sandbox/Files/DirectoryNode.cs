namespace AkkaCompute.Sandbox.Files;

/// <summary>
/// A name in a directory. Its cookie grows with each name that comes in, so that a reader goes on behind it whatever was removed.
/// </summary>
internal sealed record Entry(string Name, TreeNode Node, ulong Cookie)
{
    public bool Removed { get; set; }
}

/// <summary>A directory: names in the order in which they came in.</summary>
internal sealed class DirectoryNode(ulong number, bool writable, ulong time, DirectoryNode? parent) : TreeNode(number, writable, time)
{
    /// <summary>The cookies of <c>.</c> and <c>..</c>; those of entries are larger.</summary>
    public const ulong Self = 1, Up = 2;

    private readonly Dictionary<string, Entry> _byName = new(StringComparer.Ordinal);
    private readonly List<Entry> _ordered = [];
    private ulong _last = Up;

    public override byte Type => DirectoryType;

    public override long Size => 0;

    /// <summary><c>null</c> for the root, and for a directory that was removed.</summary>
    public DirectoryNode? Parent { get; set; } = parent;

    /// <summary>It was removed while somebody had it open: nothing can come in any more.</summary>
    public bool Removed { get; set; }

    public bool IsEmpty => _byName.Count == 0;

    public IEnumerable<Entry> Entries => _ordered.Where(entry => !entry.Removed);

    public TreeNode? Find(string name) => _byName.GetValueOrDefault(name)?.Node;

    public void Add(string name, TreeNode node)
    {
        var entry = new Entry(name, node, ++_last);
        _byName.Add(name, entry);
        _ordered.Add(entry);
        if (node is DirectoryNode directory)
            directory.Parent = this;
    }

    public void Remove(string name)
    {
        _byName.Remove(name, out var entry);
        entry!.Removed = true;
        if (_ordered.Count > 2 * _byName.Count + 16)
            _ordered.RemoveAll(one => one.Removed);
    }

    /// <summary>The entries behind a cookie.</summary>
    public IEnumerable<Entry> After(ulong cookie)
    {
        var (low, high) = (0, _ordered.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ordered[middle].Cookie <= cookie ? (middle + 1, high) : (low, middle);
        }
        for (; low < _ordered.Count; low++)
        {
            if (!_ordered[low].Removed)
                yield return _ordered[low];
        }
    }
}
