using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>A job's pages and bundles, and which of its <see cref="Decided"/> events has what: some 30 bytes a bundle.</summary>
internal sealed class JobTable : IJobPart
{
    private readonly List<PageInfo> _pages = [];
    private readonly List<int> _batchOfBundle = []; // 1 + the index of the Decided that has it; 0: open
    private readonly List<long> _batches = [];      // the journal's sequence number of each Decided

    public IReadOnlyList<PageInfo> Pages => _pages;

    public IReadOnlyList<long> Batches => _batches;

    public long Tasks { get; private set; }

    public long Bundles => _batchOfBundle.Count;

    public bool IsOpen(long bundle) => _batchOfBundle[(int)bundle] == 0;

    /// <summary>The page that has a task, by binary search.</summary>
    public PageInfo PageOfTask(long task) => Find(page => page.EndTask <= task);

    /// <summary>The page that has a bundle, by binary search.</summary>
    public PageInfo PageOfBundle(long bundle) => Find(page => page.EndBundle <= bundle);

    /// <summary>Which <see cref="Batches"/> element has the outcome of a task; null as long as there is none.</summary>
    public int? BatchOfTask(long task)
    {
        var batch = _batchOfBundle[(int)PageOfTask(task).BundleOf(task)];
        return batch == 0 ? null : batch - 1;
    }

    /// <summary>When the last page came; null where that is not on record.</summary>
    public DateTimeOffset? PageAt { get; private set; }

    public void Register(JobEvents events) => events.On<PageAdded>(Add).On<Decided>(Decide);

    /// <summary>A page more, with its bundles open.</summary>
    private void Add(PageAdded added, long sequence)
    {
        PageAt = added.At;
        var page = new PageInfo(
            added.Page, sequence, Tasks, added.Inputs.Count, added.BundleSize, _batchOfBundle.Count,
            PageInfo.DigestOf(added.Inputs, added.Last, added.Submit));
        _pages.Add(page);
        Tasks += page.Count;
        for (var i = 0; i < page.Bundles; i++)
            _batchOfBundle.Add(0);
    }

    private void Decide(Decided decided, long sequence)
    {
        _batches.Add(sequence);
        foreach (var decision in decided.Decisions)
        {
            if (!IsOpen(decision.Bundle))
                throw new InvalidOperationException($"Bundle {decision.Bundle} was decided before.");
            _batchOfBundle[(int)decision.Bundle] = _batches.Count;
        }
    }

    private PageInfo Find(Func<PageInfo, bool> before)
    {
        int low = 0, high = _pages.Count - 1;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (before(_pages[middle]))
                low = middle + 1;
            else
                high = middle;
        }
        return _pages[low];
    }
}
