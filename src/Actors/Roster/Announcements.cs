using AkkaCompute.Domain.Draw;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Roster;

/// <summary>Puts the parts of announcements together; the newest revision of each node counts.</summary>
internal sealed class Announcements
{
    /// <summary>Parts of one announcement: a node has some ten thousand sessions at the most.</summary>
    internal const int MaxParts = 256;

    private readonly Dictionary<string, Gathering> _nodes = [];

    /// <summary>Why a part can't be one of an announcement that is taken; null where it can.</summary>
    public static string? Refuse(Announce part) =>
        part.Parts > MaxParts ? $"{nameof(Announce.Parts)}: {part.Parts}, at most {MaxParts}: a node has too many c-nodes."
        : part.Parts < 1 || part.Part < 0 || part.Part >= part.Parts ? $"{nameof(Announce.Part)}: {part.Part} of {part.Parts}."
        : null;

    /// <summary>The sessions, when this part was the last one missing; else null.</summary>
    public IReadOnlyList<Member>? Add(Announce part)
    {
        if (Refuse(part) is not null)
            return null;
        // An announcement that is complete is remembered by its revision: an older one that comes late replaces nothing.
        var known = _nodes.TryGetValue(part.Node.Address, out var node);
        if (known && part.Revision < node!.Revision)
            return null;
        if (!known || part.Revision > node!.Revision || node.Parts is null || node.Parts.Length != part.Parts)
            _nodes[part.Node.Address] = node = new Gathering(part.Revision) { Parts = new Announce?[part.Parts] };
        node.Parts![part.Part] = part;
        if (Array.Exists(node.Parts, missing => missing is null))
            return null;
        var sessions = node.Parts.SelectMany(complete => complete!.Sessions).ToArray();
        node.Parts = null;
        return sessions;
    }

    public void Forget(string address) => _nodes.Remove(address);

    /// <summary>The newest announcement of a node; its parts as long as one is missing.</summary>
    private sealed class Gathering(long revision)
    {
        public long Revision => revision;

        public Announce?[]? Parts { get; set; }
    }
}
