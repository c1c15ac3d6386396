using System.Collections.Immutable;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>
/// Who is trusted and who is banned, in the roster or not, and what of it changes with the next epoch. A ban is for good.
/// Newcomers are not kept.
/// </summary>
/// <param name="bansPerEpoch">Bans that one epoch takes; more are sent again.</param>
internal sealed class Standings(int bansPerEpoch)
{
    private readonly Dictionary<NodeId, Standing> _durable = [];
    private readonly Dictionary<NodeId, Standing> _pending = [];
    private readonly RankedSet<NodeId, BanProof> _bans = new(bansPerEpoch);

    public Epoch Period { get; private set; }

    public Hash256 TrustRoot { get; private set; }

    /// <summary>The next epoch's period and trust root.</summary>
    public (Epoch Period, Hash256 TrustRoot) Next { get; private set; }

    public bool HasChanges => _bans.Count > 0 || Next.Period != Period || _pending.Count > 0;

    /// <param name="rank">0 for those whose work counts most, and so on.</param>
    /// <param name="beacon">Of the last record: the lot within a rank.</param>
    public RosterReply Ban(NodeId id, ReadOnlyMemory<byte> proof, int rank, Hash256 beacon)
    {
        if (_durable.GetValueOrDefault(id) == Standing.Banned)
            return new RosterReply(RosterVerdict.AlreadyEntered);
        if (_bans.Has(id))
            return new RosterReply(RosterVerdict.Unchanged);
        if (proof.Length is 0 or > RosterProtocol.Ban.MaxProof)
            return new RosterReply(RosterVerdict.BadRequest, Why: $"proof: {proof.Length} bytes, not 1 to {RosterProtocol.Ban.MaxProof}.");
        return _bans.TryAdd(id, new BanProof(id, proof), new Priority(rank, 0, Lot.Of(beacon, id)), out _)
            ? new RosterReply(RosterVerdict.Accepted)
            : new RosterReply(RosterVerdict.EpochFull, Why: $"{bansPerEpoch} bans wait: send it again after the epoch.");
    }

    public RosterReply Set(Epoch period, Hash256 trustRoot, ImmutableArray<StandingChange> changes, Epoch now)
    {
        if (period > now || changes.Length > RosterProtocol.SetStandings.MaxChanges)
            return new RosterReply(
                RosterVerdict.BadRequest,
                Why: $"period: epoch {period} is after {now}, or more than {RosterProtocol.SetStandings.MaxChanges} changes.");
        if (changes.Any(change => change.Standing is not (Standing.Newcomer or Standing.Trusted)))
            return new RosterReply(
                RosterVerdict.BadRequest, Why: "changes: a standing other than newcomer and trusted does not follow from trust.");
        if (period < Next.Period || (period == Next.Period && trustRoot != Next.TrustRoot))
            return new RosterReply(RosterVerdict.AlreadyEntered, Why: $"period: {Next.Period} is the latest.");
        var taken = period != Next.Period;
        Next = (period, trustRoot);
        foreach (var change in changes)
        {
            if (Of(_pending, change.NodeId) is { } waits ? waits == change.Standing : Durable(change.NodeId) == change.Standing)
                continue;
            _pending[change.NodeId] = change.Standing;
            taken = true;
        }
        if (taken)
            return new RosterReply(RosterVerdict.Accepted);
        return new RosterReply(HasChanges ? RosterVerdict.Unchanged : RosterVerdict.AlreadyEntered);
    }

    /// <summary>The member as the next epoch has it.</summary>
    public Member Judge(Member announced)
    {
        var standing = Coming(announced.Id);
        if (standing != Standing.Banned && announced.Standing == Standing.First)
            standing = Standing.First;
        return announced.Standing == standing ? announced : announced with { Standing = standing };
    }

    /// <summary>What changes with the next epoch, by NodeId.</summary>
    public (ImmutableArray<StandingChange> Changes, ImmutableArray<BanProof> Bans) ToEnter() => (
        [.. _pending.Keys.Union(_bans.Items.Select(ban => ban.NodeId)).Order().Select(id => new StandingChange(id, Coming(id)))
            .Where(change => change.Standing != Durable(change.NodeId))],
        [.. _bans.Items.OrderBy(ban => ban.NodeId)]);

    public void Apply(Epoch period, Hash256 trustRoot, IEnumerable<StandingChange> changes, IEnumerable<BanProof> bans)
    {
        (Period, TrustRoot) = (period, trustRoot);
        if (Next.Period <= period)
            Next = (period, trustRoot);
        foreach (var (id, standing) in changes)
        {
            if (standing == Standing.Newcomer)
                _durable.Remove(id);
            else
                _durable[id] = standing;
        }
        foreach (var ban in bans)
            _bans.Remove(ban.NodeId);
        foreach (var (id, standing) in _pending)
        {
            if (Durable(id) == standing || Durable(id) == Standing.Banned)
                _pending.Remove(id);
        }
    }

    /// <summary>All that are no newcomers, by NodeId.</summary>
    public ImmutableArray<StandingChange> ToArray() =>
        [.. _durable.OrderBy(one => one.Key).Select(one => new StandingChange(one.Key, one.Value))];

    /// <summary>Whether trust has made it trusted, and no record bans it.</summary>
    public bool IsTrusted(NodeId id) => Durable(id) == Standing.Trusted;

    /// <summary>Whether a record bans it.</summary>
    public bool IsBanned(NodeId id) => Durable(id) == Standing.Banned;

    private Standing Durable(NodeId id) => Of(_durable, id) ?? Standing.Newcomer;

    private Standing Coming(NodeId id) =>
        _bans.Has(id) || Durable(id) == Standing.Banned ? Standing.Banned : Of(_pending, id) ?? Durable(id);

    private static Standing? Of(Dictionary<NodeId, Standing> standings, NodeId id) =>
        standings.TryGetValue(id, out var standing) ? standing : null;
}
