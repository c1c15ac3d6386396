using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>What the keeper of an author's chains is told and says. Entries travel and are kept as their own bytes.</summary>
public static class ChainProtocol
{
    /// <summary>The most entries that one <see cref="Append"/> brings.</summary>
    public const int MaxEntries = 512;

    /// <summary>
    /// The most bytes that one <see cref="Append"/> brings, entries and named ones together, so that it fits a frame of 128 KB;
    /// a single entry with the one that it names always fits.
    /// </summary>
    public const int MaxBytes = 64 * 1024;

    // ── who signs into a main chain ─────────────────────────────────────────────────────────────────────────────────

    /// <summary>
    /// Asks for the next place in the author's main chain: one holder has it at a time, until an append that ends there is
    /// durable, or the time is over. Answered by <see cref="Reserved"/>; <see cref="Refused"/> as unavailable when somebody else
    /// holds it, and as invalid where it is not signed; by <see cref="Place"/> where the turn or the key is another one. Idempotent by
    /// holder.
    /// </summary>
    /// <param name="Holder">32 random bytes of the program that asks.</param>
    public sealed record Reserve(NodeId NodeId, Hash256 Holder) : IWithNodeId
    {
        /// <summary>The number of the loan, as the keeper counts: a signature lends once, whoever sends it again.</summary>
        public long Turn { get; init; }

        /// <summary>
        /// The signature by the author's key in force, and before its declaration by its first one. <c>null</c> means an older program,
        /// which is refused.
        /// </summary>
        public RequestSignature? Signature { get; init; }

        private static ReadOnlySpan<byte> Tag => "akkacompute/reserve/1"u8;

        /// <summary>Signed over author ‖ holder ‖ turn.</summary>
        public static Reserve Sign(KeyPair key, NodeId author, Hash256 holder, long turn) =>
            new(author, holder) { Turn = turn, Signature = RequestSignature.Sign(key, Tag, [author.Hash, holder], turn) };

        /// <summary>Null if the key that it names signed it.</summary>
        public Refused? CheckSignature() => RequestSignature.Check(Signature, nameof(Reserve), Tag, [NodeId.Hash, Holder], Turn);
    }

    /// <summary>Asks where an author's main chain stands; anybody may. Answered by <see cref="Place"/>.</summary>
    public sealed record GetPlace(NodeId NodeId) : IWithNodeId;

    /// <summary>Where an author's main chain stands.</summary>
    /// <param name="Turn">What the next <see cref="Reserve"/> has to say: how often a place was lent; below 0 before the
    /// declaration.</param>
    /// <param name="Author">What is known of the author; null before its declaration.</param>
    public sealed record Place(NodeId NodeId, long Turn, ChainAuthor? Author) : IWithNodeId
    {
        /// <summary>Whether the author signs with this key now.</summary>
        public bool SignsWith(PublicKey key) => NodeId.SignsWith(key, Author?.Key);
    }

    /// <summary>
    /// The place is the holder's: it signs from there on, as many as it needs, and sends all of them in one <see cref="Append"/>.
    /// What it signs and can't bring in within the time it throws away, and asks anew.
    /// </summary>
    /// <param name="Seq">The number; 0: the author has to declare itself first.</param>
    /// <param name="Previous">The hash of the entry before.</param>
    /// <param name="Checkpoint">The latest epoch record that the keeper knows: good for the entries' <c>cp</c>.</param>
    /// <param name="For">How long it is held, from when it was asked for.</param>
    /// <param name="Author">What is known of the author; null before its declaration.</param>
    public sealed record Reserved(
        NodeId NodeId, long Seq, Hash256 Previous, Checkpoint Checkpoint, TimeSpan For, ChainAuthor? Author) : IWithNodeId
    {
        /// <summary>The turn of the next <see cref="Reserve"/>.</summary>
        public long Turn { get; init; }
    }

    // ── entries ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>
    /// Append these: entries of one author in the order of its chains, several chains mixed. At most <see cref="MaxEntries"/> and
    /// <see cref="MaxBytes"/>. Idempotent by the bytes.
    /// </summary>
    /// <param name="Named">The entries of others that checks, verdicts and rewards name; each once, in any order.</param>
    public sealed record Append(
        NodeId NodeId, IReadOnlyList<ReadOnlyMemory<byte>> Entries, IReadOnlyList<ReadOnlyMemory<byte>> Named) : IWithNodeId;

    /// <summary>These are durable: a signed receipt each, also for those that were there before.</summary>
    public sealed record Appended(NodeId NodeId, IReadOnlyList<ReadOnlyMemory<byte>> Receipts) : IWithNodeId;

    /// <summary>This entry was not taken, nor any after it of its chain; what was before it, and other chains, may be.</summary>
    /// <param name="Sub">The entry's chain; the main chain too where it can't be read.</param>
    /// <param name="Seq">Its number there.</param>
    /// <param name="Reason">For programs. A gap, and a checkpoint that is not there yet, go away by themselves.</param>
    /// <param name="Message">For people: names the claim and the limit.</param>
    /// <param name="Expected">The number that comes next in this chain.</param>
    public sealed record AppendRefused(
        NodeId NodeId, long Sub, long Seq, EntryRefusal Reason, string Message, long Expected) : IWithNodeId;

    /// <summary>Reads an author's entries of all its chains in the order in which they were appended.</summary>
    /// <param name="From">The index of the first, from 0.</param>
    /// <param name="Count">How many at most.</param>
    public sealed record GetEntries(NodeId NodeId, long From, int Count) : IWithNodeId;

    /// <summary>Some of what was asked for, about 64 KB: go on from <see cref="From"/> plus what came.</summary>
    /// <param name="End">No entry is there after these, today.</param>
    public sealed record EntryPage(NodeId NodeId, long From, IReadOnlyList<ReadOnlyMemory<byte>> Entries, bool End) : IWithNodeId;

    // ── what is kept ────────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>Entries were appended; they were good when they were.</summary>
    /// <param name="Epoch">The epoch in force, as the receipts say it.</param>
    public sealed record EntriesAppended(NodeId NodeId, IReadOnlyList<ReadOnlyMemory<byte>> Entries, Epoch Epoch) : IWithNodeId;

    /// <summary>The next place in the main chain was lent: nobody else gets it before the time is over, whatever happens here.</summary>
    /// <param name="Seq">The number.</param>
    /// <param name="Until">The end.</param>
    public sealed record PlaceLent(NodeId NodeId, Hash256 Holder, long Seq, DateTimeOffset Until) : IWithNodeId;

    /// <summary>The author signed two entries for one place: it is banned, and nothing more of it is taken.</summary>
    /// <param name="Key">Who signed both.</param>
    /// <param name="First">The one with the lower hash.</param>
    /// <param name="Second">The other.</param>
    /// <param name="KeyEnded">The key was replaced or revoked before: it may be a thief's doing.</param>
    public sealed record ForkProven(
        NodeId NodeId, PublicKey Key, ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second, bool KeyEnded) : IWithNodeId;
}

/// <summary>An author as its main chain shows it.</summary>
/// <param name="Key">The key in force.</param>
/// <param name="Next">The hash of the next one; null where it has revoked its keys.</param>
/// <param name="Declaration">Its latest declaration.</param>
/// <param name="Declared">The epoch in which that was appended: it can be drawn from two epochs later.</param>
public sealed record ChainAuthor(PublicKey Key, Hash256? Next, ReadOnlyMemory<byte> Declaration, Epoch Declared);
