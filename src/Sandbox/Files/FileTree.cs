namespace AkkaCompute.Sandbox.Files;

/// <summary>
/// The file system of one task, in memory: <c>/</c> with the program's files, which can't be changed, and <c>/tmp</c> and <c>/out</c>,
/// which begin empty and are the task's own. No links, no devices, no owners. The same calls give the same answers everywhere.
/// </summary>
internal sealed class FileTree
{
    /// <summary>What the program's files show as their time: 2020-01-01T00:00:00Z.</summary>
    public const ulong Epoch = 1_577_836_800_000_000_000;

    public const string Temporary = "tmp", Out = "out";

    private readonly DirectoryNode _out;
    private ulong _numbers;

    /// <param name="files">The program's files by their paths: names joined by <c>/</c>, none of them empty, <c>.</c> or <c>..</c>.</param>
    public FileTree(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> files, FileQuota quota)
    {
        Quota = quota;
        Root = new DirectoryNode(++_numbers, writable: false, Epoch, null);
        foreach (var (path, content) in files)
            Place(path.Split('/'), content);
        Root.Add(Temporary, new DirectoryNode(++_numbers, writable: true, Epoch, Root));
        Root.Add(Out, _out = new DirectoryNode(++_numbers, writable: true, Epoch, Root));
    }

    public DirectoryNode Root { get; }

    public FileQuota Quota { get; }

    /// <summary>The files in <c>/out</c>, by their paths below it, in the order of the paths' UTF-8 bytes.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Collect()
    {
        var found = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        var open = new Stack<(string Path, DirectoryNode Directory)>([("", _out)]);
        while (open.TryPop(out var at))
        {
            foreach (var entry in at.Directory.Entries)
            {
                if (entry.Node is DirectoryNode directory)
                    open.Push(($"{at.Path}{entry.Name}/", directory));
                else
                    found.Add(new(at.Path + entry.Name, ((FileNode)entry.Node).Content));
            }
        }
        found.Sort((one, other) =>
            System.Text.Encoding.UTF8.GetBytes(one.Key).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(other.Key)));
        return found;
    }

    /// <summary>The file that a path leads to, made where it is not there.</summary>
    public Errno Create(in PathWalk at, ulong now, out FileNode? file)
    {
        file = null;
        if (Prepare(at) is var error && error != Errno.Success)
            return error;
        file = new FileNode(++_numbers, writable: true, now, default, Quota);
        at.Parent.Add(at.Name, file);
        at.Parent.Touch(now);
        return Errno.Success;
    }

    public Errno CreateDirectory(in PathWalk at, ulong now)
    {
        if (at.Node is not null)
            return Errno.Exists;
        if (at.Depth >= FileQuota.MaxDepth)
            return Quota.Reach($"MaxDepth = {FileQuota.MaxDepth} directories within each other", Errno.NameTooLong);
        if (Prepare(at) is var error && error != Errno.Success)
            return error;
        at.Parent.Add(at.Name, new DirectoryNode(++_numbers, writable: true, now, at.Parent));
        at.Parent.Touch(now);
        return Errno.Success;
    }

    public Errno Unlink(in PathWalk at, ulong now)
    {
        if (at.Node is null)
            return Errno.NoEntry;
        if (at.Node is not FileNode file)
            return Errno.IsDirectory;
        if (!at.Parent.Writable)
            return Errno.ReadOnly;
        Drop(at, now);
        file.Linked = false;
        file.Release();
        return Errno.Success;
    }

    public Errno RemoveDirectory(in PathWalk at, ulong now)
    {
        if (at.Node is null)
            return Errno.NoEntry;
        if (at.Node is not DirectoryNode directory)
            return Errno.NotDirectory;
        if (at.Name.Length == 0)
            return Errno.Invalid; // by . or ..
        if (!at.Parent.Writable)
            return Errno.ReadOnly;
        if (!directory.IsEmpty)
            return Errno.NotEmpty;
        Drop(at, now);
        (directory.Removed, directory.Parent) = (true, null);
        return Errno.Success;
    }

    /// <summary>Moves a file or directory. A file takes a file's place, a directory that of an empty one.</summary>
    public Errno Rename(in PathWalk from, in PathWalk to, ulong now)
    {
        if (from.Node is not { } moved)
            return Errno.NoEntry;
        if (from.Name.Length == 0 || (to.Name.Length == 0 && to.Node is not null))
            return Errno.Busy;
        if (!from.Parent.Writable || !to.Parent.Writable)
            return Errno.ReadOnly;
        if (to.Parent.Removed)
            return Errno.NoEntry;
        if (moved == to.Node)
            return Errno.Success;
        if (moved is FileNode ? to.DirectoryOnly : to.Node is FileNode)
            return Errno.NotDirectory;
        if (moved is FileNode && to.Node is DirectoryNode)
            return Errno.IsDirectory;
        if (moved is DirectoryNode directory)
        {
            for (var up = to.Parent; up is not null; up = up.Parent)
            {
                if (up == directory)
                    return Errno.Invalid; // into itself
            }
            if (to.Depth + Height(directory) > FileQuota.MaxDepth)
                return Quota.Reach($"MaxDepth = {FileQuota.MaxDepth} directories within each other", Errno.NameTooLong);
        }
        if (to.Node is not null && (to.Node is FileNode ? Unlink(to, now) : RemoveDirectory(to, now)) is var error and not Errno.Success)
            return error;
        from.Parent.Remove(from.Name);
        from.Parent.Touch(now);
        to.Parent.Add(to.Name, moved);
        to.Parent.Touch(now);
        moved.Changed = now;
        return Errno.Success;
    }

    /// <summary>Whether a name may come in, and room for it.</summary>
    private Errno Prepare(in PathWalk at) =>
        !at.Parent.Writable ? Errno.ReadOnly
        : at.Parent.Removed ? Errno.NoEntry
        : Quota.Enter();

    private void Drop(in PathWalk at, ulong now)
    {
        at.Parent.Remove(at.Name);
        at.Parent.Touch(now);
        Quota.Leave();
    }

    /// <summary>Entries below a directory, those of its directories too.</summary>
    public static int CountBelow(DirectoryNode directory)
    {
        var (count, open) = (0, new Stack<DirectoryNode>([directory]));
        while (open.TryPop(out var at))
        {
            foreach (var entry in at.Entries)
            {
                count++;
                if (entry.Node is DirectoryNode below)
                    open.Push(below);
            }
        }
        return count;
    }

    private static int Height(DirectoryNode directory)
    {
        var (height, level) = (0, new List<DirectoryNode> { directory });
        for (; level.Count > 0; height++)
            level = [.. level.SelectMany(one => one.Entries).Select(entry => entry.Node).OfType<DirectoryNode>()];
        return height;
    }

    private void Place(string[] names, ReadOnlyMemory<byte> content)
    {
        var at = Root;
        foreach (var name in names.AsSpan(..^1))
        {
            if (at.Find(name) is not DirectoryNode below)
                at.Add(name, below = new DirectoryNode(++_numbers, writable: false, Epoch, at));
            at = below;
        }
        at.Add(names[^1], new FileNode(++_numbers, writable: false, Epoch, content, Quota));
    }
}
