using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using MemberSet = AkkaCompute.Domain.Ground.MerkleSet<AkkaCompute.Domain.Ground.NodeId, AkkaCompute.Domain.Draw.Member>;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>
/// Whether everybody in the roster has declared what it can do, when it says so, and signs with a key that its chain has. The roster
/// may be an epoch or two ahead of the records that cover a declaration or a rotation; bans, of the chain that they are about. Heads that a
/// flood keeps out of records may take longer, so nothing is said of it as long as it may still come, and nobody stops for it.
/// </summary>
internal sealed class DeclarationAudit(ChainAudit chains, Findings findings)
{
    private readonly Dictionary<NodeId, (Member Member, ulong Joined, long Line)> _open = [];
    private readonly List<(BanProof Ban, ulong Until, long Line)> _bans = [];

    /// <param name="before">The roster of the epoch before.</param>
    internal void Take(EpochSection section, MemberSet before)
    {
        var now = section.Record.Number.Number;
        foreach (var id in section.Left)
        {
            if (_open.Remove(id, out var gone))
                Judge(id, gone, now);
        }
        foreach (var member in section.Joined)
        {
            // A c-node that comes anew before it has declared itself is waited for no longer.
            _open[member.Id] = (member, _open.TryGetValue(member.Id, out var open) ? open.Joined : now, section.Line);
            if (IsLate(member, before.Find(member.Id), section.Record.Number) is { } late)
                findings.Blame(section.Line, $"joined: {member.Id} {late}");
        }
        foreach (var ban in section.Bans)
            _bans.Add((ban, now + Receipt.Grace, section.Line));

        foreach (var (id, (member, joined, line)) in _open)
        {
            if (Flaw(member, joined, out var late) is null)
                _open.Remove(id);
            if (late is not null)
                findings.Blame(line, $"joined: {id} {late}");
        }
        for (var i = _bans.Count - 1; i >= 0; i--)
        {
            var (ban, until, line) = _bans[i];
            if (BanProofs.Check(ban, chains.KeyAt) is not { } flaw)
                _bans.RemoveAt(i);
            else if (until <= now && BanProofs.IsCovered(ban, chains.HeadOf))
            {
                findings.Violate(null, line, $"ban: of {ban.NodeId}: {flaw}");
                _bans.RemoveAt(i);
            }
        }
    }

    /// <summary>The end of the file: what has not come is named.</summary>
    internal void End(Epoch last)
    {
        foreach (var (id, open) in _open)
            Judge(id, open, last.Number);
        foreach (var (ban, _, line) in _bans.Where(ban => ban.Until <= last.Number))
            findings.Violate(null, line, $"ban: of {ban.NodeId}: no record has the chain that it is about.");
    }

    private void Judge(NodeId id, (Member Member, ulong Joined, long Line) open, ulong now)
    {
        if (open.Joined + Receipt.Grace <= now && Flaw(open.Member, open.Joined, out _) is { } flaw)
            findings.Violate(null, open.Line, $"joined: {id} {flaw}");
    }

    /// <param name="joined">The epoch that took it into the roster, with nothing declared.</param>
    /// <param name="late">Where nothing else is wrong: why what it has declared came late.</param>
    private string? Flaw(Member member, ulong joined, out string? late)
    {
        late = null;
        if (chains.DeclarationOf(member.Id) is not var (declaration, epoch))
            return "has not declared itself.";
        // It may have declared something else meanwhile: its session goes on with what it began with.
        var isOther = !declaration.Capabilities.Equals(member.Capabilities) || declaration.Owner != member.Owner;
        if (isOther && chains.EarlierOf(member.Id, member.Capabilities, member.Owner) is { } earlier)
            epoch = earlier;
        else if (isOther)
            return $"has declared '{declaration.Capabilities}' by '{declaration.Owner}', but is in the roster with "
                + $"'{member.Capabilities}' by '{member.Owner}'.";
        if (chains.KeyOf(member.Id, member.Key) is null)
            return $"is in the roster with {KeyText(member)}, but its chain has given it no such key to sign with.";
        // A keeper whose write takes long is late with it, and that is no matter as long as nobody could be drawn meanwhile.
        var drawn = Math.Max(joined, member.Declared.Number + Member.EpochsToDraw);
        if (member.Declared >= epoch)
            return $"has declared that in epoch {epoch}, but is in the roster as from {member.Declared}.";
        if (epoch.Number > drawn + 1)
            late =
                $"has declared that in epoch {epoch}, but is in the roster as from {member.Declared}, and could be drawn from {drawn} on.";
        return null;
    }

    /// <summary>
    /// Null unless the roster names a key that had long ended. One that it named before, it may name on: then a standing has changed
    /// while the c-node had not yet said its new key. Results count by it no more in any case, for their chain has ended.
    /// </summary>
    private string? IsLate(Member member, Member? before, Epoch now) =>
        chains.KeyOf(member.Id, member.Key)?.Ended is { } ended
            && ended.Number + Receipt.Grace < now.Number
            && (before is null || before.Key != member.Key)
            ? $"comes into the roster with {KeyText(member)}, which ended in epoch {ended}."
            : null;

    private static string KeyText(Member member) => member.Key is { } key ? $"the key {key}" : "its first key";
}
