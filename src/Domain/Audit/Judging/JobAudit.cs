using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Trust;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Audit.Judging;

/// <summary>What is known of one job while it is open.</summary>
internal sealed class JobAudit(JobId id, Epoch since)
{
    /// <summary>Verdicts that may wait for their results; whoever signs more signs nonsense.</summary>
    internal const int MaxWaiting = 65_536;

    internal JobId Id => id;

    /// <summary>The epoch that heard of it first.</summary>
    internal Epoch Since => since;

    /// <summary>Who handed it in. Anybody can write any job's name, so there may be more than one: nobody is in another's way.</summary>
    internal Dictionary<NodeId, BossAudit> Bosses { get; } = [];

    /// <summary>What was drawn, and by which roster.</summary>
    internal List<(DrawRequest Request, FrozenRoster Roster)> Draws { get; } = [];

    /// <summary>Bundles with results that are not judged, or verdicts that have not come.</summary>
    internal Dictionary<long, BundleAudit> Bundles { get; } = [];

    /// <summary>The bundle of each decided result.</summary>
    internal Dictionary<Hash256, long> BundleOf { get; } = [];

    /// <summary>Verdicts that came before their result, by the result.</summary>
    internal Dictionary<Hash256, List<(Entry Entry, long Line)>> Waiting { get; } = [];

    private readonly Dictionary<Hash256, long> _results = [];
    private readonly List<ulong> _judged = []; // a bit for each bundle of a page

    internal BundleAudit Bundle(long bundle)
    {
        if (!Bundles.TryGetValue(bundle, out var open))
            Bundles.Add(bundle, open = new BundleAudit());
        return open;
    }

    /// <summary>Whether a result is on record and its bundle open.</summary>
    internal bool Has(Hash256 result) => _results.ContainsKey(result);

    internal Entry? Find(Hash256 result) =>
        _results.TryGetValue(result, out var bundle) && Bundles[bundle].Results.TryGetValue(result, out var found) ? found.Entry : null;

    /// <summary>
    /// Keeps a result. Anybody can sign one, so where there are too many it is whose author was not drawn that has no place, and else a
    /// result of the author who has signed the most.
    /// </summary>
    /// <returns>The result that has no place; <c>null</c> where all have.</returns>
    internal (Entry Entry, long Line)? Keep(long number, Entry result, long line)
    {
        var bundle = Bundle(number);
        var isFull = bundle.Results.Count >= BundleAudit.MaxResults;
        if (isFull && (bundle.Decision is not null || !IsDrawn(result)))
            return (result, line);
        bundle.Results[result.Hash] = (result, line);
        _results[result.Hash] = number;
        if (!isFull || bundle.Results.Count <= BundleAudit.MaxResults)
            return null;
        var crowded = bundle.Results.Values.FirstOrDefault(kept => !IsDrawn(kept.Entry));
        if (crowded.Entry is null)
            crowded = bundle.Results.Values.GroupBy(kept => kept.Entry.Place.Issuer).MaxBy(author => author.Count())!.Last();
        bundle.Results.Remove(crowded.Entry!.Hash);
        _results.Remove(crowded.Entry.Hash);
        return crowded;

        bool IsDrawn(Entry entry) => this.IsDrawn(number, bundle, ((Result)entry.Claims).Attempt, entry.Place.Issuer);
    }

    /// <summary>Whether a c-node has one of the first ranks of a bundle's attempt; true where no record says who was drawn.</summary>
    internal bool IsDrawn(long number, BundleAudit bundle, int attempt, NodeId worker)
    {
        if (!bundle.Drawn.TryGetValue(attempt, out var drawn))
        {
            var roster = RosterOf(number, attempt);
            drawn = roster is null ? null : [.. Bosses.Values.Where(boss => boss.PageOf(number) is not null)
                .SelectMany(boss =>
                    boss.AllEligible.SelectMany(eligible => roster.FirstOf(id.Hash, number, attempt, eligible, BundleAudit.MaxResults)))];
            bundle.Drawn.Add(attempt, drawn);
        }
        return drawn is null || drawn.Contains(worker);
    }

    /// <summary>Whether a bundle's decision was judged, though all else of it may be forgotten.</summary>
    internal bool WasJudged(long bundle) => bundle >> 6 < _judged.Count && (_judged[(int)(bundle >> 6)] >> (int)(bundle & 63) & 1) != 0;

    internal void OnJudged(long bundle)
    {
        while (_judged.Count <= bundle >> 6)
            _judged.Add(0);
        _judged[(int)(bundle >> 6)] |= 1UL << (int)(bundle & 63);
    }

    internal void Forget(long number, BundleAudit bundle)
    {
        foreach (var result in bundle.Results.Keys)
        {
            _results.Remove(result);
            BundleOf.Remove(result);
        }
        Bundles.Remove(number);
    }

    /// <summary>The last draw of a bundle that is on record; null where there is none.</summary>
    internal (int Attempt, FrozenRoster? Roster) LastDraw(long bundle)
    {
        var last = Draws.Where(draw => draw.Request.Covers(bundle)).MaxBy(draw => draw.Request.Attempt);
        return (last.Request.Attempt, last.Roster);
    }

