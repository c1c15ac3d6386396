using System.Security.Cryptography;
using NSec.Cryptography;

namespace AkkaCompute.Domain.Letters;

/// <summary>An X25519 key pair (RFC 7748) that letters are sealed for.</summary>
public sealed class BoxKey : IDisposable
{
    private readonly Key _key;

    private BoxKey(Key key) => (_key, Public) = (key, key.PublicKey.Export(KeyBlobFormat.RawPublicKey));

    /// <summary>32 bytes.</summary>
    public ReadOnlyMemory<byte> Public { get; }

    public static BoxKey Generate() => new(Key.Create(KeyAgreementAlgorithm.X25519, Exportable));

    /// <param name="seed">The 32 secret bytes.</param>
    public static BoxKey FromSeed(ReadOnlySpan<byte> seed) =>
        new(Key.Import(KeyAgreementAlgorithm.X25519, seed, KeyBlobFormat.RawPrivateKey, Exportable));

    /// <summary>What this pair and the holder of another key alone can know.</summary>
    /// <exception cref="CryptographicException">The other key is none, or of small order.</exception>
    internal byte[] Agree(ReadOnlySpan<byte> other)
    {
        if (!NSec.Cryptography.PublicKey.TryImport(KeyAgreementAlgorithm.X25519, other, KeyBlobFormat.RawPublicKey, out var key))
            throw new CryptographicException("This is no public key of X25519.");
        var parameters = new SharedSecretCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        using var secret = KeyAgreementAlgorithm.X25519.Agree(_key, key!, parameters)
            ?? throw new CryptographicException("The public key is of small order.");
        return secret.Export(SharedSecretBlobFormat.RawSharedSecret);
    }

    public void Dispose() => _key.Dispose();

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
}
