using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit;

/// <summary>What an auditor believes without the export: keys of cluster nodes, or one record.</summary>
public abstract class TrustedParty
{
    private protected TrustedParty() { }

    /// <summary>The last record that is vouched for, and with it all before it; null where none is.</summary>
    public Epoch? UpTo { get; private protected set; }

    internal abstract void Take(EpochRecord record);

    /// <summary>Keys of cluster nodes: a record is believed that most of them signed.</summary>
    /// <exception cref="ArgumentException">No key.</exception>
    public static TrustedParty Of(IEnumerable<PublicKey> keys) => new Keys([.. keys.Distinct()]);

    /// <summary>The hash of an epoch record, from somebody who is believed.</summary>
    public static TrustedParty Of(Hash256 record) => new Record(record);

    private sealed class Keys : TrustedParty
    {
        private readonly Dictionary<NodeId, PublicKey> _keys;

        internal Keys(PublicKey[] keys)
        {
            if (keys.Length == 0)
                throw new ArgumentException("keys: none.", nameof(keys));
            _keys = keys.ToDictionary(key => key.NodeId);
        }

        internal override void Take(EpochRecord record)
        {
            var signed = record.Signatures.Count(signature => _keys.TryGetValue(signature.Node, out var key) && record.Verify(key, signature));
            if (2 * signed > _keys.Count)
                UpTo = record.Number;
        }
    }

    private sealed class Record(Hash256 hash) : TrustedParty
    {
        internal override void Take(EpochRecord record)
        {
            if (record.Hash == hash)
                UpTo = record.Number;
        }
    }
}
