namespace AkkaCompute.Sandbox.Files;

/// <summary>An open file or directory; or one of the standard streams, which has no node.</summary>
internal sealed class Descriptor(TreeNode? node, ulong rights, ulong inheriting, bool append)
{
    /// <summary>The stream of a descriptor without a node: 0 for standard input, 1 for output, 2 for error.</summary>
    public uint Stream { get; init; }

    public TreeNode? Node => node;

    public FileNode? File => node as FileNode;

    public DirectoryNode? Directory => node as DirectoryNode;

    /// <summary>What it may do: never more than before.</summary>
    public ulong Rights { get; set; } = rights;

    /// <summary>What is opened by it may do.</summary>
    public ulong Inheriting { get; set; } = inheriting;

    /// <summary>Each write goes to the end.</summary>
    public bool Append { get; set; } = append;

    public long Position { get; set; }

    /// <summary>The name of a directory that was there from the start.</summary>
    public string? Preopened { get; init; }

    /// <summary>0 where it may, else why not: a descriptor that may not is for something else.</summary>
    public Errno Need(ulong right) => (Rights & right) == right ? Errno.Success : Errno.NotCapable;
}
