using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Roster;

/// <summary>
/// Puts the parts of announcements together, and changes to what was said before; the newest revision of each node counts. Of a node that
/// says changes to what is not known here all sessions have to be asked for.
/// </summary>
internal sealed class Announcements
{
    /// <summary>Parts of one announcement: a node has some ten thousand sessions at the most.</summary>
    internal const int MaxParts = 256;

    private readonly Dictionary<string, Gathering> _nodes = [];

    /// <summary>Why a part can't be one of an announcement that is taken; null where it can.</summary>
    public static string? Refuse(Announce part) =>
        part.Parts > MaxParts ? $"{nameof(Announce.Parts)}: {part.Parts}, at most {MaxParts}: a node has too many c-nodes."
        : part.Parts < 1 || part.Part < 0 || part.Part >= part.Parts ? $"{nameof(Announce.Part)}: {part.Part} of {part.Parts}."
        : part.Since < 0 || (part.Since > 0 && part.Since >= part.Revision)
            ? $"{nameof(Announce.Since)}: {part.Since}, of revision {part.Revision}."
        : null;

    /// <summary>Whether a part is of changes to what is not known here.</summary>
    public bool IsUnknown(Announce part)
    {
        var known = _nodes.GetValueOrDefault(part.Node.Address);
        return part.Since > 0 && (known?.Whole is null
            || (part.Revision > known.Revision
                ? known.WholeRevision != part.Since
                : known.WholeRevision < part.Revision && known.Since != part.Since));
    }

    /// <summary>The sessions, when this part was the last one missing; else null.</summary>
    public IReadOnlyList<Member>? Add(Announce part)
    {
        if (Refuse(part) is not null || IsUnknown(part))
            return null;
        // An announcement that is complete is remembered by its revision: an older one that comes late replaces nothing.
        var known = _nodes.TryGetValue(part.Node.Address, out var node);
        if (known && part.Revision < node!.Revision)
            return null;
        if (part.Since > 0 && part.Revision == node!.WholeRevision)
            return [.. node.Whole!.Values]; // said again, for its answer was lost
        if (!known || part.Revision > node!.Revision || node.Parts is null || node.Parts.Length != part.Parts || node.Since != part.Since)
            _nodes[part.Node.Address] = node = new Gathering(part, node);
        node.Parts![part.Part] = part;
        return Array.Exists(node.Parts, missing => missing is null) ? null : node.Join();
    }

    public void Forget(string address) => _nodes.Remove(address);

    /// <summary>The newest announcement of a node; its parts as long as one is missing.</summary>
    private sealed class Gathering(Announce first, Gathering? before)
    {
        public long Revision => first.Revision;

        public long Since => first.Since;

        public Announce?[]? Parts { get; private set; } = new Announce?[first.Parts];

        /// <summary>All sessions by the last announcement that was complete, and its revision.</summary>
        public Dictionary<NodeId, Member>? Whole { get; private set; } = before?.Whole;

        public long WholeRevision { get; private set; } = before?.WholeRevision ?? 0;

        public List<Member> Join()
        {
            var (parts, changed) = (Parts!, new List<Member>());
            Parts = null;
            var whole = Since > 0 ? Whole! : [];
            foreach (var part in parts)
            {
                foreach (var id in part!.Left)
                    whole.Remove(id);
                changed.AddRange(part.Sessions);
            }
            foreach (var member in changed)
                whole[member.Id] = member;
            (Whole, WholeRevision) = (whole, Revision);
            return Since > 0 ? [.. whole.Values] : changed; // of a whole one, what is there twice is refused by the roster
        }
    }
}
