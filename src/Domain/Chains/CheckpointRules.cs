using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>Whether the history that an author has seen is the one that is known here.</summary>
public static class CheckpointRules
{
    /// <summary>
    /// Null if a checkpoint is a record of the history that is known here. A record that is not known is not there yet: that goes away by
    /// itself. Another record of the epoch never becomes right.
    /// </summary>
    public static EntryRefused? Check(Checkpoint checkpoint, Func<Epoch, Hash256?> recordOf)
    {
        ArgumentNullException.ThrowIfNull(recordOf);
        return recordOf(checkpoint.Epoch) is not { } hash
            ? new EntryRefused(EntryRefusal.BadCheckpoint, $"cp: the record of epoch {checkpoint.Epoch} is not known here yet.")
            : hash == checkpoint.Hash ? null
            : new EntryRefused(
                EntryRefusal.OtherHistory,
                $"cp: the record of epoch {checkpoint.Epoch} is {hash}, not {checkpoint.Hash}: another history.");
    }
}
