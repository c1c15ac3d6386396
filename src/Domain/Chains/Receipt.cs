using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>
/// A cluster node's word that an entry is in the records: a compact JWS as entries are, with the claims <c>iss</c>,
/// <c>receipt</c>, <c>epoch</c>. No entry can be read as a receipt, nor a receipt as an entry. Equal by its bytes.
/// </summary>
public sealed class Receipt : IEquatable<Receipt>
{
    /// <summary>The longest receipt, in bytes.</summary>
    public const int MaxSize = 512;

    /// <summary>Epochs within which a record has to cover the entry.</summary>
    public const int Grace = 2;

    private readonly byte[] _bytes;

    private Receipt(byte[] bytes, NodeId node, Hash256 entry, Epoch epoch) =>
        (_bytes, Node, Entry, Epoch) = (bytes, node, entry, epoch);

    /// <summary>The text as it travels, ASCII.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Who gives its word.</summary>
    public NodeId Node { get; }

    /// <summary>The hash of the entry.</summary>
    public Hash256 Entry { get; }

    /// <summary>The epoch in which it was appended: the record of two epochs later covers it at the latest.</summary>
    public Epoch Epoch { get; }

    public static Receipt Sign(KeyPair node, Hash256 entry, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(node);
        var payload = Payload(node.NodeId, entry, epoch, out var flaw);
        if (flaw is not null)
            throw new ArgumentException(flaw, nameof(epoch));
        return new Receipt(Jws.Sign(node, payload), node.NodeId, entry, epoch);
    }

    /// <summary>Reads a receipt, without its signature.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> text, [NotNullWhen(true)] out Receipt? receipt, [NotNullWhen(false)] out EntryRefused? refused)
    {
        receipt = null;
        if (text.Length > MaxSize)
        {
            refused = new EntryRefused(EntryRefusal.TooLarge, $"receipt: {text.Length} bytes, at most {MaxSize}.");
            return false;
        }
        if (!Jws.TryOpen(text, out var payload, out refused))
            return false;
        try
        {
            var reader = new ClaimReader(payload);
            var (node, entry, epoch) = (reader.Node("iss"u8), reader.Hash("receipt"u8), reader.Epoch("epoch"u8));
            reader.End();
            if (reader.Flaw is { } flaw)
                refused = new EntryRefused(EntryRefusal.Malformed, flaw);
            else if (!Payload(node, entry, epoch, out var outside).SequenceEqual(payload) || outside is not null)
                refused = new EntryRefused(
                    EntryRefusal.SecondEncoding, outside ?? "receipt: its claims can be written in another way, which alone counts.");
            else
                receipt = new Receipt(text.ToArray(), node, entry, epoch);
        }
        catch (JsonException flaw)
        {
            refused = new EntryRefused(EntryRefusal.Malformed, $"receipt: its claims are no JSON: {flaw.Message}");
        }
        return refused is null && receipt is not null;
    }

    /// <summary>Whether the node whose key this is signed it.</summary>
    public bool Verify(PublicKey key) => key.NodeId == Node && Jws.Verify(_bytes, key);

    public bool Equals(Receipt? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as Receipt);

    public override int GetHashCode() => Entry.GetHashCode();

    public override string ToString() => $"receipt of {Node} for {Entry} in epoch {Epoch}";

    private static ReadOnlySpan<byte> Payload(NodeId node, Hash256 entry, Epoch epoch, out string? flaw)
    {
        var writer = new ClaimWriter();
        writer.Hash("iss"u8, node.Hash);
        writer.Hash("receipt"u8, entry);
        writer.Epoch("epoch"u8, epoch);
        flaw = writer.Flaw;
        return writer.Close();
    }
}
