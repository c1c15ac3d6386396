using NSec.Cryptography;

namespace AkkaCompute.Domain.Ground;

/// <summary>An Ed25519 public key (RFC 8032): 32 bytes, compared by value.</summary>
public readonly record struct PublicKey
{
    /// <summary>The length of a public key in bytes.</summary>
    public const int Size = 32;

    /// <summary>The length of a signature in bytes.</summary>
    public const int SignatureSize = 64;

    // Not a hash, but the same 32 bytes by value: no array to share or to copy.
    private readonly Hash256 _bytes;

    /// <summary>Takes the 32 bytes of RFC 8032, 5.1.5. Whether they are a point is found out by <see cref="Verify"/>.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public PublicKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"An Ed25519 public key has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        _bytes = new Hash256(bytes);
    }

    /// <summary>The name of the c-node that holds this key: its SHA-256.</summary>
    public NodeId NodeId
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Size];
            _bytes.CopyTo(bytes);
            return NodeId.Of(bytes);
        }
    }

    /// <summary>
    /// Whether <paramref name="signature"/> is this key's signature of <paramref name="data"/>. A signature of another
    /// length and a key that is no point are false, not an error. About 41 µs, 49 µs for a key not seen lately.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize
        && ImportedKeys.Get(this) is { } key
        && SignatureAlgorithm.Ed25519.Verify(key, data, signature);

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination) => _bytes.CopyTo(destination);

    public byte[] ToBytes() => _bytes.ToBytes();

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => _bytes.ToString();
}
