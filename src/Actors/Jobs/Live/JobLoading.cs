using Akka.Actor;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>
/// Loads a job's pages, in their order, as far as there is room for their bundles: those just written, and others from the journal.
/// </summary>
internal sealed class JobLoading(
    JobState state, JobNode node, JobWriters writers, Dispatch dispatch, JobChecking checking, JobDrawing drawing, string persistenceId,
    IActorRef self) : ILivePart
{
    private readonly FreshPages _fresh = new(node.Options.FreshPageBytes);
    private int _nextPage;
    private bool _reading;

    /// <summary>Pages were read back.</summary>
    internal sealed record PagesLoaded(IReadOnlyList<PageAdded> Pages);

    public void Register(JobEvents events) => events.On<PageAdded>(_fresh.Add);

    public void OnLoaded(PagesLoaded loaded)
    {
        _reading = false;
        foreach (var page in loaded.Pages)
            Load(page);
    }

    public void Advance()
    {
        while (!_reading && dispatch.Open < node.Options.OpenBundles && _nextPage < Math.Min(state.Pages.Count, writers.Pages))
        {
            var page = state.Pages[_nextPage];
            if (!HasOpen(page))
                _nextPage++;
            else if (_fresh.Take(page.Number) is { } fresh)
                Load(fresh);
            else
                ReadBack(page);
        }
    }

    private void Load(PageAdded added)
    {
        var page = state.Pages[added.Page];
        _nextPage = page.Number + 1;
        drawing.Draw(checking.OnLoaded(dispatch.Load(state, page, added.Inputs, added.HasBlobs)));
    }

    private void ReadBack(PageInfo first)
    {
        _reading = true;
        node.Events.ReadAsync(persistenceId, first.Sequence, first.Sequence)
            .PipeTo(self, success: events => new PagesLoaded([.. events.Select(e => e.Event).OfType<PageAdded>()]));
    }

    private bool HasOpen(PageInfo page)
    {
        for (var bundle = page.FirstBundle; bundle < page.EndBundle; bundle++)
        {
            if (state.IsOpen(bundle))
                return true;
        }
        return false;
    }
}
