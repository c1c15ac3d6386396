using System.Collections.Immutable;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster;

/// <summary>What the roster's singleton and its replicas tell each other. Lists are cut so that a message has about 64 KB.</summary>
public static class RosterProtocol
{
    /// <summary>
    /// A part of the sessions of one cluster node. All parts of one revision together replace what the node said before, or change it.
    /// </summary>
    /// <param name="Revision">Grows with every announcement of the node.</param>
    /// <param name="Part">0 to <paramref name="Parts"/> - 1.</param>
    /// <param name="Sessions">All of them, or those that are new or have changed.</param>
    public sealed record Announce(NodeInfo Node, long Revision, int Part, int Parts, ImmutableArray<Member> Sessions) : IWire
    {
        /// <summary>
        /// The revision that this is a change of, where the singleton has taken that; 0: it replaces all. Said where all nodes of the
        /// roster know it (<see cref="NodeInfo.Speaks"/>).
        /// </summary>
        public long Since { get; init; }

        /// <summary>C-nodes whose sessions have ended, in a change.</summary>
        public ImmutableArray<NodeId> Left { get; init; } = [];
    }

    /// <summary>The singleton has not got what an announcement changes: the node says all of its sessions.</summary>
    public sealed record AnnounceAll(string Address, long Revision) : IWire;

    /// <summary>The announcement was taken: the next epoch has it, and newcomers come with it or with a later one.</summary>
    /// <param name="LeftOut">Sessions that the roster has no room for, of those that are neither trusted nor in it.</param>
    public sealed record Announced(string Address, long Revision, int LeftOut = 0) : IWire;

    /// <summary>The announcement was refused, and nothing of it is taken.</summary>
    public sealed record AnnouncementRefused(string Address, long Revision, string Why) : IWire;

    /// <summary>To be drawn by the next epoch's beacon. Idempotent.</summary>
    public sealed record EnterRequests(ImmutableArray<DrawRequest> Requests) : IWire;

    /// <summary>Chains have grown: the next epoch's record covers them. Idempotent; an older head than the known one is ignored.</summary>
    public sealed record EnterHeads(ImmutableArray<ChainHead> Heads) : IWire;

    /// <summary>
    /// A c-node is banned from the next epoch on. Idempotent. Told to the replica of the own node, which sees to it that an
    /// epoch has it.
    /// </summary>
    /// <param name="Proof">What convicts it, such as the two entries of a fork, for whoever checks the history; at most
    /// <see cref="MaxProof"/> bytes.</param>
    public sealed record Ban(NodeId NodeId, ReadOnlyMemory<byte> Proof) : IWire
    {
        public const int MaxProof = 32 * 1024;
    }

    /// <summary>
    /// No roster has the c-node before this epoch: it has let leases run out that it had accepted. Idempotent. Told to the replica of the
    /// own node, and told again as long as it is so: the singleton keeps it in memory.
    /// </summary>
    /// <param name="Until">At most <see cref="Closing.RosterState.LongestRest"/> epochs from now on.</param>
    public sealed record Rest(NodeId NodeId, Epoch Until) : IWire;

    /// <summary>
    /// The standings that follow from the trust of a period, from the next epoch on. Idempotent; of an older period than the
    /// known one, it is ignored. Told to the replica of the own node, which sees to it that an epoch has it.
    /// </summary>
    /// <param name="Period">The period's last epoch.</param>
    /// <param name="TrustRoot">The root of all trust, for the records from then on.</param>
    /// <param name="Changes">Whose standing is another than before; at most <see cref="MaxChanges"/>, in the order of their
    /// NodeIds.</param>
    public sealed record SetStandings(Epoch Period, Hash256 TrustRoot, ImmutableArray<StandingChange> Changes) : IWire
    {
        public const int MaxChanges = 1_000;

        /// <summary>What it is known by, besides its period.</summary>
        public NodeId First => Changes.Length == 0 ? default : Changes[0].NodeId;
    }

    /// <summary>These heads, or later ones, are covered by a record: they need not be sent again.</summary>
    public sealed record HeadsCovered(ImmutableArray<ChainHead> Heads) : IWire;

    /// <summary>A record has it.</summary>
    public sealed record Banned(NodeId NodeId) : IWire;

    /// <summary>
    /// A record has the trust of this period, or of a later one, and the changes that begin with this c-node (zero: there were none).
    /// </summary>
    public sealed record StandingsSet(Epoch Period, NodeId First) : IWire;

    /// <summary>
    /// To the replica of each committed node: all of an epoch that is fixed before there is chance in it. Answered by
    /// <see cref="Revealed"/>.
    /// </summary>
    public sealed record Freeze(EpochFreeze Frozen) : IWire;

    /// <summary>A node's link for a freeze.</summary>
    public sealed record Revealed(Epoch Number, SignedReveal Shown) : IWire;

    /// <summary>To the replica of each committed node: the record to sign. Answered by <see cref="RecordSigned"/>.</summary>
    public sealed record SignRecord(EpochRecord Record) : IWire;

    /// <summary>A node's signature of a record.</summary>
    public sealed record RecordSigned(Epoch Number, RecordSignature Signature) : IWire;

    /// <summary>
    /// A replica asks for all since the epoch that it is at; the answer is <see cref="PartSent"/>s, if something is new, and then
    /// <see cref="RosterSent"/>.
    /// </summary>
    public sealed record GetRoster(Epoch Since) : IWire;

    /// <summary>All up to this epoch, the one in force, was sent before.</summary>
    public sealed record RosterSent(Epoch Epoch) : IWire;

    /// <summary>A part of an epoch's changes, or of the whole roster.</summary>
    public sealed record PartSent(RosterPart Part) : IWire;

    /// <summary>Asks how far the last record covers a chain; answered by <see cref="ShownHead"/>.</summary>
    public sealed record GetHead(ChainName Chain) : IWire;

    /// <summary>Asks a node which c-nodes are in its roster; answered by <see cref="RosterInfo"/>.</summary>
    public sealed record GetRosterInfo : IWire;

    /// <summary>The roster as one node sees it; at most <see cref="MaxMembers"/> members are named.</summary>
    /// <param name="AdmissionBits">Zero bits that a declaration's proof of work must have.</param>
    public sealed record RosterInfo(Epoch Epoch, Hash256 Beacon, int Members, int Slots, ImmutableArray<NodeId> Some, int AdmissionBits)
        : IWire
        {
        public const int MaxMembers = 1_000;
    }
}
