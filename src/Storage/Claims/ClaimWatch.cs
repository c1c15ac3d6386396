namespace AkkaCompute.Storage.Claims;

/// <summary>
/// Decides whether a journal is this node's cluster's. No clock is compared with another's: a claim has run out when nobody has
/// renewed it for as long as this node has looked, and a claim that is renewed by a stranger is a living cluster's.
/// </summary>
/// <param name="self">This node, as a claim's holder is written: address, '#', uid.</param>
/// <param name="journal">The id of this node's journal.</param>
/// <param name="addressIsOurs">
/// Whether nobody else can have this node's address: then a holder with the same one was this node before it started again.
/// </param>
/// <param name="expiry">After so long without a renewal a claim has run out.</param>
public sealed class ClaimWatch(string self, string journal, bool addressIsOurs, TimeSpan expiry)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private string? _cluster;
    private Claim? _last;
    private TimeSpan _since;

    /// <param name="claim">The claim as it was just read.</param>
    /// <param name="view">The cluster as this node knows it.</param>
    /// <param name="now">Time since any moment.</param>
    public ClaimStep Next(Claim claim, ClusterView view, TimeSpan now)
    {
        var before = _last;
        if (claim != _last)
            (_last, _since) = (claim, now);
        var silent = now - _since;
        _known.UnionWith(view.Members);
        if (!view.IsUp)
            return new ClaimStep.Wait();
        if (view.OldestJournal is { } other && other != journal)
        {
            return new ClaimStep.Leave(
                $"This node's journal is {journal}, the one of the cluster that it joined is {other}: a node with another journal would "
                + "serve from an empty one. "
                + "The nodes of a cluster share one PostgreSQL database.");
        }
        if (claim.Holder == self)
        {
            _cluster ??= claim.Cluster;
            return new ClaimStep.Write(claim with { Beat = claim.Beat + 1 });
        }
        if (_cluster is not null && claim.Cluster != _cluster)
            return new ClaimStep.Leave($"Another cluster has taken the journal {journal}: {claim.Holder} holds it.");
        if (view.Members.Contains(claim.Holder))
        {
            _cluster ??= claim.Cluster;
            // A holder that does not reach the database, but is here: whoever notices renews.
            return silent >= expiry / 2 ? Take(claim) : new ClaimStep.Serve();
        }
        var wasHere = _known.Contains(claim.Holder);
        if (before is not null && claim != before && claim.Holder.Length > 0 && !wasHere)
        {
            return new ClaimStep.Leave(
                $"The journal {journal} is in use by another cluster: {claim.Holder} renews its claim. Two clusters must never write one "
                + "journal; "
                + "join that cluster through its seeds, or use another database.");
        }
        var free = claim.Holder.Length == 0 || wasHere || silent >= expiry || (addressIsOurs && Address(claim.Holder) == Address(self));
        if (view.IsOldest && free)
            return Take(claim);
        return _cluster is null ? new ClaimStep.Wait() : new ClaimStep.Serve();
    }

    private ClaimStep.Write Take(Claim claim) => new(claim with
    {
        Cluster = _cluster ??= _known.Contains(claim.Holder) ? claim.Cluster : Claim.NewId(),
        Holder = self,
        Beat = claim.Beat + 1,
    });

    private static string Address(string holder) => holder[..Math.Max(0, holder.LastIndexOf('#'))];
}
