using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>Where a job's pages have come to: from here their boss goes on.</summary>
/// <param name="Head">The last entry in the chain of the pages, which has as many entries as there are pages.</param>
/// <param name="Seen">The checkpoint of that entry.</param>
/// <param name="Tasks">Tasks so far.</param>
/// <param name="Bundles">Bundles so far.</param>
public sealed record JobPages(ChainHead Head, Checkpoint Seen, long Tasks, long Bundles)
{
    /// <summary>No page yet.</summary>
    /// <param name="opening">Of the chain of the pages.</param>
    internal static JobPages Beginning(Entry opening) => new(
        new ChainHead(opening.Place.Issuer, opening.Place.Seq, 0, opening.Hash), opening.Place.Checkpoint, 0, 0);
}
