using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Letters;

/// <summary>
/// Letters from c-node to c-node: what the keeper of a c-node's mailbox is told and says. A letter is sealed for its reader and signed by
/// its sender; the keeper sees who writes to whom, when and how much. It keeps letters in memory alone, for a while.
/// </summary>
public static class LetterProtocol
{
    /// <summary>Bytes of a letter's content.</summary>
    public const int MaxContent = 4096;

    /// <summary>c-nodes that a reader may name as known.</summary>
    public const int MaxKnown = 256;

    /// <summary>The largest number of a letter and of an address: what every language's JSON holds.</summary>
    public const long MaxNumber = SafeInteger.Max;

    /// <summary>
    /// Posts a letter into the mailbox of <paramref name="NodeId"/>. Answered by <see cref="LetterPosted"/> or <see cref="Refused"/>.
    /// Idempotent by sender and number.
    /// </summary>
    /// <param name="From">The sender: a c-node that is declared.</param>
    /// <param name="Number">The sender's, rising from letter to letter: one that is not above the last one was here before.</param>
    /// <param name="Sealed">For the address of the reader, by <see cref="Hpke"/>, with <see cref="Info"/>.</param>
    public sealed record PostLetter(NodeId NodeId, NodeId From, long Number, ReadOnlyMemory<byte> Sealed) : IWithNodeId
    {
        /// <summary>The signature by the sender's key in force.</summary>
        public RequestSignature? Signature { get; init; }

        private static ReadOnlySpan<byte> Tag => "akkacompute/letter/1"u8;

        /// <summary>Signed over sender ‖ reader ‖ H(sealed) ‖ number.</summary>
        public static PostLetter Sign(KeyPair key, NodeId reader, NodeId sender, long number, ReadOnlyMemory<byte> sealedBytes) =>
            new(reader, sender, number, sealedBytes)
            {
                Signature = RequestSignature.Sign(key, Tag, [sender.Hash, reader.Hash, Hash256.Of(sealedBytes.Span)], number),
            };

        /// <summary>Null if it is within its limits and the key that it names signed it.</summary>
        public Refused? Check() =>
            Number is < 1 or > MaxNumber ? new Refused(RefusalReason.Invalid, $"number: {Number}, not within 1 .. {MaxNumber}.")
            : Sealed.Length < Hpke.Overhead
                ? new Refused(RefusalReason.Invalid, $"sealed: {Sealed.Length} bytes, at least {Hpke.Overhead}.")
            : Sealed.Length > Hpke.Overhead + MaxContent
                ? new Refused(RefusalReason.TooLarge, $"sealed: {Sealed.Length} bytes, at most {Hpke.Overhead + MaxContent}.")
            : RequestSignature.Check(Signature, nameof(PostLetter), Tag, [From.Hash, NodeId.Hash, Hash256.Of(Sealed.Span)], Number);
    }

    /// <summary>What binds a sealed letter to who writes it to whom: nobody can pass it on as his own.</summary>
    public static byte[] Info(NodeId sender, NodeId reader)
    {
        var tag = "akkacompute/letter/1"u8;
        var bytes = new byte[tag.Length + (2 * Hash256.Size)];
        tag.CopyTo(bytes);
        sender.Hash.CopyTo(bytes.AsSpan(tag.Length));
        reader.Hash.CopyTo(bytes.AsSpan(tag.Length + Hash256.Size));
        return bytes;
    }

    /// <summary>The letter is in the mailbox, or was: it is in memory alone.</summary>
    public sealed record LetterPosted(NodeId NodeId, NodeId From, long Number) : IWithNodeId;

