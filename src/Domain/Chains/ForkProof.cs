using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>
/// Two different entries of one author for one place of one chain, both signed by the same key. Anybody can verify it; that the key
/// is the author's is shown by its NodeId, which is the key's hash, or else by the rotation or delegation that named it.
/// </summary>
public sealed record ForkProof
{
    private ForkProof(PublicKey key, Entry first, Entry second) => (Key, First, Second) = (key, first, second);

    /// <summary>Who signed both.</summary>
    public PublicKey Key { get; }

    /// <summary>The one with the lower hash: so that one fork has one proof.</summary>
    public Entry First { get; }

    public Entry Second { get; }

    /// <summary>The proof, or null where these two are none.</summary>
    public static ForkProof? Of(PublicKey key, Entry one, Entry other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var proof = one.Hash < other.Hash ? new ForkProof(key, one, other) : new ForkProof(key, other, one);
        return proof.Holds() ? proof : null;
    }

    private bool Holds() =>
        First.Hash != Second.Hash
        && (First.Place.Issuer, First.Place.Sub, First.Place.Seq) == (Second.Place.Issuer, Second.Place.Sub, Second.Place.Seq)
        && First.Verify(Key) && Second.Verify(Key);
}
