using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Actors.Roster;

/// <summary>How epochs are closed.</summary>
public interface IRosterOptions
{
    /// <summary>What admission and reputation are computed by: the same on all nodes.</summary>
    TrustRules Rules { get; }

    /// <summary>What cheap keys may take of the roster and the records: the same on all nodes.</summary>
    RosterBudgets Budgets { get; }

    /// <summary>An epoch is open at least so long, so that work comes together.</summary>
    TimeSpan MinEpoch { get; }

    /// <summary>Where chains have grown and nothing else waits, an epoch is open so long.</summary>
    TimeSpan HeadsEpoch { get; }

    /// <summary>Time to wait for the reveals of all committed nodes, and then again for the signatures of a majority.</summary>
    TimeSpan RevealWait { get; }

    /// <summary>How many times longer an epoch is open, on a large roster, than what its positions take to compute.</summary>
    int EpochStretch { get; }

    /// <summary>Epochs between the roster's snapshots.</summary>
    int EpochsPerSnapshot { get; }
}
