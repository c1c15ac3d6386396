using System.Collections.Immutable;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// What a cluster node says of its sessions: all of them at first, and then what has changed since what the roster's singleton has taken.
/// One that has not got that (it has moved, or lost it) asks for all of them again. For one thread.
/// </summary>
public sealed class SessionAnnouncer
{
    /// <summary>Sessions of one message: each is about 100 bytes, with many capabilities some KB.</summary>
    public const int SessionsPerPart = 200;

    /// <summary>NodeIds of one message: 32 KB.</summary>
    public const int IdsPerPart = 1_000;

    private Said _said = new(0, ImmutableDictionary<NodeId, Member>.Empty);
    private Said? _taken; // what the singleton has

    private sealed record Said(long Revision, IReadOnlyDictionary<NodeId, Member> Members);

    /// <summary>The messages that say these sessions.</summary>
    /// <param name="node">As it is now.</param>
    /// <param name="revision">Grows with what is said; the same one only for the same sessions.</param>
    /// <param name="sessions">All of them, each NodeId once.</param>
    /// <param name="byChange">Whether the singleton knows changes. Else all are said.</param>
    public IReadOnlyList<Announce> Say(NodeInfo node, long revision, IReadOnlyDictionary<NodeId, Member> sessions, bool byChange)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        _said = new Said(revision, sessions);
        if (byChange && _taken is { } taken && taken.Revision < revision)
        {
            Member[] changed = [.. sessions.Where(session => !session.Value.Equals(taken.Members.GetValueOrDefault(session.Key)))
                .Select(session => session.Value)];
            NodeId[] left = [.. taken.Members.Keys.Where(id => !sessions.ContainsKey(id))];
            if (changed.Length <= sessions.Count / 2 && sessions.Count > 0)
                return Parts(node, revision, taken.Revision, changed, left);
        }
        return Parts(node, revision, 0, [.. sessions.Values], []);
    }

    /// <summary>The singleton has taken what was said with this revision.</summary>
    public void OnTaken(long revision)
    {
        if (revision == _said.Revision)
            _taken = _said;
    }

    /// <summary>
    /// The singleton has not got what the changes of this revision are to: all are said from now on. Whether they are to be said now.
    /// </summary>
    public bool OnUnknown(long revision)
    {
        if (revision != _said.Revision)
            return false; // something else was said meanwhile
        _taken = null;
        return true;
    }

    private static Announce[] Parts(NodeInfo node, long revision, long since, Member[] sessions, NodeId[] left)
    {
        var parts = Math.Max(1, Math.Max(Count(sessions.Length, SessionsPerPart), Count(left.Length, IdsPerPart)));
        return [
            .. Enumerable.Range(0, parts).Select(part => new Announce(node, revision, part, parts, Some(sessions, part, SessionsPerPart))
            {
                Since = since, Left = Some(left, part, IdsPerPart),
            })];
    }

    private static int Count(int items, int most) => (items + most - 1) / most;

    private static ImmutableArray<T> Some<T>(T[] items, int part, int most) => [.. items.Skip(part * most).Take(most)];
}
