using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Epochs;

/// <summary>
/// The epoch records that a node is shown, and the keys that signed two of one epoch. Bounded: the epochs that a replica keeps, a few
/// records of each, a proof a key. For one thread.
/// </summary>
public sealed class ForkWatch
{
    /// <summary>Records of one epoch that are kept to compare with.</summary>
    public const int MaxRecords = 4;

    private readonly SortedDictionary<ulong, List<EpochRecord>> _shown = [];
    private readonly Dictionary<NodeId, RecordFork> _proven = [];

    /// <summary>The proofs that were found, the first of each key.</summary>
    public IReadOnlyCollection<RecordFork> Proven => _proven.Values;

    /// <summary>
    /// A record that the node was shown, whoever sent it; the same again costs nothing. Returns the proofs that it completes.
    /// </summary>
    /// <param name="now">The epoch that the node is at: records far from it are not looked at.</param>
    /// <param name="keyOf">The key of a cluster node that is or was in the roster.</param>
    public IReadOnlyList<RecordFork> Show(EpochRecord record, Epoch now, Func<NodeId, PublicKey?> keyOf)
    {
        ArgumentNullException.ThrowIfNull(record);
        var number = record.Number.Number;
        if (record.Signatures.IsEmpty
            || number > now.Number + RosterReplicaState.Ahead
            || number + RosterReplicaState.KeptEpochs < now.Number)
            return [];
        if (!_shown.TryGetValue(number, out var records))
            _shown[number] = records = [];
        while (_shown.Keys.First() is var oldest && oldest + RosterReplicaState.KeptEpochs < now.Number)
            _shown.Remove(oldest);
        if (records.Exists(other => IsSame(other, record)))
            return [];

        var found = Compare(record, records, keyOf);
        // Besides the first only what a node has signed: else records that anybody can make would fill the places.
        if (records.Count == 0
            || (records.Count < MaxRecords
                && record.Signatures.Any(signature => keyOf(signature.Node) is { } key && record.Verify(key, signature))))
            records.Add(record);
        return found;
    }

    private List<RecordFork> Compare(EpochRecord record, List<EpochRecord> others, Func<NodeId, PublicKey?> keyOf)
    {
        var found = new List<RecordFork>();
        foreach (var other in others)
        {
            foreach (var id in record.Signatures.Select(signature => signature.Node).Where(id => !_proven.ContainsKey(id)))
            {
                if (!other.Signatures.Any(signature => signature.Node == id)
                    || keyOf(id) is not { } key
                    || RecordFork.Of(key, record, other) is not { } fork)
                    continue;
                _proven.Add(id, fork);
                found.Add(fork);
            }
        }
        return found;
    }

    /// <summary>
    /// Signed by others it is not the same to us: whoever sends it with forged signatures first would hide the true ones.
    /// </summary>
    private static bool IsSame(EpochRecord one, EpochRecord other) =>
        one.Equals(other) && one.Signatures.Length == other.Signatures.Length
        && one.Signatures.Zip(other.Signatures)
            .All(pair => pair.First.Node == pair.Second.Node
                && pair.First.Signature.AsSpan().SequenceEqual(pair.Second.Signature.AsSpan()));
}
