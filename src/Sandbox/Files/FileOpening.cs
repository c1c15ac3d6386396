namespace AkkaCompute.Sandbox.Files;

/// <summary>The flags of <c>path_open</c>: <c>oflags</c>, and of <c>fdflags</c> the one that matters here.</summary>
[Flags]
internal enum OpenFlags : uint
{
    None = 0, Create = 1, Directory = 2, Exclusive = 4, Truncate = 8,
}

/// <summary>How a path becomes a descriptor.</summary>
internal static class FileOpening
{
    public const uint Append = 1, MaxFlags = 31, MaxOpenFlags = 15;

    /// <summary>
    /// Opens what is there, or makes a file. A right that the descriptor of the directory does not hand on, or that makes no sense for the
    /// type, is left out.
    /// </summary>
    public static Errno Open(
        FileTree tree, Descriptor by, in PathWalk at, OpenFlags how, ulong rights, ulong inheriting, bool append, ulong now,
        out Descriptor? opened)
    {
        opened = null;
        var node = at.Node;
        if (node is null)
        {
            if (!how.HasFlag(OpenFlags.Create))
                return Errno.NoEntry;
            if (at.DirectoryOnly || how.HasFlag(OpenFlags.Directory))
                return Errno.Invalid;
            if (tree.Create(at, now, out var made) is var error && error != Errno.Success)
                return error;
            node = made!;
        }
        else if (how.HasFlag(OpenFlags.Create | OpenFlags.Exclusive))
        {
            return Errno.Exists;
        }
        if (node is DirectoryNode)
        {
            if (how.HasFlag(OpenFlags.Truncate) || how.HasFlag(OpenFlags.Create) || (rights & Rights.Write) != 0)
                return Errno.IsDirectory;
            opened = new Descriptor(node, rights & by.Inheriting & Rights.OfDirectory, inheriting & by.Inheriting, append);
            return Errno.Success;
        }
        if (how.HasFlag(OpenFlags.Directory))
            return Errno.NotDirectory;
        if (!node.Writable && (how.HasFlag(OpenFlags.Truncate) || (rights & by.Inheriting & Rights.Write) != 0))
            return Errno.ReadOnly;
        if (how.HasFlag(OpenFlags.Truncate) && ((FileNode)node).Resize(0, now) is var failed && failed != Errno.Success)
            return failed;
        opened = new Descriptor(node, rights & by.Inheriting & Rights.OfFile, inheriting & by.Inheriting, append);
        return Errno.Success;
    }
}
