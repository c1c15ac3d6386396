using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit;

/// <summary>
/// Whether everybody in the roster has declared what it can do, when it says so. The roster may be an epoch or two ahead of the
/// records that cover a declaration. Bans wait as long for the chain that they are about.
/// </summary>
internal sealed class DeclarationAudit(ChainAudit chains, Findings findings)
{
    private readonly Dictionary<NodeId, (Member Member, ulong Until, long Line)> _open = [];
    private readonly List<(BanProof Ban, ulong Until, long Line)> _bans = [];

    internal void Take(EpochSection section)
    {
        var now = section.Record.Number.Number;
        foreach (var id in section.Left)
            _open.Remove(id);
        foreach (var member in section.Joined)
            _open[member.Id] = (member, now + WorkAudit.Grace, section.Line);
        foreach (var ban in section.Bans)
            _bans.Add((ban, now + WorkAudit.Grace, section.Line));

        foreach (var (id, (member, until, line)) in _open)
        {
            if (Flaw(member) is not { } flaw)
                _open.Remove(id);
            else if (until <= now)
                findings.Break($"joined: {id} {flaw}", null, line);
        }
        for (var i = _bans.Count - 1; i >= 0; i--)
        {
            var (ban, until, line) = _bans[i];
            if (BanProofs.Check(ban, chains.KeyAt) is not { } flaw)
                _bans.RemoveAt(i);
            else if (until <= now)
                findings.Break($"ban: of {ban.NodeId}: {flaw}", null, line);
        }
    }

    private string? Flaw(Member member)
    {
        if (chains.DeclarationOf(member.Id) is not var (declaration, epoch))
            return "has not declared itself.";
        if (!declaration.Capabilities.Equals(member.Capabilities) || declaration.Owner != member.Owner)
            return $"has declared '{declaration.Capabilities}' by '{declaration.Owner}', but is in the roster with '{member.Capabilities}' by '{member.Owner}'.";
        return member.Declared.Number < epoch.Number && member.Declared.Number + WorkAudit.Grace + 1 >= epoch.Number
            ? null
            : $"has declared that in epoch {epoch}, but is in the roster as from {member.Declared}.";
    }
}
