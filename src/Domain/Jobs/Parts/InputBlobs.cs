using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>
/// Which blobs the bundles of a job need that are not decided: those of a page are given back when all of its bundles are decided, where no
/// other page and no outcome has the same ones. So a job may have more inputs than its boss has room.
/// </summary>
public sealed class InputBlobs : IJobPart
{
    private readonly JobTable _table;
    private readonly List<OpenPage> _pages = []; // by their first bundle
    private readonly Dictionary<Hash256, int> _needed = []; // in how many open pages
    private readonly HashSet<Hash256> _outputs = [];
    private readonly List<Hash256> _free = [];

    internal InputBlobs(JobTable table) => _table = table;

    /// <summary>Blobs in open pages.</summary>
    public IReadOnlyCollection<Hash256> Needed => _needed.Keys;

    public void Register(JobEvents events) =>
        events.On<JobProtocol.PageAdded>(Add).On<JobProtocol.Decided>(decided => Decide(decided.Decisions));

    private void Add(JobProtocol.PageAdded added)
    {
        if (!added.HasBlobs)
            return;
        var page = _table.Pages[^1]; // the table has it before
        Hash256[] hashes = [.. TaskInput.BlobsOf(added.Inputs, added.HasBlobs).Select(blob => blob.Hash).Distinct()];
        _pages.Add(new OpenPage(page.FirstBundle, page.EndBundle, hashes) { Open = page.Bundles });
        foreach (var hash in hashes)
            _needed[hash] = _needed.GetValueOrDefault(hash) + 1;
    }

    private void Decide(IReadOnlyList<Decision> decisions)
    {
        foreach (var decision in decisions)
        {
            foreach (var blob in decision.Outcomes.SelectMany(outcome => outcome.Blobs))
                _outputs.Add(blob.Hash);
            if (_pages.Find(page => page.First <= decision.Bundle && decision.Bundle < page.End) is { } open && --open.Open == 0)
                Close(open);
        }
    }

    /// <summary>The blobs that are needed no more since the last call.</summary>
    /// <param name="kept">Those that the job needs for something else.</param>
    public IReadOnlyList<Hash256> TakeFree(Func<Hash256, bool> kept)
    {
        if (_free.Count == 0)
            return [];
        Hash256[] free = [.. _free.Where(hash => !_needed.ContainsKey(hash) && !_outputs.Contains(hash) && !kept(hash))];
        _free.Clear();
        return free;
    }

    private void Close(OpenPage page)
    {
        _pages.Remove(page);
        foreach (var hash in page.Hashes)
        {
            if (_needed[hash] > 1)
                _needed[hash]--;
            else if (_needed.Remove(hash))
                _free.Add(hash);
        }
    }

    private sealed class OpenPage(long first, long end, Hash256[] hashes)
    {
        public long First => first;

        public long End => end;

        public Hash256[] Hashes => hashes;

        public int Open { get; set; }
    }
}
