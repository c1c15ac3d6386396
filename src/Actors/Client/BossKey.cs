using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Client;

/// <summary>The key that a boss program signs with, and the hash of the next one, which only matters once: in its first declaration.</summary>
internal sealed class BossKey : IDisposable
{
    private readonly List<KeyPair> _owned = [];

    private BossKey(NodeId id, KeyPair key, NodeId next) => (Id, Key, Next) = (id, key, next);

    /// <summary>The c-node: the hash of its first key.</summary>
    public NodeId Id { get; }

    public KeyPair Key { get; private set; }

    /// <summary>SHA-256 of the next public key.</summary>
    public NodeId Next { get; private set; }

    /// <summary>Where the key is kept; null where the program has it.</summary>
    public BossKeyFile? File { get; private init; }

    /// <summary>The key of the options; without one a new one, for this program alone.</summary>
    public static BossKey Of(ComputeClientOptions options)
    {
        if (options.Key is not null && options.KeyFile is not null)
            throw new ArgumentException("Key, KeyFile: only one of them.", nameof(options));
        if (options.Id is not null && options.Key is null)
            throw new ArgumentException("Id: it goes with a Key.", nameof(options));
        if (options.KeyFile is { } path)
            return OfFile(new BossKeyFile(path));
        var key = options.Key ?? KeyPair.Generate();
        var boss = new BossKey(options.Id ?? key.NodeId, key, options.NextKey ?? Passing());
        if (options.Key is null)
            boss._owned.Add(key);
        return boss;
    }

    /// <summary>The chain has the next key: so does the file, from now on. Jobs that were begun sign with the key before it as long as they live.</summary>
    public void Rotate()
    {
        File!.Rotate(Id);
        _owned.Add(Key = File.Key());
        using var next = File.Next();
        Next = next.NodeId;
    }

    public void Dispose() => _owned.ForEach(key => key.Dispose());

    private static BossKey OfFile(BossKeyFile file)
    {
        var key = file.Key();
        using var next = file.Next();
        var boss = new BossKey(file.Id ?? key.NodeId, key, next.NodeId) { File = file };
        boss._owned.Add(key);
        return boss;
    }

    /// <summary>Of a key that nobody keeps: then the one in use can't be replaced.</summary>
    private static NodeId Passing()
    {
        using var key = KeyPair.Generate();
        return key.NodeId;
    }
}
