using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Roster;

/// <summary>Puts the parts of announcements together; the newest revision of each node counts.</summary>
internal sealed class Announcements
{
    /// <summary>Parts of one announcement: a node has some ten thousand sessions at the most.</summary>
    private const int MaxParts = 256;

    private readonly Dictionary<string, Announce?[]> _parts = [];

    /// <summary>The sessions, when this part was the last one missing; else null.</summary>
    public IReadOnlyList<Member>? Add(Announce part)
    {
        if (part.Parts is < 1 or > MaxParts || part.Part < 0 || part.Part >= part.Parts)
            return null;
        var address = part.Node.Address;
        if (!_parts.TryGetValue(address, out var parts) || parts.Length != part.Parts || Revision(parts) < part.Revision)
            _parts[address] = parts = new Announce?[part.Parts];
        else if (Revision(parts) > part.Revision)
            return null;
        parts[part.Part] = part;
        if (Array.Exists(parts, known => known is null))
            return null;
        _parts.Remove(address);
        return [.. parts.SelectMany(known => known!.Sessions)];
    }

    public void Forget(string address) => _parts.Remove(address);

    private static long Revision(Announce?[] parts) => parts.Max(part => part?.Revision ?? long.MinValue);
}
