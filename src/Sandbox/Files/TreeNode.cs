namespace AkkaCompute.Sandbox.Files;

/// <summary>A file or directory. The numbers of types are those of WASI's <c>filetype</c>.</summary>
internal abstract class TreeNode(ulong number, bool writable, ulong time)
{
    public const byte DirectoryType = 3, FileType = 4;

    /// <summary>The inode: 1 for the root, then in the order in which the files of the program and those of the task were made.</summary>
    public ulong Number { get; } = number;

    /// <summary>Whether it may be changed: it lies in /tmp or /out, or is one of them.</summary>
    public bool Writable { get; } = writable;

    /// <summary>Nanoseconds since 1970. Reading changes no time.</summary>
    public ulong Accessed { get; set; } = time;

    /// <inheritdoc cref="Accessed"/>
    public ulong Modified { get; set; } = time;

    /// <inheritdoc cref="Accessed"/>
    public ulong Changed { get; set; } = time;

    public abstract byte Type { get; }

    public abstract long Size { get; }

    /// <summary>The content or the entries were changed.</summary>
    public void Touch(ulong now) => Modified = Changed = now;
}

/// <summary>A file: the program's bytes, which are shared and never change, or the task's own, which count in its quota.</summary>
internal sealed class FileNode(ulong number, bool writable, ulong time, ReadOnlyMemory<byte> content, FileQuota quota)
    : TreeNode(number, writable, time)
    {
    private byte[] _own = [];
    private int _size;

    public override byte Type => FileType;

    public override long Size => Writable ? _size : content.Length;

    public ReadOnlyMemory<byte> Content => Writable ? _own.AsMemory(0, _size) : content;

    /// <summary>Whether a directory has it. What is in none goes when nobody has it open.</summary>
    public bool Linked { get; set; } = true;

    /// <summary>Descriptors that have it open.</summary>
    public int Opens { get; set; }

    /// <summary>Cuts it, or fills it up with zeros. It holds at most twice its size in memory.</summary>
    public Errno Resize(long size, ulong now)
    {
        if (quota.Resize(_size, size) is var error && error != Errno.Success)
            return error;
        if (size > _own.Length || size < _own.Length / 2)
            Array.Resize(ref _own, (int)Math.Min(Array.MaxLength, size > _own.Length ? Math.Max(size, 2L * _own.Length) : size));
        else if (size < _size)
            _own.AsSpan((int)size, _size - (int)size).Clear(); // it may grow again
        _size = (int)size;
        Touch(now);
        return Errno.Success;
    }

    /// <summary>Writes within its size.</summary>
    public void Write(long position, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_own.AsSpan((int)position));

    /// <summary>Gives its room back where nothing holds it any more.</summary>
    public void Release()
    {
        if (Linked || Opens > 0 || !Writable)
            return;
        _ = quota.Resize(_size, 0);
        (_own, _size) = ([], 0);
    }
}
