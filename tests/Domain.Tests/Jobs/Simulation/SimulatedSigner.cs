using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>A worker's session: its key, and the chain that it signs into.</summary>
internal sealed class SimulatedSigner(int number)
{
    private readonly KeyPair _key = KeyPair.FromSeed(Some.Hash(number).ToBytes());
    private long _seq;
    private Hash256 _previous;

    public NodeId Id => _key.NodeId;

    public PublicKey Key => _key.Public;

    public Entry Sign(Claims claims)
    {
        var entry = Entry.Sign(_key, new EntryPlace(Id, 1, ++_seq, _previous, Checkpoint.None), claims);
        _previous = entry.Hash;
        return entry;
    }
}
