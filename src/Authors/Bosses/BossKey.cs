using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Bosses;

/// <summary>
/// The key that a boss program signs with, and the hash of the next one, which only matters once: in its first declaration.
/// </summary>
public sealed class BossKey : IDisposable
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

    /// <summary>A key that the program has, the one in a file, or else a new one, for this program alone.</summary>
    /// <param name="key">Not disposed of here.</param>
    /// <param name="id">The c-node, where <paramref name="key"/> is not its first one any more.</param>
    /// <param name="nextKey">The hash of the key that will replace it; <c>null</c> where it can't be replaced.</param>
    /// <param name="file">Where the key is kept, and made when it is not there.</param>
    /// <exception cref="ArgumentException">Two of them do not go together: the text says which.</exception>
    /// <exception cref="InvalidDataException">The file has no key.</exception>
    public static BossKey Of(KeyPair? key = null, NodeId? id = null, NodeId? nextKey = null, string? file = null)
    {
        if (key is not null && file is not null)
            throw new ArgumentException("Key, KeyFile: only one of them.", nameof(file));
        if (id is not null && key is null)
            throw new ArgumentException("Id: it goes with a Key.", nameof(id));
        if (file is not null)
            return OfFile(new BossKeyFile(file));
        var own = key ?? KeyPair.Generate();
        var boss = new BossKey(id ?? own.NodeId, own, nextKey ?? Passing());
        if (key is null)
            boss._owned.Add(own);
        return boss;
    }

    /// <summary>
    /// The chain has the next key: so does the file, from now on. Jobs that were begun sign with the key before it as long as they live.
    /// </summary>
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

    /// <summary>The id of a key that nobody keeps. With it as the next one, the key in use can't be replaced.</summary>
    private static NodeId Passing()
    {
        using var key = KeyPair.Generate();
        return key.NodeId;
    }
}
