using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Report;

/// <summary>What an auditor believes without the export: keys of cluster nodes, or one record.</summary>
public abstract class TrustedParty
{
    private protected TrustedParty() { }

    /// <summary>Whether a record is vouched for, and with it all before it.</summary>
    internal abstract bool Vouches(EpochRecord record);

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

        internal override bool Vouches(EpochRecord record)
        {
            var signed =
                record.Signatures.Count(signature => _keys.TryGetValue(signature.Node, out var key) && record.Verify(key, signature));
            return 2 * signed > _keys.Count;
        }
    }

    private sealed class Record(Hash256 hash) : TrustedParty
    {
        internal override bool Vouches(EpochRecord record) => record.Hash == hash;
    }
}
