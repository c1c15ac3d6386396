using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AkkaCompute.Domain.Letters;

/// <summary>
/// Hybrid public key encryption (RFC 9180): base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, one message a
/// key. The holder of the recipient's key can open it; the signature around it says who sent it.
/// </summary>
public static class Hpke
{
    /// <summary>Bytes of a public key, and of the sender's one-time key that a sealed message begins with.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes that a sealed message has beside its content.</summary>
    public const int Overhead = KeySize + TagSize;

    private const int TagSize = 16, SecretSize = 32, AeadKeySize = 16, NonceSize = 12;
    private static readonly byte[] _kem = [.. "KEM"u8, 0, 0x20];
    private static readonly byte[] _suite = [.. "HPKE"u8, 0, 0x20, 0, 1, 0, 1];

    /// <summary>Seals with a one-time key.</summary>
    /// <param name="recipient">32 bytes of X25519.</param>
    /// <param name="info">What the message belongs to; whoever opens it says the same.</param>
    /// <exception cref="CryptographicException">The recipient's key is none, or of small order.</exception>
    public static byte[] Seal(ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> content)
    {
        using var once = BoxKey.Generate();
        return Seal(once, recipient, info, content);
    }

    internal static byte[] Seal(BoxKey once, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> content)
    {
        var sealedBytes = new byte[Overhead + content.Length];
        once.Public.Span.CopyTo(sealedBytes);
        var (key, nonce) = Schedule(once.Agree(recipient), once.Public.Span, recipient, info);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, content, sealedBytes.AsSpan(KeySize, content.Length), sealedBytes.AsSpan(KeySize + content.Length));
        return sealedBytes;
    }

    /// <summary>The content; null where it was not sealed for this key with this information, or was changed.</summary>
    public static byte[]? Open(BoxKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> sealedBytes)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        if (sealedBytes.Length < Overhead)
            return null;
        try
        {
            var once = sealedBytes[..KeySize];
            var (key, nonce) = Schedule(recipient.Agree(once), once, recipient.Public.Span, info);
            var content = new byte[sealedBytes.Length - Overhead];
            using var aes = new AesGcm(key, TagSize);
            aes.Decrypt(nonce, sealedBytes.Slice(KeySize, content.Length), sealedBytes[^TagSize..], content);
            return content;
        }
        catch (CryptographicException) // that is the answer
        {
            return null;
        }
    }

    /// <summary>RFC 9180, 4.1 and 5.1: the key and the nonce of the first message.</summary>
    private static (byte[] Key, byte[] Nonce) Schedule(
        byte[] agreed, ReadOnlySpan<byte> once, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info)
    {
        var shared = Expand(_kem, Extract(_kem, [], "eae_prk", agreed), "shared_secret", [.. once, .. recipient], SecretSize);
        byte[] context = [0, .. Extract(_suite, [], "psk_id_hash", []), .. Extract(_suite, [], "info_hash", info)];
        var secret = Extract(_suite, shared, "secret", []);
        return (Expand(_suite, secret, "key", context, AeadKeySize), Expand(_suite, secret, "base_nonce", context, NonceSize));
    }

    private static byte[] Extract(byte[] suite, byte[] salt, string label, ReadOnlySpan<byte> material) =>
        HKDF.Extract(HashAlgorithmName.SHA256, [.. "HPKE-v1"u8, .. suite, .. Encoding.ASCII.GetBytes(label), .. material], salt);

    private static byte[] Expand(byte[] suite, byte[] secret, string label, ReadOnlySpan<byte> info, int length)
    {
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)length);
        return HKDF.Expand(HashAlgorithmName.SHA256, secret, length,
            [.. size, .. "HPKE-v1"u8, .. suite, .. Encoding.ASCII.GetBytes(label), .. info]);
    }
}
