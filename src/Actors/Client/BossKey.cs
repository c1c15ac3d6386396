using System.Security.Cryptography;
using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Actors.Client;

/// <summary>
/// The key that a boss program signs with, and the hash of the next one, which only matters once: in its first declaration. In a
/// file each: 32 bytes, made when first needed, readable by their owner alone.
/// </summary>
internal sealed class BossKey : IDisposable
{
    private readonly bool _owned;

    private BossKey(KeyPair key, NodeId next, bool owned) => (Key, Next, _owned) = (key, next, owned);

    public KeyPair Key { get; }

    /// <summary>SHA-256 of the next public key.</summary>
    public NodeId Next { get; }

    /// <summary>The key of the options; without one a new one, for this program alone.</summary>
    public static BossKey Of(ComputeClientOptions options)
    {
        if (options.Key is not null && options.KeyFile is not null)
            throw new ArgumentException("Key, KeyFile: only one of them.", nameof(options));
        if (options.KeyFile is not { } path)
            return new BossKey(options.Key ?? KeyPair.Generate(), options.NextKey ?? Passing(), options.Key is null);
        var key = Read(path);
        using var next = Read(Path.ChangeExtension(path, ".next" + Path.GetExtension(path)));
        return new BossKey(key, next.NodeId, owned: true);
    }

    public void Dispose()
    {
        if (_owned)
            Key.Dispose();
    }

    /// <summary>Of a key that nobody keeps: then the one in use can't be replaced.</summary>
    private static NodeId Passing()
    {
        using var key = KeyPair.Generate();
        return key.NodeId;
    }

    private static KeyPair Read(string path)
    {
        if (!File.Exists(path))
            Make(path);
        var seed = File.ReadAllBytes(path);
        try
        {
            return seed.Length == KeyPair.SeedSize
                ? KeyPair.FromSeed(seed)
                : throw new InvalidDataException($"KeyFile: {path} has {seed.Length} bytes, not {KeyPair.SeedSize}: it is no key of this program.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Written whole under another name first: a crash never leaves half a key, and of two programs the first one's counts.</summary>
    private static void Make(string path)
    {
        var seed = RandomNumberGenerator.GetBytes(KeyPair.SeedSize);
        var unfinished = $"{path}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(seed);
            file.Flush(flushToDisk: true);
        }
        CryptographicOperations.ZeroMemory(seed);
        try
        {
            File.Move(unfinished, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(unfinished);
        }
    }
}
