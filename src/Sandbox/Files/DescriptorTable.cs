namespace AkkaCompute.Sandbox.Files;

/// <summary>The open descriptors by their numbers. A new one has the lowest number that is free.</summary>
internal sealed class DescriptorTable(FileQuota? quota)
{
    private readonly List<Descriptor?> _open = [];
    private int _count;

    /// <summary>The standard streams, and <c>/</c> where there are files.</summary>
    public static DescriptorTable Begin(FileTree? tree)
    {
        var table = new DescriptorTable(tree?.Quota);
        for (uint stream = 0; stream < 3; stream++)
            table.Add(new Descriptor(null, Rights.Poll | (stream == 0 ? Rights.Read : Rights.Write), 0, append: false) { Stream = stream });
        if (tree is not null)
            table.Add(new Descriptor(tree.Root, Rights.OfDirectory, Rights.OfDirectory | Rights.OfFile, append: false) { Preopened = "/" });
        return table;
    }

    public Descriptor? Find(uint number) => number < (uint)_open.Count ? _open[(int)number] : null;

    public bool IsFull => _count >= FileQuota.MaxOpen;

    /// <summary>The answer where there is no room.</summary>
    public Errno Refuse() => quota!.Reach($"MaxOpen = {FileQuota.MaxOpen} open files", Errno.TooManyOpen);

    /// <summary>Where there is room: the number of the descriptor.</summary>
    public uint Add(Descriptor descriptor)
    {
        var free = _open.IndexOf(null);
        if (free < 0)
        {
            free = _open.Count;
            _open.Add(null);
        }
        _open[free] = descriptor;
        _count++;
        if (descriptor.File is { } file)
            file.Opens++;
        return (uint)free;
    }

    public Errno Close(uint number)
    {
        if (Find(number) is not { } descriptor)
            return Errno.BadFileDescriptor;
        _open[(int)number] = null;
        _count--;
        if (descriptor.File is { } file)
        {
            file.Opens--;
            file.Release();
        }
        return Errno.Success;
    }

    /// <summary>Puts a descriptor in another's place, which is closed. Both must be open.</summary>
    public Errno Renumber(uint from, uint to)
    {
        if (Find(from) is not { } descriptor || Find(to) is null)
            return Errno.BadFileDescriptor;
        if (from == to)
            return Errno.Success;
        Close(to);
        (_open[(int)to], _open[(int)from]) = (descriptor, null);
        return Errno.Success;
    }
}
