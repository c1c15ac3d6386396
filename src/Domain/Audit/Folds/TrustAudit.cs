using System.Collections.Immutable;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Trust;
using MemberSet = AkkaCompute.Domain.Ground.MerkleSet<AkkaCompute.Domain.Ground.NodeId, AkkaCompute.Domain.Draw.Member>;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>
/// From what counts to trust and standings, once a period: the one computation of the running cluster and of the audit. Memory in
/// the order of distinct pairs.
/// </summary>
internal sealed class TrustAudit(TrustRules rules, Explanation? explanation, bool live)
{
    private readonly RollingReputation _reputation = new(rules.Decay, rules.Prior);
    private Dictionary<NodeId, Standing> _due = [];

    /// <summary>Live: the first period's end that is to be computed. What the records have of those before was computed then.</summary>
    internal Epoch From { get; set; }

    /// <summary>What the last period came to; null before the first.</summary>
    internal TrustPeriod? Last { get; private set; }

    /// <summary>The trust that the records name: that of <see cref="Last"/>, or of a period before.</summary>
    internal Hash256 Root { get; private set; }

    /// <summary>Verdicts that count.</summary>
    internal long Vouches { get; private set; }

    internal long Rewards { get; private set; }

    internal int Pairs => _reputation.Pairs;

    /// <summary>A boss has had places drawn.</summary>
    internal void Drawn(NodeId boss, Epoch epoch, long assignments)
    {
        explanation?.OnDrawn(boss, epoch, assignments);
        for (; assignments > 0; assignments -= WorkEntry.MaxAssignments)
            _reputation.Add(new DrawnWork(boss, epoch.Number, Math.Min(assignments, WorkEntry.MaxAssignments)));
    }

    /// <summary>A verdict that holds.</summary>
    internal void Vouched(Hash256 verdict, WorkEntry work)
    {
        _reputation.Add(work);
        Vouches += work.Draw.Weight > 0 ? 1 : 0;
        explanation?.Vouched(verdict, work);
    }

    /// <summary>A worker has accepted a lease, and let it run out: that counts as a result that was found wrong.</summary>
    internal void Unanswered(Hash256 expired, WorkEntry work)
    {
        _reputation.Add(work);
        explanation?.Unanswered(expired, work);
    }

    /// <summary>A worker's word on a boss, that holds. It is shown, and has no part in who is drawn.</summary>
    internal void Rewarded(Hash256 entry, NodeId worker, Reward reward)
    {
        Rewards++;
        explanation?.Rewarded(entry, worker, reward);
    }

    /// <summary>What a record says of trust and standings, compared with what was computed. Null if it fits.</summary>
    internal string? Compare(Hash256 root, IReadOnlyList<StandingChange> changes)
    {
        if (live)
        {
            Root = root;
            return null;
        }
        if (root != Root)
        {
            if (Last is not { } last || root != last.Root)
                return $"trust: {root} is the root of no period; the last one, to epoch {Last?.Epoch ?? Epoch.None}, has "
                    + $"{Last?.Root ?? default}.";
            if (_due.Count > 0)
                return $"trust: the standing of {_due.Keys.Min()} of the period before never changed as it had to.";
            Root = root;
            _due = last.Changes.ToDictionary(change => change.NodeId, change => change.Standing);
        }
        foreach (var (id, standing) in changes)
        {
            var isDue = _due.Remove(id, out var expected);
            if (standing != Standing.Banned && (!isDue || expected != standing))
                return $"standing: {id} becomes {standing}, which does not follow from the trust of a period.";
        }
        return null;
    }

    /// <summary>The end of an epoch; computes trust where it ends a period.</summary>
    internal void End(Epoch now, MemberSet members, RosterAudit roster)
    {
        if (now.Number % rules.PeriodEpochs != 0 || now < From)
            return;
        NodeId[] first = [.. members.Where(member => member.Standing == Standing.First).Select(member => member.Id)];
        if (first.Length == 0)
            return; // nobody to begin with: the trust before stays
        var graph = _reputation.Graph(now.Number);
        var trust = EigenTrust.Compute(graph, first, rules.BackPermille, rules.Rounds);
        Last = new TrustPeriod(now, trust, graph, trust.Root(), Changes(trust, members, roster));
        explanation?.Computed(Last);
    }

    private ImmutableArray<StandingChange> Changes(TrustVector trust, MemberSet members, RosterAudit roster)
    {
        var trusted = members.Count(member => member.Standing is Standing.Trusted or Standing.First);
        var changes = new SortedDictionary<NodeId, Standing>();
        foreach (var member in members.Where(member => member.Standing is Standing.Newcomer or Standing.Trusted))
            Judge(member.Id, member.Standing);
        foreach (var id in roster.Trusted.Where(id => members.Find(id) is null))
            Judge(id, Standing.Trusted);
        return [.. changes.Select(change => new StandingChange(change.Key, change.Value))];

        void Judge(NodeId id, Standing before)
        {
            var standing = rules.Standing.Next(before, trust.Of(id), trusted, first: false);
            if (standing != before)
                changes.Add(id, standing);
        }
    }
}

/// <summary>What a period came to.</summary>
/// <param name="Epoch">Its last epoch.</param>
/// <param name="Graph">Who vouched for whom.</param>
/// <param name="Root">Of the trust: what a record takes.</param>
/// <param name="Changes">Whose standing is another than before, by NodeId.</param>
public sealed record TrustPeriod(Epoch Epoch, TrustVector Trust, TrustGraph Graph, Hash256 Root, ImmutableArray<StandingChange> Changes)
{
    /// <summary>Who gives to one, the most first: the giver's trust, and which part of it.</summary>
    public IEnumerable<TrustGiver> GiversOf(NodeId id) => Graph.GivenTo(id)
        .Select(given => new TrustGiver(given.By, Trust.Of(given.By), given.Parts))
        .OrderByDescending(given => (UInt128)given.Trust * given.Share).ThenBy(given => given.Boss);
}
