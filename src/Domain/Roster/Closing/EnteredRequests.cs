using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>
/// Draw requests that wait for the next epoch, and those of the last 64 epochs, so that a Job that asks again (it crashed, or
/// the answer was lost) is told the same epoch and does not get a second draw.
/// </summary>
internal sealed class EnteredRequests
{
    private readonly HashSet<DrawRequest> _waiting = [];
    private readonly Dictionary<DrawRequest, Epoch> _known = [];
    private readonly Queue<EpochRequests> _epochs = new();

    public int Waiting => _waiting.Count;

    /// <summary>Epochs that are remembered, oldest first.</summary>
    public IEnumerable<EpochRequests> Epochs => _epochs;

    public RosterReply Enter(DrawRequest request)
    {
        if (request.Flaw is { } flaw)
            return new RosterReply(RosterVerdict.BadRequest, Why: flaw);
        if (_known.TryGetValue(request, out var epoch))
            return new RosterReply(RosterVerdict.AlreadyEntered, epoch);
        if (_waiting.Contains(request))
            return new RosterReply(RosterVerdict.Unchanged);
        if (_waiting.Count >= RosterState.MaxRequestsPerEpoch)
            return new RosterReply(
                RosterVerdict.EpochFull, Why: $"{RosterState.MaxRequestsPerEpoch} draw requests wait: enter it again after the epoch.");
        _waiting.Add(request);
        return new RosterReply(RosterVerdict.Accepted);
    }

    /// <summary>What waits, in its order.</summary>
    public ImmutableArray<DrawRequest> ToEnter() => [.. _waiting.Order()];

    public void Apply(Epoch epoch, ImmutableArray<DrawRequest> requests)
    {
        foreach (var request in requests)
        {
            _waiting.Remove(request);
            _known[request] = epoch;
        }
        _epochs.Enqueue(new EpochRequests(epoch, requests));
        if (_epochs.Count <= RosterState.RememberedEpochs)
            return;
        foreach (var request in _epochs.Dequeue().Requests)
            _known.Remove(request);
    }
}
