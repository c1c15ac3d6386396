using System.Collections.Concurrent;
using NSec.Cryptography;
using Imported = NSec.Cryptography.PublicKey;

namespace AkkaCompute.Domain.Identity;

/// <summary>
/// Keys in the form that the library verifies with, as importing one costs a fifth of a verification. Two generations
/// of bounded size: a key that is used stays, and strangers who send many keys can't fill the memory.
/// </summary>
internal static class ImportedKeys
{
    /// <summary>Keys in one generation; at most twice as many are held, some 10 MB.</summary>
    internal const int Generation = 32_768;

    private static ConcurrentDictionary<PublicKey, Imported> _young = new();
    private static ConcurrentDictionary<PublicKey, Imported> _old = new();

    internal static int Count => _young.Count + _old.Count;

    /// <summary>The imported key, or null where the bytes are no Ed25519 key.</summary>
    internal static Imported? Get(PublicKey key)
    {
        var young = _young;
        if (young.TryGetValue(key, out var found))
            return found;
        if (!_old.TryGetValue(key, out found) && !TryImport(key, out found))
            return null;
        // ConcurrentDictionary.Count takes every lock, but only where a key enters the generation.
        if (young.Count >= Generation && Interlocked.CompareExchange(ref _young, new(), young) == young)
            _old = young;
        _young.TryAdd(key, found);
        return found;
    }

    private static bool TryImport(PublicKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Imported? imported)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Size];
        key.CopyTo(bytes);
        return Imported.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out imported);
    }
}
