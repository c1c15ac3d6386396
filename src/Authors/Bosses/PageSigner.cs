using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Authors.Bosses;

/// <summary>Signs a job's pages, one after the other, in the chain that was opened for it.</summary>
public sealed class PageSigner(KeyPair key, JobSpec spec, JobPages pages, int bundle)
{
    private const int PagesToMeasure = 10;

    private ChainState _chain = new(pages.Head, pages.Seen.Epoch, [new ChainKey(0, key.Public)]);
    private long _tasks = pages.Tasks, _bundles = pages.Bundles;

    /// <summary>The number of the next page.</summary>
    public int Next => (int)_chain.Head.Seq;

    /// <summary>Tasks of the pages before it.</summary>
    public long Tasks => _tasks;

    /// <summary>
    /// Whether the job has to measure a task before many are cut into bundles. For a while only: tasks may be long.
    /// </summary>
    public bool IsMeasuring => spec.BundleSize == 0 && Bundle == 1 && Next < PagesToMeasure;

    /// <summary>The bundle size that the job suggests for the next page.</summary>
    public int Bundle { get; set; } = bundle;

    /// <summary>The next page. 20 µs, and 1 µs a task.</summary>
    public JobProtocol.AddTasks Sign(IReadOnlyList<TaskInput> page, bool last)
    {
        ArgumentNullException.ThrowIfNull(page);
        var (number, bundle) = (Next, Bundle); // replies to earlier pages change it meanwhile
        var hasBlobs = page.Any(input => input.Blob is not null);
        ReadOnlyMemory<byte>[] inputs = [.. page.Select(input => hasBlobs ? input.ToBytes() : input.Bytes)];
        var entry = Entry.Sign(key, _chain.Next(pages.Seen), PageClaims.Of(spec, number, _tasks, _bundles, bundle, inputs, hasBlobs));
        _chain = Domain.Chains.ChainRules.Apply(entry, _chain).Chain;
        _tasks += inputs.Length;
        _bundles += (inputs.Length + bundle - 1) / bundle;
        return new JobProtocol.AddTasks(spec.Id, number, inputs, last, entry.Bytes) { HasBlobs = hasBlobs };
    }
}
