using System.Collections.Immutable;
using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Domain.Roster;

/// <summary>What the roster's singleton and its replicas tell each other. Lists are cut so that a message has about 64 KB.</summary>
public static class RosterProtocol
{
    /// <summary>
    /// A part of the sessions of one cluster node. All parts of one revision together replace what the node said before.
    /// </summary>
    /// <param name="Revision">Grows with every announcement of the node.</param>
    /// <param name="Part">0 to <paramref name="Parts"/> - 1.</param>
    public sealed record Announce(NodeInfo Node, long Revision, int Part, int Parts, ImmutableArray<Member> Sessions) : IWire;

    /// <summary>The announcement was taken: the next epoch has it.</summary>
    public sealed record Announced(string Address, long Revision) : IWire;

    /// <summary>The announcement was refused, and nothing of it is taken.</summary>
    public sealed record AnnouncementRefused(string Address, long Revision, string Why) : IWire;

    /// <summary>Pages to be drawn by the next epoch's beacon. Idempotent.</summary>
    public sealed record EnterPages(ImmutableArray<PageEntry> Entries) : IWire;

    /// <summary>A replica asks for all since the epoch that it is at; the answer is <see cref="PartSent"/>s, or nothing if nothing is new.</summary>
    public sealed record GetRoster(Epoch Since) : IWire;

    /// <summary>A part of an epoch's changes, or of the whole roster.</summary>
    public sealed record PartSent(RosterPart Part) : IWire;

    /// <summary>Asks a node which c-nodes are in its roster; answered by <see cref="RosterInfo"/>.</summary>
    public sealed record GetRosterInfo : IWire;

    /// <summary>The roster as one node sees it; at most <see cref="MaxMembers"/> members are named.</summary>
    public sealed record RosterInfo(Epoch Epoch, Hash256 Beacon, int Members, int Slots, ImmutableArray<NodeId> Some) : IWire
    {
        public const int MaxMembers = 1_000;
    }
}
