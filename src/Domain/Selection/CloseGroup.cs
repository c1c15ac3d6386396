using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Selection;

/// <summary>Who may be drawn: whoever announces the capability, but for one.</summary>
/// <param name="Capability">Such as <c>wasm</c> or <c>kernel:noop@1</c>.</param>
/// <param name="Excluded">The boss: nobody works for himself.</param>
public readonly record struct Eligibility(string Capability, NodeId? Excluded = null);

/// <summary>
/// The members that the beacon puts nearest to a target: a pure function of the frozen roster. The places 0, 1, 3, 5, … are for
/// the trusted, 2, 4, 6, … for newcomers; where there are no newcomers left the trusted fill in, and where there are no trusted
/// left the group ends: more than half of every prefix is trusted. Who was declared too lately, and who is banned, has no place.
/// </summary>
public static class CloseGroup
{
    /// <summary>
    /// The <paramref name="k"/> first places: of the trusted and of the newcomers those whose positions are nearest to the
    /// target by XOR, nearest first; the place in the list is the rank. Fewer where there are not so many. A smaller group is
    /// the beginning of a larger one, so the next rank is found by asking for one more. The work grows with k and the
    /// logarithm of those eligible; the first call for a capability in an epoch makes its index, once (about 1 ms for 100,000
    /// members).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">k is negative.</exception>
    public static Member[] Select(EpochRoster roster, Hash256 target, int k, Eligibility eligible)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        var index = roster.IndexOf(eligible.Capability);
        var skip = eligible.Excluded is { } excluded ? roster.RowOf(excluded) : -1;
        k = Math.Min(k, index.Trusted.Count + index.Newcomers.Count);
        Span<int> rows = k <= 256 ? stackalloc int[k] : new int[k];
        var newcomers = rows[..index.Newcomers.Nearest(target, rows[..Math.Min(NewcomersOf(k), index.Newcomers.Count)], skip, out _)];
        var trusted = rows.Slice(newcomers.Length, Math.Min(k - newcomers.Length, index.Trusted.Count));
        trusted = trusted[..index.Trusted.Nearest(target, trusted, skip, out _)];

        var group = new Member[Size(trusted.Length, newcomers.Length)];
        for (int place = 0, newcomer = 0; place < group.Length; place++)
        {
            var row = IsForNewcomer(place) && newcomer < newcomers.Length ? newcomers[newcomer++] : trusted[place - newcomer];
            group[place] = roster.Members[row];
        }
        return group;
    }

    /// <summary>How many places the largest group has.</summary>
    public static int Size(EpochRoster roster, Eligibility eligible)
    {
        ArgumentNullException.ThrowIfNull(roster);
        var trusted = roster.CountTrusted(eligible.Capability, eligible.Excluded);
        return Size(trusted, roster.CountEligible(eligible.Capability, eligible.Excluded) - trusted);
    }

    /// <summary>
    /// Whether the draw gave this worker a bundle, from history alone. It did if the worker has a place in the close group, and
    /// fewer than k of the ranks before it could still have been at work: the others had passed, or had given their results.
    /// </summary>
    /// <param name="roster">The roster of the epoch that took the draw request, or, with <c>draw: now</c>, of the one in force.</param>
    /// <param name="attempt">How often the bundle was drawn before.</param>
    /// <param name="eligible">The capability of the page, and the boss.</param>
    /// <param name="k">The executions that the policy asks for at first.</param>
    /// <param name="done">
    /// Who has passed (<c>decline</c>), whose lease ran out (<c>expired</c>), and who gave a result of this bundle: all on record.
    /// </param>
    /// <param name="next">Whether the epoch after the one that took the tasks drew: not with <c>draw: now</c>.</param>
    public static DrawVerdict Verify(
        EpochRoster roster, JobId job, long bundle, int attempt, Eligibility eligible, int k, IReadOnlySet<NodeId> done, NodeId worker,
        bool next = true)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentNullException.ThrowIfNull(done);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (bundle < 0 || attempt < 0)
            return DrawVerdict.No("bundle, attempt: below 0.");
        if (worker == eligible.Excluded)
            return DrawVerdict.No("worker: the boss itself.");
        if (roster.Find(worker) is not { } member)
            return DrawVerdict.No($"worker: not in the roster of epoch {roster.Epoch}.");
        if (!member.Capabilities.Contains(eligible.Capability))
            return DrawVerdict.No($"worker: it did not announce '{eligible.Capability}' in epoch {roster.Epoch}.");
        if (!member.CanBeDrawn(roster.Epoch))
            return DrawVerdict.No(member.Standing == Standing.Banned
                ? $"worker: banned in epoch {roster.Epoch}."
                : $"worker: declared in epoch {member.Declared}, too late for epoch {roster.Epoch}.");
        var target = Draw.Target(roster.Beacon, job.Hash, (ulong)bundle, (uint)attempt);
        var pending = 0;
        var group = Array.Empty<Member>();
        for (var rank = 0; ; rank++)
        {
            if (rank == group.Length)
            {
                group = Select(roster, target, Math.Max(2 * k, 2 * rank), eligible);
                if (rank == group.Length)
                    return DrawVerdict.No("worker: the group ends before it.");
            }
            if (group[rank].Id == worker)
            {
                return DrawVerdict.At(new DrawnPlace(
                    (uint)attempt, rank, k, roster.CountTrusted(eligible.Capability, eligible.Excluded), roster.TotalTrusted, roster.Counts && next));
            }
            if (!done.Contains(group[rank].Id) && ++pending == k)
                return DrawVerdict.No($"worker: not among the first {rank + 1} ranks, of which {k} are not known to have passed or answered.");
        }
    }

    /// <summary>Newcomers among the first k places.</summary>
    private static int NewcomersOf(int k) => Math.Max(0, (k - 1) / 2);

    private static bool IsForNewcomer(int place) => place >= 2 && place % 2 == 0;

    private static int Size(int trusted, int newcomers) => trusted + Math.Min(newcomers, Math.Max(0, trusted - 1));
}

/// <summary>Whether a worker was drawn.</summary>
/// <param name="Place">The place that it was drawn to; null where it was not.</param>
/// <param name="Why">Why it was not, for people.</param>
public readonly record struct DrawVerdict(DrawnPlace? Place, string? Why)
{
    /// <summary>Whether it earns reputation and counts as a check.</summary>
    public bool Counts => Place is { Weight: > 0 };

    internal static DrawVerdict No(string why) => new(null, why);

    internal static DrawVerdict At(DrawnPlace place) => new(place, null);
}
