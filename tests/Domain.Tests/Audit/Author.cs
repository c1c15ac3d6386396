using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>A c-node that signs: all of its chains.</summary>
internal sealed class Author(int number, KeyPair key)
{
    public Author(int number)
        : this(number, Sample.Key(number)) { }

    private readonly Dictionary<long, ChainState> _chains = [];
    private int _rotations;

    public int Number => number;
    public KeyPair Key { get; private set; } = key;
    public NodeId Id { get; } = key.NodeId;
    public KeyPair Next => Sample.Key(number + (10_000 * (_rotations + 1)));

    /// <summary>As the roster is to have it.</summary>
    public PublicKey? Rotated => Key.NodeId == Id ? null : Key.Public;

    /// <summary>Signed, and not in the journal yet.</summary>
    public List<Entry> Unsaved { get; } = [];

    /// <summary>The number of the sub-chain that it opened last.</summary>
    public long LastSession => _chains.Keys.Max();

    public ChainHead Head(long sub) => _chains[sub].Head;

    public Entry Declare(string capabilities, int bits = 0, Checkpoint checkpoint = default)
    {
        var declare = new Declare(Key.Public, Roles.Boss | Roles.Worker, CapabilitySetOf(capabilities), null, Next.NodeId.Hash, 0);
        var entry = ProofOfWork.Declare(Key, declare, checkpoint, bits, 0, default);
        _chains[EntryPlace.Main] = ChainRules.Apply(entry).Chain;
        Unsaved.Add(entry);
        return entry;
    }

    /// <summary>Signs the next entry of a chain.</summary>
    public Entry Sign(Claims claims, Checkpoint checkpoint, long sub = EntryPlace.Main, KeyPair? key = null)
    {
        var chain = _chains[sub];
        var entry = Entry.Sign(key ?? Key, chain.Next(checkpoint), claims);
        var appended = ChainRules.Apply(entry, chain);
        _chains[sub] = appended.Chain;
        if (appended.Opened is { } opened)
            _chains[opened.Head.Sub] = opened;
        Unsaved.Add(entry);
        return entry;
    }

    /// <summary>The next key takes over.</summary>
    public void Rotate(Checkpoint checkpoint)
    {
        var after = Sample.Key(number + (10_000 * (_rotations + 2)));
        Sign(new Rotate(Next.Public, after.NodeId.Hash), checkpoint, key: Next);
        Key = Next;
        _rotations++;
    }

    /// <summary>The event of what was signed since.</summary>
    public EntriesAppended? Save(Epoch epoch)
    {
        if (Unsaved.Count == 0)
            return null;
        var appended = new EntriesAppended(Id, [.. Unsaved.Select(entry => entry.Bytes)], epoch);
        Unsaved.Clear();
        return appended;
    }

    private static CapabilitySet CapabilitySetOf(string names) => CapabilitySet.Of(names.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
