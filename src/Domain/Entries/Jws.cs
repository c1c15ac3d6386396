using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// The compact form of RFC 7515, 7.1, signed with Ed25519 (RFC 8037, 3.1): header.payload.signature, each in base64url
/// without padding. The header is always <c>{"alg":"EdDSA"}</c>: which key signs follows from the place in the chain,
/// so that no entry can choose it.
/// </summary>
internal static class Jws
{
    /// <summary>base64url of <c>{"alg":"EdDSA"}</c>, and the dot after it.</summary>
    internal static ReadOnlySpan<byte> Header => "eyJhbGciOiJFZERTQSJ9."u8;

    /// <summary>A dot and the 86 characters of a signature.</summary>
    private const int Tail = 87;

    internal static byte[] Sign(KeyPair key, ReadOnlySpan<byte> payload)
    {
        var signed = Header.Length + Base64Url.GetEncodedLength(payload.Length);
        var text = new byte[signed + Tail];
        Header.CopyTo(text);
        Base64Url.EncodeToUtf8(payload, text.AsSpan(Header.Length));
        text[signed] = (byte)'.';
        Base64Url.EncodeToUtf8(key.Sign(text.AsSpan(0, signed)), text.AsSpan(signed + 1));
        return text;
    }

    /// <summary>The payload, or the reason why there is none. The text was bounded by the caller.</summary>
    internal static bool TryOpen(
        ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? payload, [NotNullWhen(false)] out EntryRefused? refused)
    {
        payload = null;
        if (text.Length <= Header.Length + Tail || !text.StartsWith(Header))
            refused = new EntryRefused(EntryRefusal.Malformed, "entry: not a compact JWS with the header {\"alg\":\"EdDSA\"}.");
        else if (text[^Tail] != '.')
            refused = new EntryRefused(EntryRefusal.Malformed, "entry: its signature has not 86 characters.");
        else if (!TryDecode(text[Header.Length..^Tail], out payload, out refused) || !TryDecode(text[^(Tail - 1)..], out _, out refused))
            payload = null;
        return payload is not null;
    }

    /// <summary>Whether the key signed the text, which <see cref="TryOpen"/> took.</summary>
    internal static bool Verify(ReadOnlySpan<byte> text, PublicKey key)
    {
        Span<byte> signature = stackalloc byte[PublicKey.SignatureSize];
        Base64Url.DecodeFromUtf8(text[^(Tail - 1)..], signature, out _, out _);
        return key.Verify(text[..^Tail], signature);
    }

    private static bool TryDecode(
        ReadOnlySpan<byte> part, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out EntryRefused? refused)
    {
        refused = null;
        bytes = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        if (Base64Url.DecodeFromUtf8(part, bytes, out _, out var written) != OperationStatus.Done)
        {
            bytes = null;
            refused = new EntryRefused(EntryRefusal.Malformed, "entry: a part is not base64url.");
            return false;
        }
        Array.Resize(ref bytes, written);
        // Padding, spaces and left-over bits: the same bytes in another text.
        if (part.SequenceEqual(Base64Url.EncodeToUtf8(bytes)))
            return true;
        bytes = null;
        refused = new EntryRefused(EntryRefusal.SecondEncoding, "entry: base64url with padding, spaces, or bits left over.");
        return false;
    }
}
