using System.Text;

namespace AkkaCompute.Sandbox.Files;

/// <summary>
/// Where a path leads, from the directory of a descriptor: never above it, and never by a link, for there are none. Names are UTF-8 and
/// compared byte by byte.
/// </summary>
internal readonly struct PathWalk
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The directory that has, or would have, the last name.</summary>
    public DirectoryNode Parent { get; private init; }

    /// <summary>The last name; empty where the path leads to a directory by <c>.</c> or <c>..</c> or is the start itself.</summary>
    public string Name { get; private init; }

    /// <summary>What is there; <c>null</c> where nothing is, though all but the last name exists.</summary>
    public TreeNode? Node { get; private init; }

    /// <summary>The path ended with a slash, <c>.</c> or <c>..</c>: only a directory will do.</summary>
    public bool DirectoryOnly { get; private init; }

    /// <summary>Names above <see cref="Node"/>, from the root of the tree.</summary>
    public int Depth
    {
        get
        {
            var depth = 0;
            for (var up = Parent; up.Parent is not null; up = up.Parent)
                depth++;
            return depth;
        }
    }

    public static Errno Find(DirectoryNode start, ReadOnlySpan<byte> path, FileQuota quota, out PathWalk found)
    {
        found = default;
        if (path.IsEmpty)
            return Errno.NoEntry;
        if (path.Length > FileQuota.MaxPath)
            return quota.Reach($"MaxPath = {FileQuota.MaxPath} bytes of a path", Errno.NameTooLong);
        if (path.Contains((byte)0))
            return Errno.Invalid;
        if (path[0] == '/')
            return Errno.NotCapable;
        string text;
        try
        {
            text = Strict.GetString(path);
        }
        catch (DecoderFallbackException)
        {
            return Errno.IllegalBytes;
        }
        return Walk(start, text.Split('/'), quota, out found);
    }

    private static Errno Walk(DirectoryNode start, string[] names, FileQuota quota, out PathWalk found)
    {
        found = default;
        var (parent, name, node, below, directoryOnly) = (start, "", (TreeNode?)start, 0, false);
        foreach (var next in names)
        {
            directoryOnly = next is "" or "." or "..";
            if (next is "" or ".")
            {
                if (next == "." && node is DirectoryNode same)
                    (parent, name) = (same, "");
                // else it is decided at the end, or by a name that follows
            }
            else if (node is not DirectoryNode directory)
            {
                return node is null ? Errno.NoEntry : Errno.NotDirectory;
            }
            else if (next == "..")
            {
                if (--below < 0)
                    return Errno.NotCapable;
                (parent, name, node) = (directory.Parent ?? directory, "", directory.Parent ?? directory);
            }
            else if (Encoding.UTF8.GetByteCount(next) > FileQuota.MaxName)
            {
                return quota.Reach($"MaxName = {FileQuota.MaxName} bytes of a name", Errno.NameTooLong);
            }
            else
            {
                (parent, name, node) = (directory, next, directory.Find(next));
                below++;
            }
        }
        if (directoryOnly && node is FileNode)
            return Errno.NotDirectory;
        found = new PathWalk { Parent = parent, Name = name, Node = node, DirectoryOnly = directoryOnly };
        return Errno.Success;
    }
}
