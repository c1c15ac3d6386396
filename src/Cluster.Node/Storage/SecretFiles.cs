using System.Security.Cryptography;
using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Node.Storage;

/// <summary>Secrets of a node: 32 random bytes a file, made when first needed, readable by their owner alone.</summary>
public sealed class SecretFiles
{
    private const int Size = 32;

    private readonly string _directory;

    public SecretFiles(string directory)
    {
        _directory = directory;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The key of a c-node of this node, or of the cluster node itself.</summary>
    public KeyPair Key(string name)
    {
        var seed = ReadOrMake($"{name}.key");
        try
        {
            return KeyPair.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Whether there is a key of this name.</summary>
    public bool Has(string name) => File.Exists(PathOf(name));

    /// <summary>A key takes the place of another one, all at once.</summary>
    public void Replace(string name, string by) => File.Move(PathOf(by), PathOf(name), overwrite: true);

    /// <summary>What is no secret, and kept beside them; null where it was never written.</summary>
    public string? Note(string name) => File.Exists(Path.Combine(_directory, name)) ? File.ReadAllText(Path.Combine(_directory, name)) : null;

    public void WriteNote(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText($"{path}.new", text);
        File.Move($"{path}.new", path, overwrite: true);
    }

    private string PathOf(string name) => Path.Combine(_directory, $"{name}.key");

    private byte[] ReadOrMake(string name)
    {
        var path = Path.Combine(_directory, name);
        if (File.Exists(path))
        {
            var known = File.ReadAllBytes(path);
            return known.Length == Size
                ? known
                : throw new InvalidDataException($"{path} has {known.Length} bytes and not {Size}: it is no secret of this program.");
        }
        var secret = RandomNumberGenerator.GetBytes(Size);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // Written whole under another name first: a crash never leaves half a secret.
        var unfinished = $"{path}.{Environment.ProcessId}.new";
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(secret);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: false);
        return secret;
    }
}