    /// <summary>The roster that drew a bundle's attempt; null where no record says so.</summary>
    internal FrozenRoster? RosterOf(long bundle, int attempt)
    {
        for (var i = Draws.Count - 1; i >= 0; i--)
        {
            if (Draws[i].Request.Attempt == attempt && Draws[i].Request.Covers(bundle))
                return Draws[i].Roster;
        }
        return null;
    }
}

/// <summary>One boss's part in a job.</summary>
/// <param name="policy">As its first page has it; null where it is none that is known.</param>
internal sealed class BossAudit(NodeId boss, Submit first, Policy? policy)
{
    internal NodeId Boss => boss;

    internal Policy? Policy => policy;

    internal Submit First => first;

    internal Eligibility Eligible => new(first.Capability, boss, policy?.StatesError ?? false)
    {
        Audience = first.Audience, Cohort = first.Cohort,
    };

    /// <summary>Who may be the one worker of a bundle, where the policy has it checked; null where there is none.</summary>
    internal Eligibility? Alone =>
        policy is Policy.ByChecks ? new Eligibility(first.Capability, boss, OfAnyStanding: true) { Audience = first.Audience } : null;

    internal IEnumerable<Eligibility> AllEligible => Alone is { } alone ? [alone, Eligible] : [Eligible];

    /// <summary>What its policy has to be asked of at the end: bundles with one worker.</summary>
    internal List<CheckedWork> Works { get; } = [];

    /// <summary>It was asked.</summary>
    internal bool AreChecksAudited { get; set; }

    internal List<(Submit Page, Epoch Epoch)> Pages { get; } = [];

    /// <summary>Its delegate signs nothing more.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Where the next page begins.</summary>
    internal long NextTask { get; set; }
    internal long NextBundle { get; set; }

    /// <summary>The page that a bundle is of, and the epoch that includes it; null where none is on record.</summary>
    internal (Submit Page, Epoch Epoch)? PageOf(long bundle)
    {
        int low = 0, high = Pages.Count - 1;
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var page = Pages[middle].Page;
            if (bundle < page.FirstBundle)
                high = middle - 1;
            else if (bundle >= page.FirstBundle + BundlesOf(page))
                low = middle + 1;
            else
                return Pages[middle];
        }
        return null;
    }

    /// <summary>A place that an attempt of one of its bundles was drawn for.</summary>
    internal DrawnPlace Place(FrozenRoster roster, int attempt, int rank, bool counts)
    {
        var (eligible, trusted) = roster.TrustedOf(Eligible);
        return new DrawnPlace((uint)attempt, rank, policy!.Earning, eligible, trusted, counts);
    }

    internal static long BundlesOf(Submit page) => (page.Tasks + page.Bundle - 1) / page.Bundle;
}

/// <summary>One bundle: results, what passed it on, the decision, and verdicts.</summary>
internal sealed class BundleAudit
{
    /// <summary>More results than any policy takes: what else is signed for a bundle is not kept.</summary>
    internal const int MaxResults = 4 * Policy.MaxExecutions;

    internal Dictionary<Hash256, (Entry Entry, long Line)> Results { get; } = [];

    /// <summary>The epochs whose records cover them.</summary>
    internal Dictionary<Hash256, Epoch> Covered { get; } = [];

    internal HashSet<(NodeId Worker, int Attempt)> PassedOn { get; } = [];

    /// <summary>Those of attempt 0 that are gone, as their gateways say.</summary>
    internal HashSet<NodeId> Gone { get; } = [];

    /// <summary>Who has the first ranks, by attempt, where it was asked; <c>null</c> where no record says so.</summary>
    internal Dictionary<int, HashSet<NodeId>?> Drawn { get; } = [];

    internal EpochSection.Decided? Decision { get; set; }

    /// <summary>Whose word counts that nobody judged its result.</summary>
    internal HashSet<(NodeId Boss, NodeId Worker)> Unpaid { get; } = [];

    /// <summary>What the verdicts have to be. Null before the decision was judged.</summary>
    internal Dictionary<(NodeId Boss, Hash256 Result), Judged>? Judged { get; set; }
}

/// <summary>What the policy makes of one worker's results.</summary>
/// <param name="Accepted">Tasks with the result that was agreed on.</param>
/// <param name="Rejected">Tasks with another one.</param>
/// <param name="Unsure">Tasks that are paid though no result is sure enough.</param>
/// <param name="All">Whether every task of the bundle was agreed on, and it had all of them right.</param>
internal sealed record Judged(
    NodeId Worker, int Accepted, int Rejected, int Unsure, bool All, DrawnPlace Place, ValueList<Hash256> Others)
{
    /// <summary>Tasks with another result, which may be near enough: digests don't say.</summary>
    internal int Near { get; init; }

    internal bool AcceptDone { get; set; }
    internal bool RejectDone { get; set; }
    internal bool Done => (AcceptDone || Accepted + Near + Unsure == 0) && (RejectDone || Rejected == 0);
}
