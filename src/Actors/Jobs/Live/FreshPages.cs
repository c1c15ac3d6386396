using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>Pages that were just written and wait for being loaded: within a bound, the rest is read back from the journal.</summary>
internal sealed class FreshPages(int maxBytes)
{
    private readonly Dictionary<int, PageAdded> _pages = [];
    private int _bytes;

    public void Add(PageAdded page)
    {
        var size = Size(page);
        if (_bytes + size > maxBytes)
            return;
        _pages.Add(page.Page, page);
        _bytes += size;
    }

    public PageAdded? Take(int number)
    {
        if (!_pages.Remove(number, out var page))
            return null;
        _bytes -= Size(page);
        return page;
    }

    private static int Size(PageAdded page) => page.Inputs.Sum(input => input.Length + 32);
}
