namespace AkkaCompute.Sandbox.Files;

/// <summary>What a task may use of its file system. Each limit has a name, which the boss is told when it was reached.</summary>
internal sealed class FileQuota(long maxBytes)
{
    /// <summary>Files and directories that a task may make, those of the program not counted.</summary>
    public const int MaxEntries = 10_000;

    /// <summary>Open descriptors, standard streams and the root included.</summary>
    public const int MaxOpen = 256;

    /// <summary>Bytes of one name, and of a whole path as it is given to the host.</summary>
    public const int MaxName = 255, MaxPath = 4096;

    /// <summary>Directories within each other, the root not counted.</summary>
    public const int MaxDepth = 32;

    private long _bytes;
    private int _entries;

    /// <summary>The limit that was reached last, with its value; <c>null</c> while none was.</summary>
    public string? Reached { get; private set; }

    /// <summary>Takes room for a file that grows, or gives it back.</summary>
    public Errno Resize(long before, long after)
    {
        if (after > maxBytes - (_bytes - before))
            return Reach($"FileBytes = {maxBytes} bytes in /tmp and /out", Errno.NoSpace);
        _bytes += after - before;
        return Errno.Success;
    }

    public Errno Enter()
    {
        if (_entries >= MaxEntries)
            return Reach($"MaxEntries = {MaxEntries} files and directories in /tmp and /out", Errno.NoSpace);
        _entries++;
        return Errno.Success;
    }

    public void Leave() => _entries--;

    public Errno Reach(string limit, Errno answer)
    {
        Reached = limit;
        return answer;
    }
}
