using System.Collections.Concurrent;
using NSec.Cryptography;
using Imported = NSec.Cryptography.PublicKey;

namespace AkkaCompute.Domain.Ground;

/// <summary>
/// Keys in the form that the library verifies with, as importing one costs a fifth of a verification. Two generations
/// of bounded size: a key that is used stays, and strangers who send many keys can't fill the memory.
/// </summary>
internal static class ImportedKeys
{
    /// <summary>Keys in one generation; at most twice as many are held, some 10 MB.</summary>
    internal const int Generation = 32_768;

    private static Keys _young = new();
    private static Keys _old = new();

    internal static int Count => _young.ByValue.Count + _old.ByValue.Count;

    /// <summary>The imported key, or null where the bytes are no Ed25519 key.</summary>
    internal static Imported? Get(PublicKey key)
    {
        var young = _young;
        if (young.ByValue.TryGetValue(key, out var found))
            return found;
        if (!_old.ByValue.TryGetValue(key, out found) && !TryImport(key, out found))
            return null;
        // Whoever fills the generation starts the next one; the few that add to it meanwhile do no harm.
        if (young.ByValue.TryAdd(key, found) && Interlocked.Increment(ref young.Added) == Generation)
            (_old, _young) = (young, new Keys());
        return found;
    }

    private static bool TryImport(PublicKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Imported? imported)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Size];
        key.CopyTo(bytes);
        return Imported.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out imported);
    }

    private sealed class Keys
    {
        public readonly ConcurrentDictionary<PublicKey, Imported> ByValue = new();
        public int Added; // the dictionary's own count takes all of its locks: 0.3 ms
    }
}
