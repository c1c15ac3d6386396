namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>What there is to close an epoch for, and so how soon.</summary>
public enum RosterWork
{
    /// <summary>Nothing: the epoch stays open.</summary>
    None,

    /// <summary>Chains have grown, or more newcomers wait than one epoch takes: they can wait for a while.</summary>
    Heads,

    /// <summary>Somebody waits for a draw, or the roster has changed.</summary>
    Draws,
}
