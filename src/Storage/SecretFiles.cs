using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Storage;

/// <summary>
/// Secrets of a node: 32 random bytes a file, made when first needed, readable by their owner alone; encrypted where there is a
/// passphrase. A plain file is encrypted in its place as soon as it is read with one.
/// </summary>
public sealed class SecretFiles : IDisposable
{
    /// <summary>Where they are in a node's data directory.</summary>
    internal const string DirectoryName = "keys";

    /// <summary>The cluster node's own key.</summary>
    internal const string NodeName = "node";

    private const int Size = 32;

    private readonly string _directory;
    private readonly SecretBox? _box;

    /// <param name="directory">Made where it is not there.</param>
    /// <param name="passphrase"><c>null</c> means that files are not encrypted.</param>
    public SecretFiles(string directory, string? passphrase = null)
    {
        _directory = directory;
        _box = passphrase is null ? null : new SecretBox(passphrase);
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

    public void Dispose() => _box?.Dispose();

    /// <summary>Whether there is a key of this name.</summary>
    public bool Has(string name) => File.Exists(PathOf(name));

    /// <summary>A key takes the place of another one, all at once.</summary>
    public void Replace(string name, string by)
    {
        // Read and written, not renamed: an encrypted file knows its name.
        var (from, to) = ($"{by}.key", $"{name}.key");
        Write(Path.Combine(_directory, to), to, Read(Path.Combine(_directory, from), from), overwrite: true);
        Delete(by);
    }

    /// <summary>Deletes a key.</summary>
    public void Delete(string name) => File.Delete(PathOf(name));

    /// <summary>What is no secret, and kept beside them; null where it was never written.</summary>
    public string? Note(string name) =>
        File.Exists(Path.Combine(_directory, name)) ? File.ReadAllText(Path.Combine(_directory, name)) : null;

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
            return Read(path, name);
        var secret = RandomNumberGenerator.GetBytes(Size);
        Write(path, name, secret, overwrite: false);
        return secret;
    }

    private byte[] Read(string path, string name)
    {
        if (new FileInfo(path).Length > Size + SecretBox.Overhead)
            throw NoSecret(path);
        var file = File.ReadAllBytes(path);
        if (!SecretBox.IsEncrypted(file))
        {
            if (file.Length != Size)
                throw NoSecret(path);
            if (_box is not null || !IsPrivate(path))
                Write(path, name, file, overwrite: true);
            return file;
        }
        if (_box is null)
            throw new InvalidDataException($"{path} is encrypted: say --key-passphrase-file, or AKKACOMPUTE_KEY_PASSPHRASE_FILE.");
        try
        {
            var secret = _box.Open(name, file);
            return secret.Length == Size ? secret : throw NoSecret(path);
        }
        catch (InvalidDataException wrong)
        {
            throw new InvalidDataException($"{path}: {wrong.Message}", wrong);
        }
    }

    private static InvalidDataException NoSecret(string path) =>
        new($"{path} has {new FileInfo(path).Length} bytes: it is no secret of this program.");

    private static bool IsPrivate(string path) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) == 0;

    // Written whole under another name first: a crash never leaves half a secret.
    private void Write(string path, string name, byte[] secret, bool overwrite)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var unfinished = $"{path}.{Environment.ProcessId}.new";
        File.Delete(unfinished); // of a process that had this id and crashed
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(_box is null ? secret : _box.Seal(name, secret));
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite);
    }
}
