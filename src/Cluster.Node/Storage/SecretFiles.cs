using System.Security.Cryptography;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;

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

    /// <summary>The key of a c-node of this node.</summary>
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

    /// <summary>The beacon chains of this node, all from one seed.</summary>
    public IBeaconSource Beacons() => new BeaconChains(ReadOrMake("beacon.seed"));

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

    /// <summary>Chain n comes from SHA-256(seed ‖ n).</summary>
    private sealed class BeaconChains(byte[] seed) : IBeaconSource
    {
        /// <summary>14 hours at 20 epochs a second; then the next chain begins.</summary>
        private const uint Length = 1 << 20;

        private readonly Dictionary<int, IBeacon> _chains = [];

        public IBeacon Chain(int number)
        {
            lock (_chains)
            {
                if (!_chains.TryGetValue(number, out var chain))
                    _chains[number] = chain = new HashChainBeacon(SHA256.HashData([.. seed, .. BitConverter.GetBytes(number)]), Length);
                return chain;
            }
        }
    }
}
