using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Bosses;

/// <summary>
/// A boss's keys in a file each, 32 bytes, made when first needed, readable by their owner alone: NAME.key, NAME.next.key, while it is
/// being rotated NAME.after.key, and once it was, the c-node's NodeId in NAME.id, for it is the hash of the first key.
/// </summary>
public sealed class BossKeyFile
{
    private readonly string _path;

    public BossKeyFile(string path)
    {
        _path = path;
        FinishRotation();
        Id = !File.Exists(NotePath) ? null
            : NodeId.TryParse(File.ReadAllText(NotePath).Trim(), out var id) ? id
            : throw new InvalidDataException($"KeyFile: {NotePath} has no NodeId, 64 hexadecimal digits.");
    }

    /// <summary>The c-node, where its key is not the first one any more.</summary>
    public NodeId? Id { get; }

    private string NextPath => Beside("next");

    private string AfterPath => Beside("after");

    private string NotePath => Path.ChangeExtension(_path, ".id");

    public KeyPair Key() => Read(_path);

    public KeyPair Next() => Read(NextPath);

    /// <summary>The key after the next one, made by the rotation that names its hash.</summary>
    public KeyPair After() => Read(AfterPath);

    /// <summary>The next key takes over, in steps that <see cref="FinishRotation"/> goes on with.</summary>
    public void Rotate(NodeId id)
    {
        if (!File.Exists(NotePath))
            Write(NotePath, System.Text.Encoding.ASCII.GetBytes($"{id}\n"), overwrite: false);
        Copy(NextPath, _path);
        Copy(AfterPath, NextPath);
        File.Delete(AfterPath);
    }

    /// <summary>A rotation that ended between its steps: each leaves two files with one key for a moment.</summary>
    private void FinishRotation()
    {
        if (!File.Exists(AfterPath) || !File.Exists(_path))
            return;
        if (AreSame(_path, NextPath))
            Copy(AfterPath, NextPath);
        if (AreSame(NextPath, AfterPath))
            File.Delete(AfterPath);
    }

    private string Beside(string what) => Path.ChangeExtension(_path, $".{what}{Path.GetExtension(_path)}");

    private static bool AreSame(string one, string other)
    {
        using var first = Read(one);
        using var second = Read(other);
        return first.NodeId == second.NodeId;
    }

    private static void Copy(string from, string to)
    {
        var seed = File.ReadAllBytes(from);
        Write(to, seed, overwrite: true);
        CryptographicOperations.ZeroMemory(seed);
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
                : throw new InvalidDataException(
                    $"KeyFile: {path} has {seed.Length} bytes, not {KeyPair.SeedSize}: it is no key of this program.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private static void Make(string path)
    {
        var seed = RandomNumberGenerator.GetBytes(KeyPair.SeedSize);
        Write(path, seed, overwrite: false);
        CryptographicOperations.ZeroMemory(seed);
    }

    /// <summary>
    /// Written whole under another name first: a crash never leaves half a key, and of two programs the first one's counts.
    /// </summary>
    private static void Write(string path, byte[] bytes, bool overwrite)
    {
        var unfinished = $"{path}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(unfinished, path, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            File.Delete(unfinished);
        }
    }
}