    /// <summary>
    /// Reads a mailbox and says where letters go: takes out what was read, answers by <see cref="Mail"/> when there are some, or after some
    /// seconds without. One reader waits at a time.
    /// </summary>
    /// <param name="Mailbox">The mailbox's name, as the last answer says it; zeros at first. Under another name nothing was read.</param>
    /// <param name="After">The place of the last letter that was read: up to there they are dropped.</param>
    /// <param name="Known">Who may fill the mailbox; everybody else together has a few places.</param>
    public sealed record ReadLetters(NodeId NodeId, Hash256 Mailbox, long After, IReadOnlyList<NodeId> Known, Address Address) : IWithNodeId
    {
        /// <summary>The signature by the reader's key in force.</summary>
        public RequestSignature? Signature { get; init; }

        private static ReadOnlySpan<byte> Tag => "akkacompute/read-letters/1"u8;

        /// <summary>Signed over reader ‖ mailbox ‖ H(known) ‖ after.</summary>
        public static ReadLetters Sign(
            KeyPair key, NodeId reader, Hash256 mailbox, long after, IReadOnlyList<NodeId> known, Address address) =>
            new(reader, mailbox, after, known, address)
            {
                Signature = RequestSignature.Sign(key, Tag, [reader.Hash, mailbox, Of(known)], after),
            };

        /// <inheritdoc cref="PostLetter.Check"/>
        public Refused? Check() =>
            Known.Count > MaxKnown ? new Refused(RefusalReason.TooLarge, $"known: {Known.Count} of them, at most {MaxKnown}.")
            : After is < 0 or > MaxNumber ? new Refused(RefusalReason.Invalid, $"after: {After}, not within 0 .. {MaxNumber}.")
            : Address.NodeId != NodeId ? new Refused(RefusalReason.Invalid, "address: of another c-node.")
            : RequestSignature.Check(Signature, nameof(ReadLetters), Tag, [NodeId.Hash, Mailbox, Of(Known)], After) ?? Address.Check();

        private static Hash256 Of(IReadOnlyList<NodeId> known)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var id in known)
                hash.AppendData(id.Hash.ToBytes());
            return new Hash256(hash.GetHashAndReset());
        }
    }

    /// <summary>Letters in the order in which they came; none: ask again.</summary>
    public sealed record Mail(NodeId NodeId, Hash256 Mailbox, IReadOnlyList<Letter> Items) : IWithNodeId;

    /// <summary>A letter in a mailbox.</summary>
    /// <param name="Place">1, 2, 3, … in this mailbox.</param>
    public sealed record Letter(long Place, PostLetter Posted);

    /// <summary>Asks where letters to a c-node go; anybody may. Answered by <see cref="Address"/> or <see cref="Refused"/>.</summary>
    public sealed record GetAddress(NodeId NodeId) : IWithNodeId;

    /// <summary>Where letters to a c-node go: whoever writes holds the signature against the reader's key.</summary>
    /// <param name="Box">A public key of X25519, 32 bytes.</param>
    /// <param name="Number">Of two addresses the one with the higher number holds.</param>
    public sealed record Address(NodeId NodeId, ReadOnlyMemory<byte> Box, long Number) : IWithNodeId
    {
        /// <summary>The signature by the reader's key in force.</summary>
        public RequestSignature? Signature { get; init; }

        private static ReadOnlySpan<byte> Tag => "akkacompute/address/1"u8;

        /// <summary>Signed over reader ‖ box ‖ number.</summary>
        public static Address Sign(KeyPair key, NodeId reader, ReadOnlyMemory<byte> box, long number) =>
            new(reader, box, number) { Signature = RequestSignature.Sign(key, Tag, [reader.Hash, new Hash256(box.Span)], number) };

        /// <inheritdoc cref="PostLetter.Check"/>
        public Refused? Check() =>
            Box.Length != Hpke.KeySize ? new Refused(RefusalReason.Invalid, $"address.box: {Box.Length} bytes, not {Hpke.KeySize}.")
            : Number is < 1 or > MaxNumber ? new Refused(RefusalReason.Invalid, $"address.number: {Number}, not within 1 .. {MaxNumber}.")
            : RequestSignature.Check(Signature, nameof(Address), Tag, [NodeId.Hash, new Hash256(Box.Span)], Number);
    }
}
