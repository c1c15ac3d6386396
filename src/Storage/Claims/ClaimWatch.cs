namespace AkkaCompute.Storage.Claims;

/// <summary>
/// Decides whether a journal is this node's cluster's. No clock is compared with another's: a claim has run out when nobody has
/// renewed it for as long as this node has looked, and a claim that is renewed by a stranger is a living cluster's.
/// A copy of a journal has the same id: a node that is let in by others uses its journal only when it has seen there what one of them
/// wrote since it began to join.
/// </summary>
/// <param name="self">This node, as a claim's holder is written: address, '#', uid.</param>
/// <param name="first">The claim as it was before this node joined anybody.</param>
/// <param name="addressIsOurs">
/// Whether nobody else can have this node's address: then a holder with the same one was this node before it started again.
/// </param>
/// <param name="expiry">After so long without a renewal a claim has run out.</param>
public sealed class ClaimWatch(string self, Claim first, bool addressIsOurs, TimeSpan expiry)
{
    /// <summary>
    /// Who was let in waits for so many times the expiry. The oldest may itself wait for a claim to run out, and a dead member is
    /// downed, within two.
    /// </summary>
    private const int Patience = 3;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private string? _cluster;
    private Claim? _last;
    private TimeSpan _since, _looked, _changed;
    private int _members;
    private TimeSpan? _upSince;
    private bool _shown, _letIn;

    /// <summary>Whom the cluster has let in while the claim was read: one of them may hold it by then.</summary>
    public void Meet(IEnumerable<string> members) => _known.UnionWith(members);

    /// <param name="claim">The claim as it was just read.</param>
    /// <param name="view">The cluster as this node knows it.</param>
    /// <param name="now">Time since any moment.</param>
    public ClaimStep Next(Claim claim, ClusterView view, TimeSpan now)
    {
        var before = _last ?? first;
        // Who could not look for long does not know that nobody renewed meanwhile.
        if (claim != before || now - _looked > expiry / 2)
            (_last, _since) = (claim, now);
        _looked = now;
        _known.UnionWith(view.Members);
        if (view.Members.Count != _members)
            (_members, _changed) = (view.Members.Count, now);
        if (!view.IsUp)
            return new ClaimStep.Wait();
        _upSince ??= now;
        if (view.OldestJournal is { } other && other != first.Journal)
        {
            return new ClaimStep.Leave(
                $"This node's journal is {first.Journal}, the one of the cluster that it joined is {other}: a node with another journal "
                + "would serve from an empty one. "
                + "The nodes of a cluster share one PostgreSQL database.");
        }
        if (claim.Holder == self)
        {
            _cluster ??= claim.Cluster;
            return new ClaimStep.Write(claim with { Beat = claim.Beat + 1 });
        }
        if (_cluster is not null && claim.Cluster != _cluster)
            return new ClaimStep.Leave($"Another cluster has taken the journal {first.Journal}: {claim.Holder} holds it.");
        _letIn |= !view.IsOldest;
        _shown |= claim != first && _known.Contains(claim.Holder);
        if (claim != before && claim.Holder.Length > 0 && !_known.Contains(claim.Holder))
        {
            return new ClaimStep.Leave(
                $"The journal {first.Journal} is in use by another cluster: {claim.Holder} renews its claim. Two clusters must never write "
                + "one journal; "
                + "join that cluster through its seeds, or use another database.");
        }
        return _cluster is null && _letIn && Doubt(view, now) is { } doubt ? doubt : Judge(claim, view, now - _since);
    }

    /// <summary>What keeps a node that was let in by others from using its journal; null: nothing.</summary>
    private ClaimStep? Doubt(ClusterView view, TimeSpan now)
    {
        // The others have gone: what is left is what a founder has.
        if (view.IsOldest && view.Members.All(member => member == self))
            return null;
        var waited = now - _upSince!.Value;
        if (view.Twin is { } twin)
        {
            var same = $"{twin} has the key of this node, so its data directory is this one, or one is a copy of the other.";
            return waited < Patience * expiry
                ? new ClaimStep.Wait($"{same} Waiting until that member is gone.")
                : new ClaimStep.Leave(
                    $"{same} It is still a member of this cluster. A node has a data directory of its own: start this one on an empty "
                    + "one.");
        }
        if (_shown)
            return null;
        // Whoever let this node in is gone, perhaps before it had the journal itself: all may have been let in so, and wait for each other.
        // The oldest leaves first, the others give the next oldest its time to do so, and who is alone at the end founds the cluster again.
        var patience = (view.IsOldest ? Patience - 1 : Patience) * expiry;
        if (waited < patience || now - _since < patience || (!view.IsOldest && now - _changed < Patience * expiry))
            return new ClaimStep.Wait("waiting until a member of this cluster renews its claim.");
        return view.IsOldest
            ? new ClaimStep.Leave(
                $"The members that let this node in are gone, and nobody has renewed the claim of the journal {first.Journal} since: "
                + "it may be a copy of theirs. Started again, this node finds out.",
                Passes: true)
            : new ClaimStep.Leave(
                $"No member of the cluster has renewed the claim of this node's journal for {(Patience * expiry).TotalSeconds:F0} s, "
                + $"though theirs has the same id, {first.Journal}: this is a copy of it, and would become a second history. The nodes of "
                + "a cluster share one database; a copy is to be kept or exported, not to run a second node on. If it is the same "
                + "database, the other nodes do not reach it.");
    }

    private ClaimStep Judge(Claim claim, ClusterView view, TimeSpan silent)
    {
        if (view.Members.Contains(claim.Holder))
        {
            _cluster ??= claim.Cluster;
            // A holder that does not reach the database, but is here: whoever notices renews.
            return silent >= expiry / 2 ? Take(claim) : new ClaimStep.Serve();
        }
        // What the claim says of its holder is of this cluster's journal, or there is no other one.
        var known = _shown || !_letIn;
        var gone = claim.Holder.Length == 0 || _known.Contains(claim.Holder)
            || (addressIsOurs && Address(claim.Holder) == Address(self));
        var free = silent >= expiry || (known && gone);
        // The oldest may be one that has not seen a renewal yet.
        if (free && (view.IsOldest || (_cluster is not null && silent >= expiry / 2)))
            return Take(claim);
        return _cluster is null
            ? new ClaimStep.Wait(claim.Holder.Length == 0
                ? null
                : $"{claim.Holder} has claimed it: waiting until that is a member of this cluster, or the claim has run out.")
            : new ClaimStep.Serve();
    }

    private ClaimStep.Write Take(Claim claim) => new(claim with
    {
        Cluster = _cluster ??= _known.Contains(claim.Holder) ? claim.Cluster : Claim.NewId(),
        Holder = self,
        Beat = claim.Beat + 1,
    });

    private static string Address(string holder) => holder[..Math.Max(0, holder.LastIndexOf('#'))];
}
