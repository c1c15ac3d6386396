using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AkkaCompute.Storage;

/// <summary>
/// Encrypts small secrets under a passphrase: PBKDF2 with SHA-256 (RFC 8018; iterations as OWASP advises in 2023), then
/// AES-256-GCM (NIST SP 800-38D). A file is "AKSK", version 1, iterations (4 bytes, big-endian), salt (16), nonce (12), tag (16),
/// ciphertext. All but the ciphertext, and the file's name, are authenticated: no file passes for another.
/// </summary>
internal sealed class SecretBox(string passphrase) : IDisposable
{
    /// <summary>Bytes that an encrypted secret is longer by.</summary>
    public const int Overhead = NonceAt + NonceSize + TagSize;

    private const int Iterations = 600_000, MaxIterations = 10_000_000;
    private const int SaltAt = 9, SaltSize = 16, NonceAt = SaltAt + SaltSize, NonceSize = 12, TagSize = 16, KeySize = 32;

    private static readonly byte[] Magic = "AKSK\x01"u8.ToArray();

    private readonly Dictionary<(string Salt, int Iterations), byte[]> _keys = [];
    private byte[]? _salt;

    /// <summary>Whether these are the bytes of an encrypted secret, of any version.</summary>
    public static bool IsEncrypted(ReadOnlySpan<byte> file) => file.Length > Overhead && file.StartsWith(Magic.AsSpan(0, 4));

    /// <param name="name">The name that <see cref="Open"/> will be told.</param>
    public byte[] Seal(string name, ReadOnlySpan<byte> secret)
    {
        // One salt for all files of a directory: a key takes 0.1 s or more to derive.
        _salt ??= RandomNumberGenerator.GetBytes(SaltSize);
        var file = new byte[Overhead + secret.Length];
        Magic.CopyTo(file, 0);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(Magic.Length), Iterations);
        _salt.CopyTo(file, SaltAt);
        RandomNumberGenerator.Fill(file.AsSpan(NonceAt, NonceSize));
        using var cipher = new AesGcm(Key(_salt, Iterations), TagSize);
        cipher.Encrypt(
            file.AsSpan(NonceAt, NonceSize), secret, file.AsSpan(Overhead), file.AsSpan(NonceAt + NonceSize, TagSize),
            Authenticated(file, name));
        return file;
    }

    /// <exception cref="InvalidDataException">Another passphrase, another name, changed bytes, or a version that is not known.</exception>
    public byte[] Open(string name, ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Magic))
            throw new InvalidDataException($"version {file[4]} of encrypted key files is not known to this program.");
        var iterations = BinaryPrimitives.ReadInt32BigEndian(file[Magic.Length..]);
        if (iterations is < 1 or > MaxIterations)
            throw new InvalidDataException($"{iterations} iterations are not within 1 .. {MaxIterations}: the file was changed.");
        var salt = file.Slice(SaltAt, SaltSize).ToArray();
        _salt ??= iterations == Iterations ? salt : null;
        var secret = new byte[file.Length - Overhead];
        using var cipher = new AesGcm(Key(salt, iterations), TagSize);
        try
        {
            cipher.Decrypt(
                file.Slice(NonceAt, NonceSize), file[Overhead..], file.Slice(NonceAt + NonceSize, TagSize), secret,
                Authenticated(file, name));
        }
        catch (AuthenticationTagMismatchException wrong)
        {
            throw new InvalidDataException("the passphrase is not the one that it was encrypted with, or the file was changed.", wrong);
        }
        return secret;
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            CryptographicOperations.ZeroMemory(key);
        _keys.Clear();
    }

    private static byte[] Authenticated(ReadOnlySpan<byte> file, string name) =>
        [.. file[..(NonceAt + NonceSize)], .. Encoding.UTF8.GetBytes(name)];

    private byte[] Key(byte[] salt, int iterations)
    {
        var id = (Convert.ToHexString(salt), iterations);
        if (!_keys.TryGetValue(id, out var key))
            _keys[id] = key = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, iterations, HashAlgorithmName.SHA256, KeySize);
        return key;
    }
}
