using System.Security.Cryptography;
using NSec.Cryptography;

namespace AkkaCompute.Domain.Ground;

/// <summary>
/// An Ed25519 key pair (RFC 8032), the secret half in memory that the library guards and wipes on disposal.
/// Signing takes about 15 µs. May be used from several threads at once.
/// </summary>
public sealed class KeyPair : IDisposable
{
    /// <summary>The length of the secret seed in bytes: what RFC 8032 calls the private key.</summary>
    public const int SeedSize = 32;

    private readonly Key _key;

    private KeyPair(Key key)
    {
        _key = key;
        Public = new PublicKey(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
        NodeId = Public.NodeId;
    }

    public PublicKey Public { get; }

    /// <summary>The name of the c-node that holds this pair.</summary>
    public NodeId NodeId { get; }

    /// <summary>A new pair from the operating system's random source.</summary>
    public static KeyPair Generate() => new(Key.Create(SignatureAlgorithm.Ed25519, Exportable));

    /// <summary>The pair that belongs to a seed of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes long.</exception>
    public static KeyPair FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
            throw new ArgumentException($"An Ed25519 seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        return new KeyPair(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey, Exportable));
    }

    /// <summary>The 32 secret bytes, to be stored. The caller wipes them (<see cref="CryptographicOperations.ZeroMemory"/>).</summary>
    public byte[] ExportSeed() => _key.Export(KeyBlobFormat.RawPrivateKey);

    /// <summary>The signature of <paramref name="data"/>: 64 bytes, the same ones each time.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => SignatureAlgorithm.Ed25519.Sign(_key, data);

    /// <summary>Wipes the secret half.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>The NodeId: nothing secret is ever printed.</summary>
    public override string ToString() => NodeId.ToString();

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
}
